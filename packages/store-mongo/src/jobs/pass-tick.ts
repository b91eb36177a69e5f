import type { JobStore } from '@inlet/workflow';
import type { Context } from '../context.js';

export const passTick =
  ({ models }: Context): JobStore['passTick'] =>
  async (projectId, jobId, { at, next }) => {
    const { matchedCount } = await models.jobs.updateOne(
      { _id: jobId, projectId, nextRunAt: at },
      { $set: { nextRunAt: next } },
    );
    return matchedCount === 1;
  };
