import type { DeliveryStore } from '@inlet/workflow';
import type { Context } from '../context.js';

export const release =
  ({ models }: Context): DeliveryStore['release'] =>
  async (projectId, runId, now) => {
    await models.deliveries.updateMany(
      { projectId, runId, status: 'held' },
      { $set: { status: 'pending', nextAttemptAt: now, expiresAt: null } },
    );
  };
