import type { JobStore } from '@inlet/workflow';
import type { Context } from '../context.js';

export const setStatus =
  ({ models }: Context): JobStore['setStatus'] =>
  async (projectId, jobId, status) => {
    await models.jobs.updateOne({ _id: jobId, projectId }, { $set: { status } });
  };
