import type { DeliveryStore } from '@inlet/workflow';
import type { DeliveryDocument } from './delivery-document.js';
import type { DeliveryContext } from './delivery-searches.js';

/** A delivery that is tried again on request starts again: pending, without attempts and their results. */
const retried = (now: Date): Partial<DeliveryDocument> => ({
  status: 'pending',
  nextAttemptAt: now,
  attemptCount: 0,
  attempts: [],
  rowsRejected: 0,
  answersUnread: 0,
  acknowledgedAt: null,
  expiresAt: null,
});

export function createDeliveryReplays(
  context: DeliveryContext,
): Pick<DeliveryStore, 'retryFailed' | 'setRowsRejected'> {
  const deliveries = context.deliveries.documents;
  const bodies = context.deliveryBodies.documents;
  return {
    async retryFailed({ projectId, deliveryId }, now) {
      const one = { _id: deliveryId, projectId };
      const found = await deliveries.findOne(one, { projection: { smallBody: 1 } });
      const hasBody = found?.smallBody ?? (await bodies.findOne(one, { projection: { _id: 1 } }));
      if (!hasBody) return false;
      // The body of one that has expired may be gone when it is sent.
      const isKept = { $or: [{ expiresAt: null }, { expiresAt: { $gt: now } }] };
      const failed = { ...one, status: 'failed', ...isKept } as const;
      const { matchedCount } = await deliveries.updateOne(failed, { $set: retried(now) });
      return matchedCount === 1;
    },

    async setRowsRejected({ projectId, deliveryId }, rowsRejected) {
      const acknowledged = { _id: deliveryId, projectId, status: 'acknowledged' } as const;
      await deliveries.updateOne(acknowledged, { $set: { rowsRejected } });
    },
  };
}
