import type { Store } from '@inlet/workflow';

export interface StoreUnderTest {
  readonly store: Store;
  /** The bytes of every stored document, to search them for secrets. */
  readonly readRaw: () => Promise<readonly Buffer[]>;
  readonly close: () => Promise<void>;
}

/** Shared by all groups of the suite. `newId` returns ids that sort by age; each test uses new projects. */
export interface Suite {
  readonly current: () => StoreUnderTest;
  readonly store: () => Store;
  readonly newId: (prefix: string) => string;
}

/** `2026-01-05T09:00:00Z` plus this many seconds. */
export const at = (seconds: number): Date => new Date(Date.UTC(2026, 0, 5, 9, 0, seconds));
