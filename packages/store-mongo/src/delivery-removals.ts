import type { DeliveryStore } from '@inlet/workflow';
import { batchIds, type DeliveryContext, readOfFinishedRuns } from './delivery-searches.js';

type DeliveryRemovals = Pick<
  DeliveryStore,
  'discard' | 'removeStaged' | 'removeExpired' | 'listRunsWithDeliveries' | 'removeOfJob'
>;

export function createDeliveryRemovals(context: DeliveryContext): DeliveryRemovals {
  const deliveries = context.deliveries.documents;
  const bodies = context.deliveryBodies.documents;
  return {
    async discard({ projectId, runId }, { expiresAt, from = 1 }) {
      await deliveries.updateMany(
        {
          projectId,
          runId,
          status: { $in: ['staged', 'pending'] },
          number: { $gte: from },
          type: 'import.records',
        },
        { $set: { status: 'discarded', nextAttemptAt: null, expiresAt }, $unset: { smallBody: 1 } },
      );
      // The bodies of all discarded deliveries, so that a second call completes what a crash left.
      const discarded = deliveries.find(
        { projectId, runId, status: 'discarded' },
        { projection: { _id: 1 } },
      );
      for await (const ids of batchIds(discarded)) await bodies.deleteMany({ _id: { $in: ids }, projectId });
    },

    async removeStaged({ projectId, runId }, { beforeAttempt }) {
      const earlier = { projectId, runId, runAttempt: { $lt: beforeAttempt } };
      await deliveries.deleteMany({ ...earlier, status: 'staged' });
      // All bodies that have no delivery now, also those that a crash left without one. Never those of a later
      // attempt, whose deliveries may be written next.
      for await (const ids of batchIds(bodies.find(earlier, { projection: { _id: 1 } }))) {
        const kept = await deliveries.distinct('_id', { _id: { $in: ids }, projectId });
        await bodies.deleteMany({ ...earlier, _id: { $in: ids, $nin: kept } });
      }
    },

    async removeExpired({ now, limit }) {
      const expired = await readOfFinishedRuns(context, (excludedRunIds) =>
        deliveries
          .find(
            { expiresAt: { $lte: now }, runId: { $nin: excludedRunIds } },
            { projection: { runId: 1 }, sort: { expiresAt: 1 }, limit },
          )
          .toArray(),
      );
      const ids = expired.map(({ _id }) => _id);
      if (ids.length === 0) return 0;
      // The bodies first: after a crash between the two, the next call finds and removes their deliveries.
      await bodies.deleteMany({ _id: { $in: ids } });
      const { deletedCount } = await deliveries.deleteMany({ _id: { $in: ids }, expiresAt: { $lte: now } });
      return deletedCount;
    },

    async listRunsWithDeliveries({ projectId, runIds }) {
      const left = new Set(runIds);
      const found: string[] = [];
      // One look-up for each run found: most have none, and a run may have a million.
      while (left.size > 0) {
        const one = { projectId, runId: { $in: [...left] } };
        const delivery = await deliveries.findOne(one, { projection: { runId: 1 } });
        if (delivery === null) break;
        found.push(delivery.runId);
        left.delete(delivery.runId);
      }
      return found;
    },

    async removeOfJob({ projectId, jobId }) {
      await deliveries.deleteMany({ projectId, jobId });
      await bodies.deleteMany({ projectId, jobId });
    },
  };
}
