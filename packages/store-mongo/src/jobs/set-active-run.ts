import type { JobStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { LEAN } from '../create-collections.js';
import { toJob } from './job-record.js';
import { movedTo } from './moved-to.js';

export const setActiveRun =
  ({ collections, cipher }: Context): JobStore['setActiveRun'] =>
  async (projectId, jobId, { runId, tick }) => {
    const free = { _id: jobId, projectId, activeRunId: null };
    const due = tick === null ? free : { ...free, status: 'active' as const, nextRunAt: tick.at };
    const record = await collections.jobs.findOneAndUpdate(
      due,
      { $set: { activeRunId: runId, ...(tick && movedTo(tick.next)) } },
      { ...LEAN, returnDocument: 'after' },
    );
    return record && toJob(record, cipher);
  };
