import type { DeliveryStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { idBatches } from './id-batches.js';

export const discard =
  (context: Context): DeliveryStore['discard'] =>
  async (projectId, runId, { expiresAt }) => {
    const { models } = context;
    await models.deliveries.updateMany(
      { projectId, runId, status: { $in: ['held', 'pending'] }, type: 'import.records' },
      { $set: { status: 'discarded', nextAttemptAt: null, expiresAt } },
    );
    // of all that are discarded by now, so that a second call ends what a crash left
    for await (const ids of idBatches(context, { projectId, runId, statuses: ['discarded'] }))
      await models.bodies.deleteMany({ _id: { $in: ids }, projectId });
  };
