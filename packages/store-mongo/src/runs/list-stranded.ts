import type { RunStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { toRun } from './run-record.js';

export const listStranded =
  ({ models, cipher }: Context): RunStore['listStranded'] =>
  async ({ before, limit }) => {
    const records = await models.runs
      .find({
        isUnfinished: true,
        // no run should have gone on before it was made; this bounds the part of the index that is read
        createdAt: { $lt: before },
        $or: [
          { leaseOwner: null, resumeAt: null },
          { leaseOwner: null, resumeAt: { $lt: before } },
          { leaseUntil: { $lt: before } },
        ],
      })
      .sort({ createdAt: 1 })
      .limit(limit)
      .lean();
    return records.map((record) => toRun(record, cipher));
  };
