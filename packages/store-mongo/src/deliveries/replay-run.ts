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
      const these = { _id: { $in: ended }, projectId };
      const large = await models.bodies.distinct('_id', these);
      const small = await models.deliveries.distinct('_id', { ...these, smallBody: { $exists: true } });
      const ids = [...large, ...small];
      const { modifiedCount } = await models.deliveries.updateMany(
        { _id: { $in: ids }, projectId, ...replayable(now) },
        { $set: replayed(now) },
      );
      count += modifiedCount;
    }
    return count;
  };
