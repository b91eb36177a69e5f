import { ItemState } from '@inlet/pipeline';
import type { Delivery, Job, Run } from '../ports/records.js';
import type { World } from '../ports/world.js';
import { itemStateId } from './item-state-id.js';

const DAY_MS = 86_400_000;

/**
 * Takes a run's unsent rows back: what is pending is discarded and the item state from before the run is in force
 * again, so that the next run sends whatever is still new or changed.
 */
export async function takeBack(world: World, { job, run }: { job: Job; run: Run }): Promise<void> {
  const { projectId, id: runId } = run;
  const expiresAt = new Date(world.now().getTime() + world.settings.keepFailedMs);
  await world.store.deliveries.discard(projectId, runId, { expiresAt });
  if (job.itemStateId !== itemStateId(run)) return;
  const before =
    run.itemStateBefore && (await world.store.itemStates.load(projectId, job.id, run.itemStateBefore));
  await world.store.jobs.release(projectId, job.id, {
    runId,
    itemStateId: before ? run.itemStateBefore : null,
    knownItems: before ? ItemState.parse(before).size : 0,
    fetchState: { ...job.fetchState, configHash: null },
  });
}

/**
 * Forgets the items of batches that the receiver did not take, so that the next run sends them again,
 * from a source that is read again even if it did not change.
 */
export async function forgetFailed(
  world: World,
  { job, run, failed }: { job: Job; run: Run; failed: readonly Delivery[] },
): Promise<void> {
  const bytes =
    job.itemStateId && (await world.store.itemStates.load(job.projectId, job.id, job.itemStateId));
  if (!bytes || job.itemStateId !== itemStateId(run)) return;
  const items = ItemState.parse(bytes);
  const today = Math.floor(world.now().getTime() / DAY_MS);
  for (const { id } of failed) {
    const body = await world.store.deliveries.body(job.projectId, id);
    if (body) forgetRows(items, { body, today });
  }
  await world.store.itemStates.save({
    projectId: job.projectId,
    jobId: job.id,
    itemStateId: itemStateId(run),
    bytes: items.serialize(),
  });
  await world.store.jobs.release(job.projectId, job.id, {
    runId: run.id,
    itemStateId: itemStateId(run),
    knownItems: items.size,
    fetchState: { ...job.fetchState, configHash: null },
  });
}

/** New rows are forgotten; changed and removed ones stay known, with a content that nothing equals. */
function forgetRows(items: ItemState, { body, today }: { body: Buffer; today: number }): void {
  const rows = JSON.parse(`[${body.toString()}]`) as { rowKey: string; change: string }[];
  for (const { rowKey, change } of rows) {
    if (change === 'created') items.forget(rowKey);
    else items.forgetContent(rowKey, today);
  }
}
