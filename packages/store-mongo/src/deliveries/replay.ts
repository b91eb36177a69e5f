import type { DeliveryStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { REPLAYABLE, replayed } from './replayed.js';

export const replay =
  ({ models }: Context): DeliveryStore['replay'] =>
  async (projectId, deliveryId, now) => {
    const one = { _id: deliveryId, projectId };
    if (!(await models.deliveries.exists(one))) return 'not_found';
    if (!(await models.bodies.exists(one))) return 'not_replayable';
    const { matchedCount } = await models.deliveries.updateOne(
      { ...one, status: { $in: REPLAYABLE } },
      { $set: replayed(now) },
    );
    if (matchedCount === 0) return 'not_replayable';
    await models.bodies.updateOne(one, { $set: { expiresAt: null } });
    return 'replayed';
  };
