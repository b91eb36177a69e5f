import { type DeliveryView, InletError, isFinished } from '@inlet/contracts';
import { findVisibleRun, requireHost } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import { storeReplay } from '../outbox/store-replay.js';
import type { Context } from '../ports/context.js';
import { type Delivery, deliveryRef, type Run } from '../ports/model.js';
import { listAllDeliveries } from './list-all-deliveries.js';
import { viewDelivery } from './view-run.js';

/**
 * Sends all deliveries of a run again: each acknowledged one as a new delivery, each failed one under its id. Replays
 * are not replayed with their run, since they have the rows of other deliveries.
 */
export async function replayRun(
  context: Context,
  caller: Caller,
  { runId }: { runId: string },
): Promise<{ deliveries: number }> {
  requireHost(caller);
  const run = await findVisibleRun(context, caller, runId);
  let deliveries = 0;
  for await (const delivery of listAllDeliveries(context, run))
    if (delivery.replayOf === null && (await replay(context, { delivery, run }))) deliveries += 1;
  if (deliveries === 0) throw new InletError('run_not_replayable');
  return { deliveries };
}

/** Sends one delivery again. Returns the delivery that is going to be sent. */
export async function replayDelivery(
  context: Context,
  caller: Caller,
  { deliveryId }: { deliveryId: string },
): Promise<DeliveryView> {
  requireHost(caller);
  const delivery = await context.store.deliveries.get({ projectId: caller.projectId, deliveryId });
  const run = delivery && (await context.store.runs.get(delivery));
  if (!run) throw new InletError('delivery_not_found');
  const replayed = await replay(context, { delivery, run });
  if (!replayed) throw new InletError('run_not_replayable');
  return viewDelivery(replayed);
}

interface DeliveryOfRun {
  readonly delivery: Delivery;
  readonly run: Run;
}

/** Returns null if the delivery cannot be sent again, or waits to be sent already. */
async function replay(context: Context, { delivery, run }: DeliveryOfRun): Promise<Delivery | null> {
  if (delivery.status === 'failed') return retry(context, delivery);
  if (delivery.status !== 'acknowledged' || !isFinished(run.outcome)) return null;
  const body = await context.store.deliveries.body(deliveryRef(delivery));
  return body && storeReplay(context, { of: delivery, body, rows: delivery.rows });
}

/** Attempts a delivery again that its receiver never acknowledged, under the same id. */
async function retry(context: Context, delivery: Delivery): Promise<Delivery | null> {
  const now = context.now();
  const ref = deliveryRef(delivery);
  if (!(await context.store.deliveries.retryFailed(ref, now))) return null;
  await context.queue.setDelivery({ ...ref, at: now });
  return context.store.deliveries.get(ref);
}
