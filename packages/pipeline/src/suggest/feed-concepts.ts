import { parseConditions } from '../read/xml/condition.js';
import { singular, squash, tokensOf, withoutWrappers } from '../values/name-words.js';
import { CONCEPTS, type FeedConcept, type MediaKind } from './concepts.js';
import { isMediaType } from './media-kind.js';
import { addressParent, GENERIC, namedParent, type PathName } from './name-tokens.js';
import { compileUnqualify } from './qualified-names.js';

/** Words that name the owner of a title or link. */
const FILLERS = new Set(
  'article articles item items post posts entry story news feed product products variant job event listing property the of'.split(
    ' ',
  ),
);
/** How well a heading expresses a concept by being one of its names, without being a path of a known format. */
const SYNONYM_WEIGHT = 0.85;
/** Part of the weight that a name with a qualifier keeps. */
const QUALIFIED = 0.97;
/** Paths that express a concept less well are for want of a better one, and mean nothing else with a qualifier. */
const LEAST_QUALIFIED = 0.6;
/** The same for a field of another element of the record, such as `offers/availability`. */
const NESTED_WEIGHT = 0.6;

const CONCEPT_OF_NAME: ReadonlyMap<string, FeedConcept> = new Map(
  CONCEPTS.flatMap((concept) => concept.names.split(', ').map((name) => [squash(name), concept] as const)),
);

/** The concept of a column with these names. */
export function findConcept(names: readonly string[]): FeedConcept | undefined {
  return names.map((name) => conceptOfTokens(tokensOf(name))).find((found) => found !== undefined);
}

function conceptOfTokens(tokens: readonly string[]): FeedConcept | undefined {
  const own = withoutFillers(tokens);
  const found = CONCEPT_OF_NAME.get(tokens.join('')) ?? CONCEPT_OF_NAME.get(own.join(''));
  if (found !== undefined || own.length < 2 || own.at(-1) !== 'name') return found;
  const named = CONCEPT_OF_NAME.get(own.slice(0, -1).join(''));
  return named?.isNamed ? named : undefined;
}

/** Whether a word only says whose a title or link is. */
export const isFiller = (word: string): boolean => FILLERS.has(word);

/** The words of a name without those that only say whose it is. */
export const withoutFillers = (tokens: readonly string[]): readonly string[] =>
  tokens.filter((token) => !FILLERS.has(token));

/** Whether a word names a concept, such as the `author` in `author/name`. */
export const namesOtherConcept = (word: string | undefined): boolean =>
  word !== undefined && !FILLERS.has(word) && CONCEPT_OF_NAME.has(word);

/** Removes the prefixes of the feed's own namespace, which readers may or may not write. */
const withoutFormatPrefix = (path: string): string => path.replace(/(^|\/)(?:atom|rss):/g, '$1');

const MEDIA_ATTRIBUTES = new Set(['medium', 'type']);
/** A condition on the kind of media is a little worse than none, because items without the attribute have no value. */
const OF_KIND = 0.99;

/** Compiles the names of a column into the weight (0 to 1) of a path of a known feed format; undefined for others. */
export function compileFeedMatch(
  names: readonly string[],
  isCalendar: boolean,
): (path: string, name: PathName) => number | undefined {
  const concept = findConcept(names);
  if (!concept) return () => undefined;
  const weights = new Map(
    Object.entries({ ...concept.paths, ...(isCalendar ? concept.calendarPaths : {}) }).map(
      ([path, weight]) => [path.toLowerCase(), weight],
    ),
  );
  const weightOf = (path: string): number | undefined =>
    weights.get(path.toLowerCase()) ?? weights.get(withoutFormatPrefix(path).toLowerCase());
  const spelled = new Map<string, number>();
  for (const [path, weight] of weights) {
    // Values above the record have other names in it.
    if (path.startsWith('/')) continue;
    // Tables have the names of Google Merchant without its prefix.
    const name = squash(path.replace(/^g:/, ''));
    spelled.set(name, Math.max(weight, spelled.get(name) ?? 0));
  }
  const qualified = compileQualified(concept, spelled);
  return (given, name) => {
    const path = withoutWrappers(given);
    const known = weightOf(path) ?? weightOfKind(path, { kind: concept.kind, weightOf });
    if (known !== undefined || given.startsWith('/')) return known;
    const isPlain = !name.isNested && !name.isAttribute && !path.includes(':');
    const own = isPlain ? spelled.get((name.tails[0] ?? []).join('')) : undefined;
    const weighed = [own ?? weightOfSynonym(concept, name), name.isNested ? undefined : qualified(name)];
    const best = Math.max(...weighed.map((weight) => weight ?? 0));
    return best > 0 ? best : undefined;
  };
}

/** Compiles the weight of a field of the record that has a name of the concept with words that only qualify it. */
function compileQualified(
  concept: FeedConcept,
  spelled: ReadonlyMap<string, number>,
): (name: PathName) => number | undefined {
  const unqualify = compileUnqualify(concept);
  const stems = new Set(concept.stems?.split(' '));
  return ({ tails: [words = []] }) => {
    const weights = unqualify(withoutFillers(words)).map((core) => {
      const isNamed = stems.has(core) || CONCEPT_OF_NAME.get(core) === concept;
      const known = spelled.get(core) ?? 0;
      return Math.max(known < LEAST_QUALIFIED ? 0 : known, isNamed ? SYNONYM_WEIGHT : 0);
    });
    const weight = Math.max(0, ...weights);
    return weight > 0 ? weight * QUALIFIED : undefined;
  };
}

interface KindOptions {
  readonly kind: MediaKind | undefined;
  readonly weightOf: (path: string) => number | undefined;
}

/** The weight of `enclosure[@type='image/png']/@url` for a column for images. */
function weightOfKind(path: string, { kind, weightOf }: KindOptions): number | undefined {
  if (kind === undefined || !path.includes('[@')) return undefined;
  const parsed = path.split('/').map((segment) => parseConditions(segment.replaceAll('~1', '/')));
  const conditions = parsed.flatMap((segment) => segment.conditions);
  const isOfKind = conditions.every(
    ({ attribute, value }) => MEDIA_ATTRIBUTES.has(attribute) && isMediaType(value, kind),
  );
  const weight = isOfKind ? weightOf(parsed.map(({ name }) => name).join('/')) : undefined;
  return weight === undefined ? undefined : weight * OF_KIND;
}

/** The record's own attributes are fields as well; those of its elements are not. */
function weightOfSynonym(concept: FeedConcept, name: PathName): number | undefined {
  const [words = []] = name.tails;
  const isMeant = (tokens: readonly string[]): boolean =>
    conceptOfTokens(tokens) === concept || conceptOfTokens(singular(tokens)) === concept;
  if (!name.isNested) return isMeant(words) ? SYNONYM_WEIGHT : undefined;
  if (concept.isUnmistakable && isMeant(words)) return SYNONYM_WEIGHT;
  const owner = concept.kind === 'image' ? addressParent(name) : undefined;
  if (owner !== undefined && isMeant(owner)) return SYNONYM_WEIGHT;
  const parent = namedParent(name);
  // The name of a description is its heading, not its text.
  if (parent !== undefined && concept.isExclusive && words.join('') !== 'value') return undefined;
  if (parent !== undefined) return isMeant(parent) ? SYNONYM_WEIGHT : undefined;
  const isOwn = !name.isAttribute && !GENERIC.has(words.join('')) && !namesOtherConcept(name.tails[1]?.[0]);
  return isOwn && conceptOfTokens(words) === concept ? NESTED_WEIGHT : undefined;
}
