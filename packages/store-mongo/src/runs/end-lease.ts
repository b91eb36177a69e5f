import type { RunStore } from '@inlet/workflow';
import type { Context } from '../context.js';

export const endLease =
  ({ models }: Context): RunStore['endLease'] =>
  async (projectId, runId, { owner, resumeAt }) => {
    await models.runs.updateOne(
      { _id: runId, projectId, leaseOwner: owner },
      { $set: { leaseOwner: null, leaseUntil: null, resumeAt } },
    );
  };
