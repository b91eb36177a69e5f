import type { ItemStateStore } from '@inlet/workflow';
import type { Context } from '../context.js';

export const removeOthers =
  ({ models }: Context): ItemStateStore['removeOthers'] =>
  async (projectId, jobId, keep) => {
    // the heads first: a state that has lost parts must not be found any more
    await models.itemStates.deleteMany({ projectId, jobId, _id: { $nin: [...keep] } });
    await models.itemStateParts.deleteMany({ projectId, jobId, itemStateId: { $nin: [...keep] } });
  };
