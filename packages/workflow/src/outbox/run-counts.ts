import type { RunCounts } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import { type Run, runRef } from '../ports/model.js';
import type { OutboxSummary } from '../ports/store.js';

/** Concurrent replays of one run may change its counts at the same time. */
const MAX_RECOUNTS = 20;

/** The counts of a run, with those of its deliveries taken from the outbox. */
export function withDeliveryCounts(run: Run, { acknowledged, failed }: OutboxSummary): RunCounts {
  return {
    ...run.counts,
    batchesAcknowledged: acknowledged.batches,
    batchesFailed: failed.batches,
    rowsAcknowledged: acknowledged.rows - acknowledged.rowsRejected,
    rowsRejected: acknowledged.rowsRejected,
    issues: run.counts.issues + acknowledged.rowsRejected + acknowledged.answersUnread,
  };
}

/** Number of batches, without those that were discarded. */
export const liveBatches = ({ discarded: _, ...live }: OutboxSummary): number =>
  Object.values(live).reduce((total, { batches }) => total + batches, 0);

export async function readFinalCounts(context: Context, run: Run): Promise<RunCounts> {
  return withDeliveryCounts(run, await context.store.deliveries.summarize(runRef(run)));
}

/**
 * Updates the counts of a finished run after a replay. Does nothing if some of its batches have expired: they would
 * seem never to have been sent.
 */
export async function recountRun(context: Context, finished: Run): Promise<void> {
  const ref = runRef(finished);
  for (let attempt = 0; attempt < MAX_RECOUNTS; attempt += 1) {
    const run = await context.store.runs.get(ref);
    if (!run) return;
    const summary = await context.store.deliveries.summarize(ref);
    const live = liveBatches(summary);
    if (live + summary.discarded.batches < run.counts.batches) return;
    const sent = withDeliveryCounts(run, summary);
    const issues = run.counts.issues + sent.rowsRejected - run.counts.rowsRejected;
    const isReplaced = await context.store.runs.replaceCounts(ref, {
      from: run.counts,
      // A replayed batch may have been split.
      to: { ...sent, issues, batches: Math.max(run.counts.batches, live) },
    });
    if (isReplaced) return;
  }
}
