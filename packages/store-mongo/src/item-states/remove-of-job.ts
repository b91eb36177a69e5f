import type { ItemStateStore } from '@inlet/workflow';
import type { Context } from '../context.js';

export const removeOfJob =
  ({ models }: Context): ItemStateStore['removeOfJob'] =>
  async (projectId, jobId) => {
    await models.itemStates.deleteMany({ projectId, jobId });
    await models.itemStateParts.deleteMany({ projectId, jobId });
  };
