import type { JobStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { toJob } from './job-record.js';
import { movedTo } from './moved-to.js';

export const claim =
  ({ models, cipher }: Context): JobStore['claim'] =>
  async (projectId, jobId, { runId, tick }) => {
    const free = { _id: jobId, projectId, activeRunId: null };
    const due = tick === null ? free : { ...free, status: 'active' as const, nextRunAt: tick.at };
    const record = await models.jobs
      .findOneAndUpdate(
        due,
        { $set: { activeRunId: runId, ...(tick && movedTo(tick.next)) } },
        { returnDocument: 'after' },
      )
      .lean();
    return record && toJob(record, cipher);
  };
