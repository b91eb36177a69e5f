import { type DeliveryView, InletError } from '@inlet/contracts';
import { findVisibleRun, requireHost } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import { viewDelivery } from './view-run.js';

const PAGE = 200;

/** Sends all deliveries of a run again, under the same ids. */
export async function replayRun(
  context: Context,
  caller: Caller,
  { runId }: { runId: string },
): Promise<{ deliveries: number }> {
  requireHost(caller);
  const { projectId } = await findVisibleRun(context, caller, runId);
  const now = context.now();
  const deliveries = await context.store.deliveries.replayRun({ projectId, runId }, now);
  if (deliveries === 0) throw new InletError('run_not_replayable');
  for (let cursor: string | undefined; ; ) {
    const page = await context.store.deliveries.listOfRun({ projectId, runId }, { limit: PAGE, cursor });
    for (const { id, status } of page.items)
      if (status === 'pending') await context.queue.setDelivery({ projectId, deliveryId: id, at: now });
    if (page.nextCursor === null) return { deliveries };
    cursor = page.nextCursor;
  }
}

/** Sends one delivery again, under the same id. */
export async function replayDelivery(
  context: Context,
  caller: Caller,
  { deliveryId }: { deliveryId: string },
): Promise<DeliveryView> {
  requireHost(caller);
  const { projectId } = caller;
  const now = context.now();
  const result = await context.store.deliveries.replay({ projectId, deliveryId }, now);
  const delivery = await context.store.deliveries.get({ projectId, deliveryId });
  if (result === 'not_found' || !delivery) throw new InletError('delivery_not_found');
  if (result === 'not_replayable') throw new InletError('run_not_replayable');
  await context.queue.setDelivery({ projectId, deliveryId, at: now });
  return viewDelivery(delivery);
}
