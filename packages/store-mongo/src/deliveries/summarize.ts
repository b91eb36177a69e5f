import type { Delivery, DeliveryStore } from '@inlet/workflow';
import type { Context } from '../context.js';

interface Numbers {
  batches: number;
  rows: number;
  rowsRejected: number;
}

const none = (): Numbers => ({ batches: 0, rows: 0, rowsRejected: 0 });

export const summarize =
  ({ models }: Context): DeliveryStore['summarize'] =>
  async (projectId, runId) => {
    const groups = await models.deliveries.aggregate<Numbers & { _id: Delivery['status'] }>([
      { $match: { projectId, runId, type: 'import.records' } },
      {
        $group: {
          _id: '$status',
          batches: { $sum: 1 },
          rows: { $sum: '$rows' },
          rowsRejected: { $sum: '$rowsRejected' },
        },
      },
    ]);
    const summary = {
      staged: none(),
      pending: none(),
      acknowledged: none(),
      failed: none(),
      discarded: none(),
    };
    for (const { _id, ...numbers } of groups) summary[_id] = numbers;
    return summary;
  };
