import type { JobStore } from '@inlet/workflow';
import type { Context } from '../context.js';

export const setNextRunAt =
  ({ models }: Context): JobStore['setNextRunAt'] =>
  async (projectId, jobId, nextRunAt) => {
    await models.jobs.updateOne({ _id: jobId, projectId }, { $set: { nextRunAt } });
  };
