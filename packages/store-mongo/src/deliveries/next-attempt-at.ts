import type { DeliveryStore } from '@inlet/workflow';
import type { Context } from '../context.js';

export const nextAttemptAt =
  ({ models }: Context): DeliveryStore['nextAttemptAt'] =>
  async (projectId, runId) => {
    const record = await models.deliveries
      .findOne({ projectId, runId, status: 'pending' })
      .select({ nextAttemptAt: 1 })
      .sort({ nextAttemptAt: 1 })
      .lean();
    return record?.nextAttemptAt ?? null;
  };
