import type { JobStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { toJob } from './job-record.js';

export const get =
  ({ collections, cipher }: Context): JobStore['get'] =>
  async (projectId, jobId) => {
    const record = await collections.jobs.findOne({ _id: jobId, projectId });
    return record && toJob(record, cipher);
  };
