import type { Column, Transform } from '@inlet/contracts';
import { compileColumnType } from '../check/compile-column-type.js';
import { isRefusal } from '../check/refusal.js';
import { stripHtml } from '../map/strip-html.js';
import { findConcept } from './feed-concepts.js';

const MARKUP = /<\/?[a-z][^<>]*>|<!--|&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,31});/i;
const TAG = /<\/?[a-z][^<>]*>/i;
const SECONDS = /^[12]\d{9}$/;
const MILLISECONDS = /^[12]\d{12}$/;

/** RSS 2.0 writes authors as `ann@example.org (Ann)`; others as `Ann <ann@example.org>`. */
const MAIL_THEN_NAME = /^\S+@\S+\s+\([^()]+\)$/;
const NAME_THEN_MAIL = /^[^<>@]+<[^<>\s]+@[^<>\s]+>$/;
const NAME_OF_AUTHOR: Transform = {
  kind: 'replace_pattern',
  pattern: '^(?:\\S+@\\S+\\s+\\(([^()]+)\\)|([^<>@]*[^<>@\\s])\\s*<[^<>\\s]+@[^<>\\s]+>)$',
  with: '$1$2',
};
const MAIL_OF_AUTHOR: Transform = {
  kind: 'replace_pattern',
  pattern: '^(?:(\\S+@\\S+)\\s+\\([^()]+\\)|[^<>@]*<([^<>\\s]+@[^<>\\s]+)>)$',
  with: '$1$2',
};

/** The words of Google Merchant, which later items may have although the samples do not. */
const COMMON = [
  ...['in stock', 'in_stock'].map((from) => ({ from, to: 'yes' })),
  ...['out of stock', 'out_of_stock', 'preorder', 'backorder'].map((from) => ({ from, to: 'no' })),
];
/** Without spaces and signs. */
const AVAILABLE = 'instock available enabled limitedavailability auflager lieferbar enstock disponible';
const NOT_AVAILABLE =
  'outofstock disabled notavailable unavailable soldout discontinued preorder backorder nichtlieferbar ausverkauft épuisé agotado';
const YES_OR_NO: ReadonlyMap<string, string> = new Map([
  ...AVAILABLE.split(' ').map((word) => [word, 'yes'] as const),
  ...NOT_AVAILABLE.split(' ').map((word) => [word, 'no'] as const),
]);
const SCHEMA_ORG = /^https?:\/\/schema\.org\//i;

const answerOf = (value: string): string | undefined =>
  YES_OR_NO.get(
    value
      .replace(SCHEMA_ORG, '')
      .toLowerCase()
      .replace(/[\s_-]/g, ''),
  );

/** Proposes the transforms that sample values need for a column. [] if they need none. */
export function proposeTransforms(column: Column, values: readonly string[]): Transform[] {
  if (values.length === 0) return [];
  switch (column.type) {
    case 'text':
      return proposeForText(column, values);
    case 'date':
    case 'date_time':
      return proposeForDate(column, values);
    case 'boolean':
      return proposeForBoolean(column, values);
    case 'number':
      return proposeForNumber(column, values);
    case 'email':
      return areMostly(values, hasMailAndName) ? [MAIL_OF_AUTHOR] : [];
    default:
      return [];
  }
}

/** Dates of which some can only be read as day and month, and none the other way round. */
const DAY_OR_MONTH = /^(\d{1,2})([/-])(\d{1,2})\2\d{4}$/;

/** The format of slashed dates if some samples prove it; undefined if none does, or none is ambiguous. */
function provenFormat(values: readonly string[]): string | undefined {
  const parts = values.flatMap((value) => {
    const [, first = '', sign = '', second = ''] = DAY_OR_MONTH.exec(value.trim()) ?? [];
    return first === '' ? [] : [{ first: Number(first), sign, second: Number(second) }];
  });
  const [one] = parts;
  if (one === undefined || !parts.some(({ first, second }) => first <= 12 && second <= 12)) return undefined;
  const isDayFirst = parts.some(({ first }) => first > 12);
  const isMonthFirst = parts.some(({ second }) => second > 12);
  if (isDayFirst === isMonthFirst) return undefined;
  return isDayFirst ? `d${one.sign}M${one.sign}yyyy` : `M${one.sign}d${one.sign}yyyy`;
}

const areMostly = (values: readonly string[], test: (value: string) => boolean): boolean =>
  values.filter(test).length * 2 >= values.length;

const hasMailAndName = (value: string): boolean => MAIL_THEN_NAME.test(value) || NAME_THEN_MAIL.test(value);

/** Columns for the body of an article keep its markup. */
function proposeForText(column: Column, values: readonly string[]): Transform[] {
  const concept = findConcept([column.key, column.name, ...column.alternativeNames]);
  if (concept?.isAuthor && areMostly(values, hasMailAndName)) return [NAME_OF_AUTHOR];
  if (concept?.keepsMarkup || !values.some((value) => MARKUP.test(value))) return [];
  // Markup that was escaped twice is text with tags after the first time.
  const isEscapedTwice = values.some((value) => !TAG.test(value) && TAG.test(stripHtml(value)));
  return isEscapedTwice ? [{ kind: 'strip_html' }, { kind: 'strip_html' }] : [{ kind: 'strip_html' }];
}

function proposeForDate({ formats = [] }: Column, values: readonly string[]): Transform[] {
  if (formats.some((format) => format.startsWith('epoch_'))) return [];
  if (values.every((value) => SECONDS.test(value.trim()))) return [{ kind: 'date', formats: ['epoch_s'] }];
  if (values.every((value) => MILLISECONDS.test(value.trim())))
    return [{ kind: 'date', formats: ['epoch_ms'] }];
  const proven = formats.length === 0 ? provenFormat(values) : undefined;
  return proven === undefined ? [] : [{ kind: 'date', formats: [proven] }];
}

/** GeoRSS and many services write a position as `latitude longitude` or `latitude,longitude`. */
const POSITION = /^\s*-?\d+(?:\.\d+)?\s*[\s,]\s*-?\d+\.\d+\s*$/;

/** A number such as `45.256` could be read as thousands, which a coordinate never means. */
const COORDINATE: Transform = { kind: 'number', decimal: '.' };

function proposeForNumber(column: Column, values: readonly string[]): Transform[] {
  const coordinate = findConcept([column.key, column.name, ...column.alternativeNames])?.coordinate;
  if (coordinate === undefined) return [];
  if (!values.every((value) => POSITION.test(value)))
    return values.some((value) => value.includes('.')) ? [COORDINATE] : [];
  const pattern = '^\\s*([-\\d.]+)[\\s,]+([-\\d.]+)\\s*$';
  return [{ kind: 'replace_pattern', pattern, with: coordinate === 'latitude' ? '$1' : '$2' }, COORDINATE];
}

function proposeForBoolean(column: Column, values: readonly string[]): Transform[] {
  const read = compileColumnType(column);
  const unread = new Set(values.map((value) => value.trim()).filter((value) => isRefusal(read(value))));
  const seen = [...unread].flatMap((from) => {
    const to = answerOf(from);
    return to === undefined ? [] : [{ from, to }];
  });
  if (seen.length === 0) return [];
  const others = COMMON.filter(({ from }) => !seen.some((each) => each.from.toLowerCase() === from));
  return [{ kind: 'map_values', values: [...seen, ...others], otherwise: 'keep', ignoreCase: true }];
}
