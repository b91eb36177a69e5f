import type { DeliveryStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { replayable, replayed } from './replayed.js';

export const replay =
  ({ models }: Context): DeliveryStore['replay'] =>
  async (projectId, deliveryId, now) => {
    const one = { _id: deliveryId, projectId };
    const found = await models.deliveries.findOne(one).select({ smallBody: 1 }).lean();
    if (!found) return 'not_found';
    if (!found.smallBody && !(await models.bodies.exists(one))) return 'not_replayable';
    const { matchedCount } = await models.deliveries.updateOne(
      { ...one, ...replayable(now) },
      { $set: replayed(now) },
    );
    return matchedCount === 1 ? 'replayed' : 'not_replayable';
  };
