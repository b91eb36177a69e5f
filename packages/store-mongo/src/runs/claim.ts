import type { RunStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { toRun } from './run-record.js';

export const claim =
  ({ models, cipher }: Context): RunStore['claim'] =>
  async (projectId, runId, { owner, now, leaseUntil }) => {
    const record = await models.runs
      .findOneAndUpdate(
        {
          _id: runId,
          projectId,
          isUnfinished: true,
          // a live lease of the same owner counts too: one process must not work on a run twice
          $or: [{ leaseOwner: null }, { leaseUntil: { $lte: now } }],
        },
        { $set: { leaseOwner: owner, leaseUntil }, $inc: { claims: 1, attempts: 1 } },
        { returnDocument: 'after' },
      )
      .lean();
    return record && toRun(record, cipher);
  };
