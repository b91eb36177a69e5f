import type { DeliveryStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { toDelivery, WITHOUT_BODY } from './delivery-record.js';
import { ofFinishedRuns } from './of-finished-runs.js';

export const listStranded =
  (context: Context): DeliveryStore['listStranded'] =>
  async ({ before, limit }) => {
    const overdue = await ofFinishedRuns(context, (notOf) =>
      context.models.deliveries
        .find({ status: 'pending', nextAttemptAt: { $lt: before }, runId: { $nin: notOf } })
        .sort({ nextAttemptAt: 1 })
        .limit(limit)
        .select(WITHOUT_BODY)
        .lean(),
    );
    return overdue.map(toDelivery);
  };
