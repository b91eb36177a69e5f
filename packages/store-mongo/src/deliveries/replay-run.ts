import type { DeliveryStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { REPLAYABLE, replayed } from './replayed.js';

export const replayRun =
  ({ models }: Context): DeliveryStore['replayRun'] =>
  async (projectId, runId, now) => {
    const sent = { projectId, runId, status: { $in: REPLAYABLE } };
    const ended = await models.deliveries.distinct('_id', sent);
    const ids = await models.bodies.distinct('_id', { _id: { $in: ended } });
    // the delivery first: after a crash in between its body goes at its old time, long after it was sent again
    const { modifiedCount } = await models.deliveries.updateMany(
      { ...sent, _id: { $in: ids } },
      { $set: replayed(now) },
    );
    await models.bodies.updateMany({ _id: { $in: ids }, projectId }, { $set: { expiresAt: null } });
    return modifiedCount;
  };
