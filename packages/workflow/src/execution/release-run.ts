import type { StagedRows } from '../ingest/ingest-source.js';
import type { Context } from '../ports/context.js';
import type { Run } from '../ports/model.js';
import { itemStateId } from './item-state-id.js';
import type { RunLease } from './run-lease.js';

/**
 * Lets a staged run go out. The order makes every point a safe one to crash at: the batches are stored already; the
 * new item state is stored beside the old one, and comes into force with the end of the run; then the run says that
 * it delivers; and all that follows is done again, with the same result, when a worker takes the run over.
 */
export async function releaseRun(
  context: Context,
  { lease, staged }: { lease: RunLease; staged: StagedRows },
): Promise<void> {
  const { run } = lease;
  await context.store.itemStates.save({
    projectId: run.projectId,
    jobId: run.jobId,
    itemStateId: itemStateId(run),
    parts: staged.items,
  });
  await lease.save({
    phase: 'deliver',
    counts: staged.counts,
    warnings: staged.warnings,
    fetchStateAfter: staged.fetchState,
    knownItemsAfter: staged.knownItems,
  });
  await finishRelease(context, lease.run);
}

/** The part of a release that can be repeated. What other claims staged meanwhile is never sent. */
export async function finishRelease(context: Context, run: Run): Promise<void> {
  const { projectId, id: runId, stagedAttempt: runAttempt, counts } = run;
  if (counts.batches > 0)
    await context.store.deliveries.release(projectId, runId, { runAttempt, now: context.now() });
  await removeLeftovers(context, run);
}

/** Removes what earlier claims left, if there were any: of a worker that died, or lost the run without noticing. */
export async function removeLeftovers(context: Context, run: Run): Promise<void> {
  if (run.attempt === 1) return;
  const { projectId, id, stagedAttempt } = run;
  await context.store.deliveries.removeStaged(projectId, id, { beforeAttempt: stagedAttempt });
  await context.store.issues.removeOfRun(projectId, id, { beforeAttempt: stagedAttempt });
}
