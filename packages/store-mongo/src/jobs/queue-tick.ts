import type { JobStore } from '@inlet/workflow';
import type { Context } from '../context.js';

export const queueTick =
  ({ models }: Context): JobStore['queueTick'] =>
  async (projectId, jobId) => {
    // without an active run nobody would take the tick up
    const { matchedCount } = await models.jobs.updateOne(
      { _id: jobId, projectId, activeRunId: { $ne: null }, hasQueuedTick: false },
      { $set: { hasQueuedTick: true } },
    );
    return matchedCount === 1;
  };
