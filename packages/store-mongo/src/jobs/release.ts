import type { JobStore } from '@inlet/workflow';
import type { Context } from '../context.js';

export const release =
  ({ models }: Context): JobStore['release'] =>
  async (projectId, jobId, { runId, itemStateId, knownItems, fetchState }) => {
    await models.jobs.updateOne(
      { _id: jobId, projectId, activeRunId: runId },
      { $set: { itemStateId, knownItems, fetchState } },
    );
  };
