import type { Delivery, DeliveryStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { LEAN } from '../create-collections.js';

const KEPT_ATTEMPTS = 10;

export const recordAttempt =
  ({ collections }: Context): DeliveryStore['recordAttempt'] =>
  async (projectId, deliveryId, options) => {
    const { attempt, status, rowsRejected, acknowledgedAt, expiresAt } = options;
    const nextAttemptAt = options.nextAttemptAt ?? (status === 'pending' ? attempt.at : null);
    await collections.deliveries.updateOne(
      { _id: deliveryId, projectId, status: { $in: statusesBefore(status) } },
      {
        $set: { status, nextAttemptAt, rowsRejected, acknowledgedAt, expiresAt },
        $inc: { attemptCount: 1 },
        $push: { attempts: { $each: [attempt], $slice: -KEPT_ATTEMPTS } },
      },
      LEAN,
    );
  };

/**
 * A worker that lost its run may come late: what was acknowledged, given up or discarded in the meantime must
 * not be sent again. But what a receiver did acknowledge, it has, though it was discarded while in flight.
 */
const statusesBefore = (status: Delivery['status']): Delivery['status'][] =>
  status === 'acknowledged' ? ['pending', 'discarded', 'failed'] : ['pending'];
