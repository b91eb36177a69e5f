import type { Run } from '../ports/records.js';
import type { World } from '../ports/world.js';
import { itemStateId } from './item-state-id.js';
import type { RunLease } from './run-lease.js';
import type { StagedRows } from './stage-rows.js';

/**
 * Lets a staged run go out. The order makes every point a safe one to crash at: the batches are stored already; the
 * new item state is stored beside the old one, and comes into force with the end of the run; then the run says that
 * it delivers; and all that follows is done again, with the same result, when a worker takes the run over.
 */
export async function releaseRun(
  world: World,
  { lease, staged }: { lease: RunLease; staged: StagedRows },
): Promise<void> {
  const { run } = lease;
  await world.store.itemStates.save({
    projectId: run.projectId,
    jobId: run.jobId,
    itemStateId: itemStateId(run),
    parts: staged.items,
  });
  await lease.save({
    step: 'delivering',
    counts: staged.counts,
    warnings: staged.warnings,
    fetchStateAfter: staged.fetchState,
    knownItemsAfter: staged.knownItems,
  });
  await finishRelease(world, lease.run);
}

/** The part of a release that can be repeated. What other claims staged meanwhile is never sent. */
export async function finishRelease(world: World, run: Run): Promise<void> {
  const { projectId, id: runId, stagedClaim: claim, counts } = run;
  if (counts.batches > 0) await world.store.deliveries.release(projectId, runId, { claim, now: world.now() });
  await removeLeftovers(world, run);
}

/** Removes what earlier claims left, if there were any: of a worker that died, or lost the run without noticing. */
export async function removeLeftovers(world: World, run: Run): Promise<void> {
  if (run.claims === 1) return;
  const { projectId, id, stagedClaim } = run;
  await world.store.deliveries.removeHeld(projectId, id, { beforeClaim: stagedClaim });
  await world.store.issues.removeOfRun(projectId, id, { beforeClaim: stagedClaim });
}
