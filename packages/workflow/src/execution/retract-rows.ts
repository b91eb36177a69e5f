import type { RunCounts } from '@inlet/contracts';
import { ItemState } from '@inlet/pipeline';
import { loadItems } from '../ingest/load-items.js';
import { parseRows } from '../ingest/row-json.js';
import type { Context } from '../ports/context.js';
import { deliveryRef, type JobEnd, type Run, type RunEnding, runRef } from '../ports/model.js';
import { itemStateIdOf } from './release-run.js';

const DAY_MS = 86_400_000;

/**
 * Makes rows of a run that ends count as never sent, so that the next run sends them again. Returns the new state of
 * the job; undefined to keep the current one. Can be repeated.
 */
export async function retractRows(
  context: Context,
  run: Run,
  retracts: RunEnding['retracts'],
): Promise<JobEnd['newState']> {
  if (retracts === 'all') return undefined;
  const { fetchStateAfter: fetchState, knownItemsAfter: knownItems } = run;
  if (!fetchState || knownItems === null) return undefined;
  const itemStateId = itemStateIdOf(run);
  if (retracts === 'none') return { itemStateId, knownItems, fetchState };
  const left = await forgetUnacknowledged(context, run, itemStateId);
  if (left === undefined) return undefined;
  const { knownItems: known, hasUnsentRekeys } = left;
  // Without a config hash, the source is read again even if it has not changed.
  return { itemStateId, knownItems: known, fetchState: { ...fetchState, configHash: null, hasUnsentRekeys } };
}

/**
 * Which rows of a run are retracted that ends before all of its batches are sent. Those that the receiver acknowledged
 * stay known, so that it is told when their items go.
 */
export const retractsOfStopped = (
  { fetchStateAfter }: Pick<Run, 'fetchStateAfter'>,
  { batchesAcknowledged }: Pick<RunCounts, 'batchesAcknowledged'>,
): 'failed' | 'all' => (fetchStateAfter !== null && batchesAcknowledged > 0 ? 'failed' : 'all');

/** Discards the batches that were not sent, after their rows are retracted, which needs their bodies. */
export async function discardUnsent(context: Context, run: Run): Promise<void> {
  const expiresAt = new Date(context.now().getTime() + context.settings.keepFailedMs);
  await context.store.deliveries.discard(runRef(run), { expiresAt });
}

interface RetractedState {
  readonly knownItems: number;
  readonly hasUnsentRekeys: boolean;
}

/** Removes the items of unacknowledged batches from the run's item state. Returns undefined if it is unreadable. */
async function forgetUnacknowledged(
  context: Context,
  run: Run,
  itemStateId: string,
): Promise<RetractedState | undefined> {
  const { projectId, jobId } = run;
  const parts = await loadItems(context, { projectId, jobId, itemStateId });
  if (!parts) return undefined;
  const items = ItemState.parse(parts);
  const today = Math.floor(context.now().getTime() / DAY_MS);
  const rekeyed = new Set<string>();
  for (const delivery of await context.store.deliveries.listUnacknowledged(runRef(run))) {
    const body = await context.store.deliveries.body(deliveryRef(delivery));
    if (body) forgetRows(items, { body, today, rekeyed });
  }
  const { size } = items;
  await context.store.itemStates.save({ projectId, jobId, itemStateId, parts: items.pack() });
  return { knownItems: size, hasUnsentRekeys: rekeyed.size > 0 };
}

interface UnacknowledgedRows {
  readonly body: Buffer;
  readonly today: number;
  /** New keys of the rows that have their former keys again. */
  readonly rekeyed: Set<string>;
}

/**
 * Forgets new rows; changed and removed rows stay known, with a content that equals no other, and rekeyed ones under
 * their former keys.
 */
function forgetRows(items: ItemState, { body, today, rekeyed }: UnacknowledgedRows): void {
  for (const { rowKey, previousRowKey, change } of parseRows(body)) {
    if (previousRowKey !== undefined) {
      items.restoreKey(rowKey, { formerKey: previousRowKey, day: today });
      rekeyed.add(rowKey);
    } else if (change === 'created') items.forget(rowKey);
    else if (!rekeyed.has(rowKey)) items.forgetContent(rowKey, today);
  }
}
