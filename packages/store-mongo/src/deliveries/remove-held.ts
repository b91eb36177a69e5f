import type { DeliveryStore } from '@inlet/workflow';
import type { Context } from '../context.js';

export const removeHeld =
  ({ models }: Context): DeliveryStore['removeHeld'] =>
  async (projectId, runId) => {
    const run = { projectId, runId };
    await models.deliveries.deleteMany({ ...run, status: 'held' });
    // all bodies that have no delivery now: also those that a crash left without one
    const kept = await models.deliveries.distinct('_id', run);
    await models.bodies.deleteMany({ ...run, _id: { $nin: kept } });
  };
