import type { JobStore } from '@inlet/workflow';
import type { Context } from '../context.js';

export const remove =
  ({ models }: Context): JobStore['remove'] =>
  async (projectId, jobId) => {
    const { deletedCount } = await models.jobs.deleteOne({ _id: jobId, projectId });
    return deletedCount === 1;
  };
