import type { DeliveryStore } from '@inlet/workflow';
import type { Context } from '../context.js';

export const removeOfJob =
  ({ models }: Context): DeliveryStore['removeOfJob'] =>
  async (projectId, jobId) => {
    await models.deliveries.deleteMany({ projectId, jobId });
    await models.bodies.deleteMany({ projectId, jobId });
  };
