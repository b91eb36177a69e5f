import type { DeliveryStore } from '@inlet/workflow';
import type { Context } from '../context.js';

export const release =
  ({ models }: Context): DeliveryStore['release'] =>
  async (projectId, runId, { claim, now }) => {
    await models.deliveries.updateMany(
      { projectId, runId, status: 'held', claim },
      { $set: { status: 'pending', nextAttemptAt: now, expiresAt: null } },
    );
  };
