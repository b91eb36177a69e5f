import type { Context } from '../ports/context.js';
import { type Delivery, deliveryRef } from '../ports/model.js';
import { derivedDeliveryId } from './derived-delivery-id.js';

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
    status: 'pending',
    reason: null,
    attemptCount: 0,
    attempts: [],
    nextAttemptAt: now,
    rowsRejected: 0,
    createdAt: now,
    acknowledgedAt: null,
  };
  await context.store.deliveries.insert([{ delivery: replay, body, expiresAt: null }]);
  await context.queue.setDelivery({ ...deliveryRef(replay), at: now });
  return replay;
}

/** Returns null if the latest replay is still pending. */
async function nextReplayId(context: Context, { id, projectId }: Delivery): Promise<string | null> {
  for (let number = 1; ; number += 1) {
    const deliveryId = derivedDeliveryId(id, `replay/${number}`);
    const earlier = await context.store.deliveries.get({ projectId, deliveryId });
    if (!earlier) return deliveryId;
    if (earlier.status === 'pending') return null;
  }
}
