import { NO_COUNTS } from '@inlet/contracts';
import { createIds, makeRun } from '@inlet/testing';
import { describe, expect, it } from 'vitest';
import type { OutboxSummary } from '../ports/store.js';
import { withDeliveryCounts } from './run-counts.js';

const none = { batches: 0, rows: 0, rowsRejected: 0, answersUnread: 0 };
const EMPTY: OutboxSummary = {
  staged: none,
  pending: none,
  acknowledged: none,
  failed: none,
  discarded: none,
};

describe('the counts of a run with those of its deliveries', () => {
  const run = makeRun(
    { newId: createIds() },
    { counts: { ...NO_COUNTS, records: 30, batches: 3, issues: 2, batchesAcknowledged: 1 } },
  );

  it('count rejected rows as issues and not as acknowledged, and answers that could not be read as issues', () => {
    const acknowledged = { batches: 2, rows: 20, rowsRejected: 5, answersUnread: 1 };
    const failed = { batches: 1, rows: 10, rowsRejected: 0, answersUnread: 0 };
    expect(withDeliveryCounts(run, { ...EMPTY, acknowledged, failed })).toEqual({
      ...run.counts,
      batchesAcknowledged: 2,
      batchesFailed: 1,
      rowsAcknowledged: 15,
      rowsRejected: 5,
      issues: 8,
    });
  });

  it('are taken from the outbox instead of the progress', () => {
    expect(withDeliveryCounts(run, EMPTY)).toMatchObject({ records: 30, batches: 3, batchesAcknowledged: 0 });
  });
});
