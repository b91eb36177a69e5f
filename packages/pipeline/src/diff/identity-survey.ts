import type { IdentityBasis } from '@inlet/contracts';
import { createFirstRecords } from '../values/first-records.js';
import type { FeedIdentity } from './create-row-identity.js';

/** A basis that a few items of a large file share is better than the content, with which every change is a new item. */
const MOST_REPEATS_PERCENT = 2;
const LEAST_LINKS_PERCENT = 98;

/** Counts how often the ids and links of a file repeat. */
export interface IdentitySurvey {
  /** Adds an item that is not the copy of an earlier one. */
  add(item: FeedIdentity): void;
  readonly items: number;
  /** Number of items whose identity on this basis an earlier item has. */
  repeatsOf(basis: IdentityBasis): number;
  /** The first of id, link, and both together that never repeats, else the first that nearly never does, else the content. */
  decideBasis(): IdentityBasis;
}

/** Remembers 8 bytes of each id and link, so that a million items take some 75 MB. */
export function createIdentitySurvey(): IdentitySurvey {
  const bases = [
    { basis: 'id', keyOf: ({ id, link }: FeedIdentity) => id ?? link, ...newCounter() },
    { basis: 'link', keyOf: ({ link }: FeedIdentity) => link, ...newCounter() },
    {
      basis: 'id_and_link',
      keyOf: ({ id, link }: FeedIdentity) => `${id ?? ''}\u0000${link ?? ''}`,
      ...newCounter(),
    },
  ] as const;
  let items = 0;
  const percentOfRepeats = ({ counter }: (typeof bases)[number]) => (100 * counter.repeats) / items;
  /** A link that many items lack identifies too few of them. */
  const isCandidate = ({ basis, counter }: (typeof bases)[number]) =>
    basis === 'link' ? 100 * counter.keys >= LEAST_LINKS_PERCENT * items : counter.keys > 0;
  const candidates = () => bases.filter(isCandidate);
  return {
    add(item) {
      items += 1;
      if (item.id === undefined && item.link === undefined) return;
      for (const { keyOf, counter } of bases) counter.add(keyOf(item));
    },
    get items() {
      return items;
    },
    repeatsOf: (wanted) => bases.find(({ basis }) => basis === wanted)?.counter.repeats ?? 0,
    decideBasis() {
      if (items === 0) return 'id';
      const found =
        candidates().find(({ counter }) => counter.repeats === 0) ??
        candidates().find((candidate) => percentOfRepeats(candidate) <= MOST_REPEATS_PERCENT);
      // Without any id or link, rows are identified by their content on every basis.
      return found?.basis ?? (candidates().length === 0 ? 'id' : 'content');
    },
  };
}

class Counter {
  private readonly seen = createFirstRecords();
  keys = 0;
  repeats = 0;

  add(key: string | undefined): void {
    if (key === undefined) return;
    this.keys += 1;
    if (this.seen.add(key, this.keys) !== undefined) this.repeats += 1;
  }
}

const newCounter = () => ({ counter: new Counter() });
