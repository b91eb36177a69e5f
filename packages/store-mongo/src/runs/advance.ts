import type { RunStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { toRun, toRunUpdate } from './run-record.js';

export const advance =
  ({ models, cipher }: Context): RunStore['advance'] =>
  async (projectId, runId, { owner, leaseUntil, changes }) => {
    const record = await models.runs
      .findOneAndUpdate(
        { _id: runId, projectId, leaseOwner: owner },
        toRunUpdate({ leaseUntil, ...changes }),
        { returnDocument: 'after' },
      )
      .lean();
    return record && toRun(record, cipher);
  };
