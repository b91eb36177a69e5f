import type { FetchState, JobStore } from '@inlet/workflow';
import type { Context } from '../context.js';

const NOTHING_FETCHED: FetchState = {
  etag: null,
  lastModified: null,
  configHash: null,
  movedFrom: null,
  movedTo: null,
  movedTimes: 0,
  body: null,
  pathsWithValues: [],
};

export const reset =
  ({ models }: Context): JobStore['reset'] =>
  async (projectId, jobId) => {
    await models.jobs.updateOne(
      { _id: jobId, projectId },
      { $set: { itemStateId: null, knownItems: 0, fetchState: NOTHING_FETCHED } },
    );
  };
