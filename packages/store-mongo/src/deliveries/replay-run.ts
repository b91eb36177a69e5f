import type { DeliveryStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { idBatches } from './id-batches.js';
import { REPLAYABLE, replayed } from './replayed.js';

export const replayRun =
  (context: Context): DeliveryStore['replayRun'] =>
  async (projectId, runId, now) => {
    const { models } = context;
    let count = 0;
    for await (const ended of idBatches(context, { projectId, runId, statuses: REPLAYABLE })) {
      const ids = await models.bodies.distinct('_id', { _id: { $in: ended }, projectId });
      // the delivery first: after a crash in between its body goes at its old time, long after it was sent again
      const { modifiedCount } = await models.deliveries.updateMany(
        { _id: { $in: ids }, projectId, status: { $in: REPLAYABLE } },
        { $set: replayed(now) },
      );
      await models.bodies.updateMany({ _id: { $in: ids }, projectId }, { $set: { expiresAt: null } });
      count += modifiedCount;
    }
    return count;
  };
