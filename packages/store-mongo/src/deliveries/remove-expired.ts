import type { DeliveryStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { ofFinishedRuns } from './of-finished-runs.js';

export const removeExpired =
  (context: Context): DeliveryStore['removeExpired'] =>
  async ({ now, limit }) => {
    const { models } = context;
    const expired = await ofFinishedRuns(context, (notOf) =>
      models.deliveries
        .find({ expiresAt: { $lte: now }, runId: { $nin: notOf } })
        .select({ runId: 1 })
        .sort({ expiresAt: 1 })
        .limit(limit)
        .lean(),
    );
    const ids = expired.map(({ _id }) => _id);
    if (ids.length === 0) return 0;
    // the bodies first: after a crash in between, their deliveries are found, and removed, the next time
    await models.bodies.deleteMany({ _id: { $in: ids } });
    const { deletedCount } = await models.deliveries.deleteMany({
      _id: { $in: ids },
      expiresAt: { $lte: now },
    });
    return deletedCount;
  };
