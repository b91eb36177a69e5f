import type { RunStore } from '@inlet/workflow';
import type { Context } from '../context.js';

export const requestCancel =
  ({ models }: Context): RunStore['requestCancel'] =>
  async (projectId, runId) => {
    const { matchedCount } = await models.runs.updateOne(
      { _id: runId, projectId, isUnfinished: true },
      { $set: { isCancelRequested: true } },
    );
    return matchedCount === 1;
  };
