import { ItemState } from '@inlet/pipeline';
import type { Context } from '../ports/context.js';
import type { JobEnd, Run, RunEnding } from '../ports/model.js';
import { itemStateId } from './item-state-id.js';

const DAY_MS = 86_400_000;

/**
 * Makes rows of a run that ends count as never sent, so that the next run sends them again. Gives what comes into
 * force for the job with the end of the run; undefined where nothing does. Can be repeated.
 */
export async function takeRowsBack(
  context: Context,
  { run, which }: { run: Run; which: RunEnding['retracts'] },
): Promise<JobEnd['newState']> {
  if (which === 'all') {
    await discardUnsent(context, run);
    return undefined;
  }
  const { fetchStateAfter: fetchState, knownItemsAfter: knownItems } = run;
  if (!fetchState || knownItems === null) return undefined;
  if (which === 'failed') return forgetFailed(context, { run, fetchState });
  return { itemStateId: itemStateId(run), knownItems, fetchState };
}

async function discardUnsent(context: Context, { projectId, id }: Run): Promise<void> {
  const expiresAt = new Date(context.now().getTime() + context.settings.keepFailedMs);
  await context.store.deliveries.discard(projectId, id, { expiresAt });
}

/** Forgets the items of batches that the receiver did not take; the source is read again even if it did not change. */
async function forgetFailed(
  context: Context,
  { run, fetchState }: { run: Run; fetchState: NonNullable<Run['fetchStateAfter']> },
): Promise<JobEnd['newState']> {
  const { projectId, jobId, id: runId } = run;
  const parts = await context.store.itemStates.load(projectId, jobId, itemStateId(run));
  if (!parts) return undefined;
  const items = ItemState.parse(parts);
  const today = Math.floor(context.now().getTime() / DAY_MS);
  for (const { id } of await context.store.deliveries.listFailed(projectId, runId)) {
    const body = await context.store.deliveries.body(projectId, id);
    if (body) forgetRows(items, { body, today });
  }
  const state = { projectId, jobId, itemStateId: itemStateId(run) };
  const knownItems = items.size;
  await context.store.itemStates.save({ ...state, parts: items.pack() });
  return { itemStateId: itemStateId(run), knownItems, fetchState: { ...fetchState, configHash: null } };
}

/** New rows are forgotten; changed and removed ones stay known, with a content that nothing equals. */
function forgetRows(items: ItemState, { body, today }: { body: Buffer; today: number }): void {
  const rows = JSON.parse(`[${body.toString()}]`) as { rowKey: string; change: string }[];
  for (const { rowKey, change } of rows) {
    if (change === 'created') items.forget(rowKey);
    else items.forgetContent(rowKey, today);
  }
}
