import type { FetchState, JobStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { toJob } from './job-record.js';

export const finish =
  ({ models, cipher }: Context): JobStore['finish'] =>
  async (projectId, jobId, { runId, lastRun, isFailure, fetchState }) => {
    const ended = { activeRunId: null, hasQueuedTick: false, lastRun, ...memberChanges(fetchState) };
    const record = await models.jobs
      .findOneAndUpdate(
        { _id: jobId, projectId, activeRunId: runId },
        isFailure ? { $set: ended, $inc: { failuresInARow: 1 } } : { $set: { ...ended, failuresInARow: 0 } },
        { returnDocument: 'before' },
      )
      .lean();
    return record && toJob(record, cipher);
  };

/** Set one by one, so that the members that are not given keep their values. */
const memberChanges = (fetchState: Partial<FetchState> = {}): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fetchState)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [`fetchState.${name}`, value]),
  );
