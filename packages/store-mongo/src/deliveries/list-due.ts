import type { DeliveryStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { toDueDelivery } from './delivery-record.js';

export const listDue =
  ({ collections }: Context): DeliveryStore['listDue'] =>
  async (projectId, { runId, now, limit }) => {
    const records = await collections.deliveries
      .find({ projectId, runId, status: 'pending', nextAttemptAt: { $lte: now } })
      .sort({ number: 1 })
      .limit(limit)
      .toArray();
    return records.map(toDueDelivery);
  };
