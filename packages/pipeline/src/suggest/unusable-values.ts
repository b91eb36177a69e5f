import type { Column, Heading } from '@inlet/contracts';
import { singular, tokensOf } from '../values/name-words.js';

/** Fields beside an amount that say by how much it is to be divided. */
const SCALE = /^(?:divisor|exponent|precision|scale|fractiondigits|currencyminorunit|minorunits?)$/;
/** A scale that changes nothing. */
const NO_SCALE: Readonly<Record<string, string>> = { divisor: '1' };

/** Names to sign in with, which are used as a name only for want of one. */
const LOGIN = /\/(?:login|username)$/;
const FULL_NAMES = ['name', 'display_name', 'displayName'];

/** How a shop handles a product, which is no category of it. */
const PRODUCT_TYPE = /(?:^|\/)(?:product_?)?type$/i;
const KIND_OF_GOODS =
  /^(?:physical|digital|simple|variable|configurable|downloadable|virtual|bundle|grouped|external)$/i;

/** A name for addresses: `city-of-x`. */
const isSlug = (text: string): boolean => /^[a-z\d]+(?:[-_][a-z\d]+)*$/.test(text);

/** Finds headings whose values are not what a column is for, although their names are. */
export function compileUnusable(
  headings: readonly Heading[],
): (heading: Heading, column: Pick<Column, 'key' | 'type'>) => boolean {
  const paths = new Set(headings.map(({ path }) => path));
  const scaled = new Set(headings.filter(isScale).map(({ path }) => parentOf(path)));
  const series = findSeries([...paths]);
  return ({ path, samples }, { key, type }) => {
    if (type === 'number' && scaled.has(parentOf(path))) return true;
    // The value of `{ name: 'subject', value: 'Weather' }` is what the list is for.
    if (path.endsWith('/name') && paths.has(`${parentOf(path)}value`)) return true;
    if (
      LOGIN.test(path) &&
      !LOGIN.test(`/${key}`) &&
      FULL_NAMES.some((name) => paths.has(parentOf(path) + name))
    )
      return true;
    if (path.endsWith('/name') && paths.has(`${parentOf(path)}title`) && samples.every(isSlug)) return true;
    if (PRODUCT_TYPE.test(path) && samples.length > 0 && samples.every((text) => KIND_OF_GOODS.test(text)))
      return true;
    return series.has(path) && isPlural(key);
  };
}

/** The paths of `ingredient1`, `ingredient2` and so on: each is one member of a list. */
function findSeries(paths: readonly string[]): ReadonlySet<string> {
  const series = new Map<string, string[]>();
  for (const path of paths) {
    const [, base] = /^(.*\D)\d+$/s.exec(path) ?? [];
    if (base !== undefined) series.set(base, [...(series.get(base) ?? []), path]);
  }
  return new Set([...series.values()].filter((members) => members.length > 1).flat());
}

function isPlural(key: string): boolean {
  const words = tokensOf(key);
  return singular(words).join('') !== words.join('');
}

function isScale({ path, samples }: Heading): boolean {
  const name = tokensOf(path.slice(path.lastIndexOf('/') + 1)).join('');
  return SCALE.test(name) && samples.some((sample) => sample !== (NO_SCALE[name] ?? '0'));
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);
