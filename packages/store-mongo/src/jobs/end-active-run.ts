import type { JobEnd, JobStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { LEAN } from '../create-collections.js';
import { toJob } from './job-record.js';
import type { JobRecord } from './job-schema.js';

export const endActiveRun =
  ({ collections, cipher }: Context): JobStore['endActiveRun'] =>
  async (projectId, jobId, { runId, seen, end }) => {
    const { status, hasQueuedTick, failuresInARow, revision } = seen;
    const record = await collections.jobs.findOneAndUpdate(
      { _id: jobId, projectId, activeRunId: runId, status, hasQueuedTick, failuresInARow, revision },
      { $set: ended(end), ...(end.paused && { $inc: { revision: 1 } }) },
      { ...LEAN, returnDocument: 'after' },
    );
    return record && toJob(record, cipher);
  };

const ended = ({
  lastRun,
  failuresInARow,
  newState,
  fetchState,
  nextRunAt,
  paused,
}: JobEnd): Partial<JobRecord> => ({
  activeRunId: null,
  hasQueuedTick: false,
  lastRun,
  failuresInARow,
  ...newState,
  ...(fetchState && { fetchState }),
  ...(nextRunAt && { nextRunAt }),
  ...(paused && { status: 'paused', pausedBecause: paused.because, updatedAt: paused.at }),
});
