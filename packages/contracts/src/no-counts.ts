import type { RunCounts } from './run.js';

/** In a separate module from its schema, so that code which only counts does not load zod. */
export const NO_COUNTS: RunCounts = {
  bytes: 0,
  records: 0,
  valid: 0,
  invalid: 0,
  warnings: 0,
  created: 0,
  updated: 0,
  unchanged: 0,
  removed: 0,
  rekeyed: 0,
  excluded: 0,
  notSent: 0,
  duplicates: 0,
  empty: 0,
  issues: 0,
  batches: 0,
  batchesAcknowledged: 0,
  batchesFailed: 0,
  rowsAcknowledged: 0,
  rowsRejected: 0,
};
