import { ItemState } from '@inlet/pipeline';
import type { Job, Run, RunEnding } from '../ports/records.js';
import type { World } from '../ports/world.js';
import { itemStateId } from './item-state-id.js';

const DAY_MS = 86_400_000;

/**
 * Makes rows of a run that ends count as never sent, so that the next run sends them again, from a source that is
 * read again even if it did not change. Can be repeated.
 */
export async function takeRowsBack(
  world: World,
  { run, which }: { run: Run; which: RunEnding['takesBack'] },
): Promise<void> {
  if (which === 'nothing') return;
  if (which === 'all') await discardUnsent(world, run);
  const job = await world.store.jobs.get(run.projectId, run.jobId);
  if (job?.activeRunId !== run.id || job.itemStateId !== itemStateId(run)) return;
  if (which === 'all') await restoreItems(world, { job, run });
  else await forgetFailed(world, { job, run });
}

async function discardUnsent(world: World, { projectId, id }: Run): Promise<void> {
  const expiresAt = new Date(world.now().getTime() + world.settings.keepFailedMs);
  await world.store.deliveries.discard(projectId, id, { expiresAt });
}

/** Puts the item state from before the run in force again. */
async function restoreItems(world: World, { job, run }: { job: Job; run: Run }): Promise<void> {
  const { projectId, itemStateBefore } = run;
  const before = itemStateBefore && (await world.store.itemStates.load(projectId, job.id, itemStateBefore));
  await world.store.jobs.release(projectId, job.id, {
    runId: run.id,
    itemStateId: before ? itemStateBefore : null,
    knownItems: before ? ItemState.parse(before).size : 0,
    fetchState: { ...job.fetchState, configHash: null },
  });
}

/** Forgets the items of batches that the receiver did not take. */
async function forgetFailed(world: World, { job, run }: { job: Job; run: Run }): Promise<void> {
  const { projectId, id: runId } = run;
  const bytes = await world.store.itemStates.load(projectId, job.id, itemStateId(run));
  if (!bytes) return;
  const items = ItemState.parse(bytes);
  const today = Math.floor(world.now().getTime() / DAY_MS);
  for (const { id } of await world.store.deliveries.listFailed(projectId, runId)) {
    const body = await world.store.deliveries.body(projectId, id);
    if (body) forgetRows(items, { body, today });
  }
  const state = { projectId, jobId: job.id, itemStateId: itemStateId(run) };
  await world.store.itemStates.save({ ...state, bytes: items.serialize() });
  await world.store.jobs.release(projectId, job.id, {
    runId,
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
