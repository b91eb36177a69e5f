import type { DeliveryStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { idBatches } from './id-batches.js';
import { replayable, replayed } from './replayed.js';

export const replayRun =
  ({ models }: Context): DeliveryStore['replayRun'] =>
  async (projectId, runId, now) => {
    let count = 0;
    const found = models.deliveries
      .find({ projectId, runId, ...replayable(now) })
      .select({ _id: 1 })
      .lean()
      .cursor();
    for await (const ended of idBatches(found)) {
      const ids = await models.bodies.distinct('_id', { _id: { $in: ended }, projectId });
      const { modifiedCount } = await models.deliveries.updateMany(
        { _id: { $in: ids }, projectId, ...replayable(now) },
        { $set: replayed(now) },
      );
      count += modifiedCount;
    }
    return count;
  };
