import type { Context } from '../ports/context.js';
import { type Delivery, deliveryRef, UNTRIED } from '../ports/model.js';
import { derivedDeliveryId } from './derived-delivery-id.js';
import { halfRefsOf } from './split-delivery.js';

export interface ReplayedDelivery {
  /** An acknowledged delivery. */
  readonly of: Delivery;
  /** The body of the replay: that of the delivery, or some of its rows. */
  readonly body: Buffer;
  readonly rows: number;
}

/**
 * Stores and queues a new delivery that sends an acknowledged one, or some of its rows, again. Its id follows from that
 * of the delivery and the number of its replays, so that a request that is repeated after a crash replays nothing
 * twice. Returns null if a replay of the delivery is waiting to be sent already.
 */
export async function storeReplay(
  context: Context,
  { of, body, rows }: ReplayedDelivery,
): Promise<Delivery | null> {
  const id = await nextReplayId(context, of);
  if (id === null) return null;
  const now = context.now();
  const replay: Delivery = {
    ...of,
    id,
    replayOf: of.replayOf ?? of.id,
    rows,
    bytes: body.length,
    ...UNTRIED,
    status: 'pending',
    nextAttemptAt: now,
    createdAt: now,
  };
  await context.store.deliveries.insert([{ delivery: replay, body, expiresAt: null }]);
  await context.queue.setDelivery({ ...deliveryRef(replay), at: now });
  return replay;
}

/**
 * Returns null if the latest replay is still to be sent. Replays are numbered from 1 without a gap, so that few of them are
 * read, however many there are.
 */
async function nextReplayId(context: Context, { id, projectId }: Delivery): Promise<string | null> {
  const idOf = (number: number) => derivedDeliveryId(id, `replay/${number}`);
  const find = (number: number) => context.store.deliveries.get({ projectId, deliveryId: idOf(number) });
  let latest: Delivery | null = null;
  let last = 0;
  let missing = 1;
  for (let found = await find(missing); found; found = await find(missing)) {
    latest = found;
    last = missing;
    missing *= 2;
  }
  while (missing - last > 1) {
    const middle = Math.floor((last + missing) / 2);
    const found = await find(middle);
    if (found) [latest, last] = [found, middle];
    else missing = middle;
  }
  return latest && (await isWaiting(context, latest)) ? null : idOf(missing);
}

/** Whether the delivery, or a part of it after a split, is still to be sent. */
async function isWaiting(context: Context, delivery: Delivery): Promise<boolean> {
  if (delivery.status === 'pending') return true;
  if (delivery.reason !== 'split') return false;
  for (const ref of halfRefsOf(delivery)) {
    const half = await context.store.deliveries.get(ref);
    if (half && (await isWaiting(context, half))) return true;
  }
  return false;
}
