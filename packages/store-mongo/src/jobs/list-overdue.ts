import type { JobStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { toJob } from './job-record.js';

export const listOverdue =
  ({ models, cipher }: Context): JobStore['listOverdue'] =>
  async ({ before, limit }) => {
    const records = await models.jobs
      .find({ status: 'active', activeRunId: null, nextRunAt: { $lt: before } })
      .sort({ nextRunAt: 1 })
      .limit(limit)
      .lean();
    return records.map((record) => toJob(record, cipher));
  };
