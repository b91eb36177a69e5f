import type { ItemState } from './item-state.js';

/** From this share on, in percent, items count as nearly all. */
const NEARLY_ALL_PERCENT = 90;
/** A source with one item may repeat its text under a new id. */
const LEAST_ITEMS = 2;

export interface Churn {
  /** Number of new items. */
  readonly created: number;
  /** Number of new items whose content, without id and link, is that of a known item that is missing. */
  readonly same: number;
  /** Number of known items that are missing. */
  readonly missing: number;
}

/**
 * Detects that the ids of a source have changed and not its items: nearly every item is new, nearly every known one is
 * missing, and their content without id and link is the same. null if that is not so.
 */
export function findChurn(items: ItemState): Churn | null {
  const { created, known, unseenKnown: missing } = items;
  const seen = known - missing;
  if (created < LEAST_ITEMS || missing < LEAST_ITEMS) return null;
  if (!isNearlyAll(created, created + seen) || !isNearlyAll(missing, known)) return null;
  const same = countCommon(items.bareContents('created'), items.bareContents('unseen'));
  return isNearlyAll(same, created) ? { created, same, missing } : null;
}

const isNearlyAll = (part: number, all: number): boolean => 100 * part >= NEARLY_ALL_PERCENT * all;

/** Counts the equal pairs of two lists, each member once. */
function countCommon(left: BigUint64Array, right: BigUint64Array): number {
  left.sort();
  right.sort();
  let common = 0;
  for (let a = 0, b = 0; a < left.length && b < right.length; ) {
    const [one, other] = [left[a]!, right[b]!];
    if (one === other) common += 1;
    if (one <= other) a += 1;
    if (other <= one) b += 1;
  }
  return common;
}
