import type { ItemState } from '@inlet/pipeline';
import { requireItems } from '../ingest/load-items.js';
import { parseRows } from '../ingest/row-json.js';
import { liveBatches } from '../outbox/run-counts.js';
import type { Context } from '../ports/context.js';
import { deliveryRef, type Run, runRef } from '../ports/model.js';
import { itemStateIdOf, removeLeftovers } from './release-run.js';
import type { RunLease } from './run-lease.js';

/**
 * Leaves the removed rows out of a run before its staged batches are released. Their items become known again, so that
 * the next run that misses them reports them, also if the source has not changed until then. Can be repeated: the item
 * state is stored before a batch is discarded.
 */
export async function skipRemovals(context: Context, lease: RunLease): Promise<void> {
  const { run } = lease;
  await removeLeftovers(context, run);
  const items = await requireItems(context, { ...run, itemStateId: itemStateIdOf(run) });
  // A run that was compared with nothing has no removed rows.
  const itemStateId = run.held?.rule === 'state' ? null : run.itemStateBefore;
  const before = await requireItems(context, { ...run, itemStateId });
  const from = await restoreRemoved(context, { run, items, before });
  const knownItemsAfter = items.size;
  if (from !== null) {
    const { projectId, jobId } = run;
    await context.store.itemStates.save({
      projectId,
      jobId,
      itemStateId: itemStateIdOf(run),
      parts: items.pack(),
    });
    const expiresAt = new Date(context.now().getTime() + context.settings.keepFailedMs);
    await context.store.deliveries.discard(runRef(run), { from, expiresAt });
  }
  const batches = liveBatches(await context.store.deliveries.summarize(runRef(run)));
  // The items do not belong to this body, so a source that still has it is not an unchanged one.
  const fetchStateAfter = run.fetchStateAfter && { ...run.fetchStateAfter, version: null, body: null };
  await lease.save({ knownItemsAfter, fetchStateAfter, counts: { ...run.counts, removed: 0, batches } });
}

interface ItemStates {
  readonly run: Run;
  readonly items: ItemState;
  readonly before: ItemState;
}

/** Copies the removed items from `before` to `items`. Returns the number of the first batch of removed rows, if any. */
async function restoreRemoved(context: Context, { run, items, before }: ItemStates): Promise<number | null> {
  let first: number | null = null;
  const staged = context.store.deliveries.streamStaged({ ...runRef(run), runAttempt: run.stagedAttempt });
  for await (const delivery of staged) {
    const body = await context.store.deliveries.body(deliveryRef(delivery));
    const rows = body ? parseRows(body) : [];
    // Removed rows are the last ones of a run, in batches without others.
    if (rows[0]?.change !== 'removed') break;
    for (const { rowKey } of rows) items.copyFrom(before, rowKey);
    first = delivery.number;
  }
  return first;
}
