import type { Column, Heading } from '@inlet/contracts';
import { singular, tokensOf } from '../values/name-words.js';
import type { FeedConcept } from './concepts.js';
import { findConcept } from './feed-concepts.js';
import { GENERIC, type PathName } from './name-tokens.js';
import { isAlike, type OwnedName, similarNames } from './similar-names.js';

/** How many alternative names are compared for similarity. For equality all of them count. */
const MOST_SIMILAR_NAMES = 20;

/** Words that make a name mean something else: the `category id` is not the category. */
const NARROWING = new Set('id ids url uri link count total number email phone date cents'.split(' '));
/** Words that say nothing new of a column for addresses. */
const ADDRESS_WORDS = new Set('url uri link href'.split(' '));
/** Last words that say no more than those before them: an `artist display name` is an artist. */
const NEUTRAL = new Set(
  'name title text label value display description desc info details family ms sec seconds min minutes hours days in km m cm mm mi ft lbs lb kg g mg sqm sqft feet meters metres deg degrees percent'.split(
    ' ',
  ),
);
/** `temperature_2m` is a temperature. */
const MEASURE = /^\d+\p{L}{0,3}$/u;
/** A name inside another element must have nearly all words, because the element may be about something else. */
const LEAST_NESTED_SHARE = 0.75;

type Scores = Map<number, Map<number, number>>;

/**
 * Finds names with common words. More than half of the words must agree, to exclude chance. Attributes and values above
 * the record need their exact name, and words of different concepts are not alike.
 */
export function findSimilar(
  headings: readonly Heading[],
  names: readonly (PathName | undefined)[],
  columns: readonly Column[],
): Scores {
  const own = columns.flatMap((column, owner) =>
    [column.key, column.name, ...column.alternativeNames.slice(0, MOST_SIMILAR_NAMES)].map(
      (name): OwnedName => ({ owner, tokens: tokensOf(name) }),
    ),
  );
  const theirs = names.flatMap((name, owner) => {
    if (name === undefined || name.isAttribute || headings[owner]?.isAboveRecord) return [];
    if (name.isRepeating && name.isNested) return [];
    // Only a name that means little by itself is compared together with the elements around it.
    const isGeneric = name.isNested && GENERIC.has(name.tails[0]?.join('') ?? '');
    const tails = isGeneric ? name.tails.slice(1) : name.tails.slice(0, 1);
    return tails.flatMap((tokens) => withCore(tokens).map((own): OwnedName => ({ owner, tokens: own })));
  });
  const wordsOfRow = columns.map(({ key, name, alternativeNames }) =>
    tokensOf([key, name, ...alternativeNames].join(' ')),
  );
  const isAddress = (row: number): boolean =>
    columns[row]?.type === 'url' || columns[row]?.type === 'image_url';
  const isNarrower = (row: number, at: number): boolean =>
    names[at]?.tails[0]?.some(
      (word) =>
        NARROWING.has(word) &&
        !wordsOfRow[row]?.includes(word) &&
        !(isAddress(row) && ADDRESS_WORDS.has(word)),
    ) ?? false;
  // An `artist role` is a role, and no artist.
  const isOtherThing = (row: number, at: number): boolean => {
    const head = withoutMeasures(names[at]?.tails[0] ?? []).at(-1) ?? '';
    const isMeant = wordsOfRow[row]?.some(
      (word) => isAlike(word, head) || isAlike(word, singular([head])[0] ?? ''),
    );
    return isMeant === false && !NEUTRAL.has(head) && !(isAddress(row) && ADDRESS_WORDS.has(head));
  };
  const conceptOfRow = columns.map(({ key, name }) => findConcept([key, name]));
  const conceptOfHeading = names.map((name) => findConcept([name?.tails[0]?.join(' ') ?? '']));
  const scores: Scores = new Map();
  for (const { left, right, share, common } of similarNames(own, theirs)) {
    // The `channel title` is not the title, and the `avatar url` not the address.
    if (common.every((word) => GENERIC.has(word))) continue;
    if (share <= (names[right]?.isNested ? LEAST_NESTED_SHARE : 0.5)) continue;
    if (isNarrower(left, right) || isOtherThing(left, right)) continue;
    if (areDifferent(conceptOfRow[left], conceptOfHeading[right])) continue;
    const ofColumn = scores.get(left) ?? new Map<number, number>();
    ofColumn.set(right, Math.max(ofColumn.get(right) ?? 0, 0.8 * share));
    scores.set(left, ofColumn);
  }
  for (const [row, at] of findAbbreviated(names, columns)) {
    const ofColumn = scores.get(row) ?? new Map<number, number>();
    scores.set(row, ofColumn.set(at, Math.max(ofColumn.get(at) ?? 0, ABBREVIATED_SCORE)));
  }
  return scores;
}

const ABBREVIATED_SCORE = 0.5;
const SHORTEST_ABBREVIATION = 3;

/** Finds numbers whose words are the beginnings of those of a column: `mag` for the magnitude, `temp_max`. */
function findAbbreviated(
  names: readonly (PathName | undefined)[],
  columns: readonly Column[],
): (readonly [row: number, at: number])[] {
  return columns.flatMap(({ key, type }, row) => {
    const words = tokensOf(key);
    if (type !== 'number' && type !== 'integer') return [];
    return names.flatMap((name, at) => {
      const own = name?.tails[0] ?? [];
      const isMeant = name !== undefined && !name.isNested && isAbbreviated(own, words);
      return isMeant ? [[row, at] as const] : [];
    });
  });
}

/** Whether each word is one of the column or begins it, and at least one is shorter. */
function isAbbreviated(own: readonly string[], words: readonly string[]): boolean {
  if (own.length !== words.length || own.join('') === words.join('')) return false;
  return own.every((short, index) => {
    const word = words[index] ?? '';
    return short === word || (short.length >= SHORTEST_ABBREVIATION && word.startsWith(short));
  });
}

const areDifferent = (one: FeedConcept | undefined, other: FeedConcept | undefined): boolean =>
  one !== undefined && other !== undefined && one !== other;

/** A name without measures, and the same without neutral words at its end. */
function withCore(tokens: readonly string[]): (readonly string[])[] {
  const own = withoutMeasures(tokens);
  const end = own.findLastIndex((token) => !NEUTRAL.has(token)) + 1;
  return end > 0 && end < own.length ? [own, own.slice(0, end)] : [own];
}

function withoutMeasures(tokens: readonly string[]): readonly string[] {
  const own = tokens.filter((token) => !MEASURE.test(token));
  return own.length > 0 ? own : tokens;
}
