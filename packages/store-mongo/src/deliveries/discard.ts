import type { DeliveryStore } from '@inlet/workflow';
import type { Context } from '../context.js';

export const discard =
  ({ models }: Context): DeliveryStore['discard'] =>
  async (projectId, runId) => {
    await models.deliveries.updateMany(
      { projectId, runId, status: { $in: ['held', 'pending'] } },
      { $set: { status: 'discarded', nextAttemptAt: null } },
    );
    // of all that are discarded by now, so that a second call ends what a crash left
    const ids = await models.deliveries.distinct('_id', { projectId, runId, status: 'discarded' });
    await models.bodies.deleteMany({ _id: { $in: ids }, projectId });
  };
