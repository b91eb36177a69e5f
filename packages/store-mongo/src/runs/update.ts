import type { RunStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { LEAN } from '../create-collections.js';
import { toRun, toRunUpdate } from './run-record.js';

export const update =
  ({ collections, cipher }: Context): RunStore['update'] =>
  async (projectId, runId, { owner, leaseUntil, changes }) => {
    const record = await collections.runs.findOneAndUpdate(
      { _id: runId, projectId, leaseOwner: owner },
      toRunUpdate({ leaseUntil, ...changes }),
      { ...LEAN, returnDocument: 'after' },
    );
    return record && toRun(record, cipher);
  };
