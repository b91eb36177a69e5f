import type { DeliveryStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { idBatches } from './id-batches.js';

export const discard =
  ({ models }: Context): DeliveryStore['discard'] =>
  async (projectId, runId, { expiresAt }) => {
    await models.deliveries.updateMany(
      { projectId, runId, status: { $in: ['staged', 'pending'] }, type: 'import.records' },
      { $set: { status: 'discarded', nextAttemptAt: null, expiresAt }, $unset: { smallBody: 1 } },
    );
    // of all that are discarded by now, so that a second call ends what a crash left
    const discarded = models.deliveries
      .find({ projectId, runId, status: 'discarded' })
      .select({ _id: 1 })
      .lean()
      .cursor();
    for await (const ids of idBatches(discarded))
      await models.bodies.deleteMany({ _id: { $in: ids }, projectId });
  };
