import type { JobStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { toJob } from './job-record.js';

export const get =
  ({ models, cipher }: Context): JobStore['get'] =>
  async (projectId, jobId) => {
    const record = await models.jobs.findOne({ _id: jobId, projectId }).lean();
    return record && toJob(record, cipher);
  };
