import type { DeliveryStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { idBatches } from './id-batches.js';

export const removeStaged =
  ({ models }: Context): DeliveryStore['removeStaged'] =>
  async (projectId, runId, { beforeAttempt }) => {
    const earlier = { projectId, runId, runAttempt: { $lt: beforeAttempt } };
    await models.deliveries.deleteMany({ ...earlier, status: 'staged' });
    // all bodies that have no delivery now: also those that a crash left without one. Never those of a later
    // claim, whose deliveries may be about to be written.
    const bodies = models.bodies.find(earlier).select({ _id: 1 }).lean().cursor();
    for await (const ids of idBatches(bodies)) {
      const kept = await models.deliveries.distinct('_id', { _id: { $in: ids }, projectId });
      await models.bodies.deleteMany({ ...earlier, _id: { $in: ids, $nin: kept } });
    }
  };
