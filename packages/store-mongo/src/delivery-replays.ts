import type { DeliveryStore } from '@inlet/workflow';
import type { DeliveryDocument } from './delivery-document.js';
import { batchIds, type DeliveryContext } from './delivery-searches.js';

const ENDED: DeliveryDocument['status'][] = ['acknowledged', 'failed'];

/** Deliveries that can be replayed. Not those that may be removed: their bodies may be gone when they are sent. */
const replayable = (now: Date) => ({
  status: { $in: ENDED },
  $or: [{ expiresAt: null }, { expiresAt: { $gt: now } }],
});

/** A replayed delivery starts again: pending, without attempts and their results. */
const replayed = (now: Date): Partial<DeliveryDocument> => ({
  status: 'pending',
  nextAttemptAt: now,
  attemptCount: 0,
  attempts: [],
  rowsRejected: 0,
  acknowledgedAt: null,
  expiresAt: null,
});

export function createDeliveryReplays(context: DeliveryContext): Pick<DeliveryStore, 'replay' | 'replayRun'> {
  const deliveries = context.deliveries.documents;
  const bodies = context.deliveryBodies.documents;
  return {
    async replay({ projectId, deliveryId }, now) {
      const one = { _id: deliveryId, projectId };
      const found = await deliveries.findOne(one, { projection: { smallBody: 1 } });
      if (!found) return 'not_found';
      const hasBody = found.smallBody ?? (await bodies.findOne(one, { projection: { _id: 1 } }));
      if (!hasBody) return 'not_replayable';
      const { matchedCount } = await deliveries.updateOne(
        { ...one, ...replayable(now) },
        { $set: replayed(now) },
      );
      return matchedCount === 1 ? 'replayed' : 'not_replayable';
    },

    async replayRun({ projectId, runId }, now) {
      let count = 0;
      const ended = deliveries.find({ projectId, runId, ...replayable(now) }, { projection: { _id: 1 } });
      for await (const endedIds of batchIds(ended)) {
        const these = { _id: { $in: endedIds }, projectId };
        const large = await bodies.distinct('_id', these);
        const small = await deliveries.distinct('_id', { ...these, smallBody: { $exists: true } });
        const { modifiedCount } = await deliveries.updateMany(
          { _id: { $in: [...large, ...small] }, projectId, ...replayable(now) },
          { $set: replayed(now) },
        );
        count += modifiedCount;
      }
      return count;
    },
  };
}
