import type { World } from '../ports/world.js';
import type { RunLease } from './run-lease.js';
import type { StagedRows } from './stage-rows.js';

/**
 * Puts a staged run into force. The order makes every point a safe one to crash at: the batches are stored
 * already; the new item state is stored beside the old one; then the run says that it delivers; and all that
 * follows is done again, with the same result, when a worker takes the run over.
 */
export async function releaseRun(
  world: World,
  { lease, staged }: { lease: RunLease; staged: StagedRows },
): Promise<void> {
  const { projectId, jobId, id: runId } = lease.run;
  await world.store.itemStates.save({
    projectId,
    jobId,
    itemStateId: runId,
    bytes: staged.items.serialize(),
  });
  await lease.save({
    step: 'delivering',
    counts: staged.counts,
    warnings: staged.warnings,
    fetchStateAfter: staged.fetchState,
    knownItemsAfter: staged.items.size,
  });
  await finishRelease(world, lease);
}

/** The part of a release that can be repeated. */
export async function finishRelease(world: World, lease: RunLease): Promise<void> {
  const { projectId, jobId, id: runId, fetchStateAfter, knownItemsAfter } = lease.run;
  if (!fetchStateAfter || knownItemsAfter === null) return;
  await world.store.jobs.release(projectId, jobId, {
    runId,
    itemStateId: runId,
    knownItems: knownItemsAfter,
    fetchState: fetchStateAfter,
  });
  await world.store.deliveries.release(projectId, runId, world.now());
}
