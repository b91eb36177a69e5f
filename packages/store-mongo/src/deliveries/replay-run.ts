import type { DeliveryStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { idBatches } from './id-batches.js';
import { ENDED, replayable, replayed } from './replayed.js';

export const replayRun =
  (context: Context): DeliveryStore['replayRun'] =>
  async (projectId, runId, now) => {
    const { models } = context;
    let count = 0;
    for await (const ended of idBatches(context, { projectId, runId, statuses: ENDED })) {
      const ids = await models.bodies.distinct('_id', { _id: { $in: ended }, projectId });
      const { modifiedCount } = await models.deliveries.updateMany(
        { _id: { $in: ids }, projectId, ...replayable(now) },
        { $set: replayed(now) },
      );
      count += modifiedCount;
    }
    return count;
  };
