import type { RunStore } from '@inlet/workflow';
import type { Context } from '../context.js';

export const remove =
  ({ models }: Context): RunStore['remove'] =>
  async (projectId, runId, { owner }) => {
    await models.runs.deleteOne({ _id: runId, projectId, isUnfinished: true, leaseOwner: owner });
  };
