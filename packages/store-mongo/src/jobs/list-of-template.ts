import type { JobStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { toJob } from './job-record.js';

export const listOfTemplate =
  ({ models, cipher }: Context): JobStore['listOfTemplate'] =>
  async (projectId, templateId) => {
    const records = await models.jobs.find({ projectId, templateId }).sort({ _id: 1 }).lean();
    return records.map((record) => toJob(record, cipher));
  };
