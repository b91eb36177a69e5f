import type { Column, Heading } from '@inlet/contracts';
import { tokensOf } from '../values/name-words.js';
import type { FeedConcept } from './concepts.js';
import { findConcept } from './feed-concepts.js';
import { GENERIC, type PathName } from './name-tokens.js';
import { type OwnedName, similarNames } from './similar-names.js';

/** How many alternative names are compared for similarity. For equality all of them count. */
const MOST_SIMILAR_NAMES = 20;

/** Words that make a name mean something else: the `category id` is not the category. */
const NARROWING = new Set('id ids url uri link count total number email phone date'.split(' '));

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
    return tails.map((tokens): OwnedName => ({ owner, tokens }));
  });
  const wordsOfRow = columns.map(({ key, name, alternativeNames }) =>
    tokensOf([key, name, ...alternativeNames].join(' ')),
  );
  const isNarrower = (row: number, at: number): boolean =>
    names[at]?.tails[0]?.some((word) => NARROWING.has(word) && !wordsOfRow[row]?.includes(word)) ?? false;
  const conceptOfRow = columns.map(({ key, name }) => findConcept([key, name]));
  const conceptOfHeading = names.map((name) => findConcept([name?.tails[0]?.join(' ') ?? '']));
  const scores: Scores = new Map();
  for (const { left, right, share, common } of similarNames(own, theirs)) {
    // The `channel title` is not the title, and the `avatar url` not the address.
    if (common.every((word) => GENERIC.has(word))) continue;
    if (share <= 0.5 || isNarrower(left, right)) continue;
    if (areDifferent(conceptOfRow[left], conceptOfHeading[right])) continue;
    const ofColumn = scores.get(left) ?? new Map<number, number>();
    ofColumn.set(right, Math.max(ofColumn.get(right) ?? 0, 0.8 * share));
    scores.set(left, ofColumn);
  }
  return scores;
}

const areDifferent = (one: FeedConcept | undefined, other: FeedConcept | undefined): boolean =>
  one !== undefined && other !== undefined && one !== other;
