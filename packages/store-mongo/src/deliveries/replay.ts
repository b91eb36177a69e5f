import type { DeliveryStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { replayable, replayed } from './replayed.js';

export const replay =
  ({ models }: Context): DeliveryStore['replay'] =>
  async (projectId, deliveryId, now) => {
    const one = { _id: deliveryId, projectId };
    if (!(await models.deliveries.exists(one))) return 'not_found';
    if (!(await models.bodies.exists(one))) return 'not_replayable';
    const { matchedCount } = await models.deliveries.updateOne(
      { ...one, ...replayable(now) },
      { $set: replayed(now) },
    );
    return matchedCount === 1 ? 'replayed' : 'not_replayable';
  };
