import type { RunStore } from '@inlet/workflow';
import type { Context } from '../context.js';

export const handBack =
  ({ models }: Context): RunStore['handBack'] =>
  async (projectId, runId, { owner, resumeAt }) => {
    await models.runs.updateOne(
      { _id: runId, projectId, leaseOwner: owner },
      // handed back in good order: what is counted are workers that did not get that far
      { $set: { leaseOwner: null, leaseUntil: null, resumeAt, attempts: 0 } },
    );
  };
