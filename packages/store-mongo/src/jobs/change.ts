import type { JobStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { toJob, toJobChanges } from './job-record.js';

export const change =
  ({ models, cipher }: Context): JobStore['change'] =>
  async (projectId, jobId, { changes, expectedRevision, now }) => {
    const expected = expectedRevision === undefined ? {} : { revision: expectedRevision };
    const record = await models.jobs
      .findOneAndUpdate(
        { _id: jobId, projectId, ...expected },
        { $set: { ...toJobChanges(changes, { jobId, cipher }), updatedAt: now }, $inc: { revision: 1 } },
        { returnDocument: 'after' },
      )
      .lean();
    return record && toJob(record, cipher);
  };
