import type { DeliveryStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { toDueDelivery } from './delivery-record.js';

export const listDue =
  ({ models }: Context): DeliveryStore['listDue'] =>
  async (projectId, { runId, now, limit }) => {
    const records = await models.deliveries
      .find({ projectId, runId, status: 'pending', nextAttemptAt: { $lte: now } })
      .sort({ number: 1 })
      .limit(limit)
      .lean();
    return records.map(toDueDelivery);
  };
