import type { RunCounts } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import type { Run } from '../ports/model.js';
import type { OutboxSummary } from '../ports/store.js';

/** Counts as the outbox has them in the end. */
export const finalCounts = async (context: Context, run: Run): Promise<RunCounts> =>
  countsOf(run, await context.store.deliveries.summarize(run.projectId, run.id));

/** The counts of a run, with those of its deliveries as the outbox has them. */
export function countsOf(run: Run, { acknowledged, failed }: OutboxSummary): RunCounts {
  return {
    ...run.counts,
    batchesAcknowledged: acknowledged.batches,
    batchesFailed: failed.batches,
    rowsAcknowledged: acknowledged.rows - acknowledged.rowsRejected,
    rowsRejected: acknowledged.rowsRejected,
    issues: run.counts.issues + acknowledged.rowsRejected,
  };
}

/** How a run that was delivered ended. */
export function outcomeOf(counts: RunCounts): 'succeeded' | 'succeeded_with_issues' | 'unchanged' {
  if (counts.issues > 0) return 'succeeded_with_issues';
  return counts.batches === 0 ? 'unchanged' : 'succeeded';
}
