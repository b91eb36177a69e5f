import type { Store } from '@inlet/workflow';

export interface StoreUnderTest {
  readonly store: Store;
  /** Every stored record as the bytes that lie in the database, for looking for secrets. */
  readonly readRaw: () => Promise<readonly Buffer[]>;
  readonly close: () => Promise<void>;
}

/** What the groups of the suite share: the store, ids that later sort after earlier ones, and a tenant of its own for each test. */
export interface Stage {
  readonly current: () => StoreUnderTest;
  readonly store: () => Store;
  readonly newId: (prefix: string) => string;
}

/** `2026-01-05T09:00:00Z` and that many seconds. */
export const at = (seconds: number): Date => new Date(Date.UTC(2026, 0, 5, 9, 0, seconds));
