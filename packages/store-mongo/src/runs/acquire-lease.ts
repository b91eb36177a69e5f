import type { RunStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { LEAN } from '../create-collections.js';
import { toRun } from './run-record.js';

export const acquireLease =
  ({ collections, cipher }: Context): RunStore['acquireLease'] =>
  async (projectId, runId, { owner, now, leaseUntil }) => {
    const record = await collections.runs.findOneAndUpdate(
      {
        _id: runId,
        projectId,
        isUnfinished: true,
        // a live lease of the same owner counts too: one process must not work on a run twice
        $or: [{ leaseOwner: null }, { leaseUntil: { $lte: now } }],
      },
      { $set: { leaseOwner: owner, leaseUntil }, $inc: { attempt: 1, attemptsSinceRequeue: 1 } },
      { ...LEAN, returnDocument: 'after' },
    );
    return record && toRun(record, cipher);
  };
