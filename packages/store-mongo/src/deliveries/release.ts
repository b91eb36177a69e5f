import type { DeliveryStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { LEAN } from '../create-collections.js';

export const release =
  ({ collections }: Context): DeliveryStore['release'] =>
  async (projectId, runId, { runAttempt, now }) => {
    await collections.deliveries.updateMany(
      { projectId, runId, status: 'staged', runAttempt },
      { $set: { status: 'pending', nextAttemptAt: now, expiresAt: null } },
      LEAN,
    );
  };
