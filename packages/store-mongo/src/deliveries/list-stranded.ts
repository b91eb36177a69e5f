import type { DeliveryStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { toDelivery } from './delivery-record.js';

export const listStranded =
  ({ models }: Context): DeliveryStore['listStranded'] =>
  async ({ before, limit }) => {
    const unfinished = new Set<string>();
    // each round leaves out the runs that the last one found unfinished, so it ends
    for (;;) {
      const overdue = await models.deliveries
        .find({ status: 'pending', nextAttemptAt: { $lt: before }, runId: { $nin: [...unfinished] } })
        .sort({ nextAttemptAt: 1 })
        .limit(limit)
        .lean();
      const runIds = [...new Set(overdue.map(({ runId }) => runId))];
      const found = await models.runs
        .find({ _id: { $in: runIds }, isUnfinished: true })
        .select({ _id: 1 })
        .lean();
      if (found.length === 0) return overdue.map(toDelivery);
      for (const { _id } of found) unfinished.add(_id);
    }
  };
