import type { ItemStateStore } from '@inlet/workflow';
import type { Context } from '../context.js';

export const remove =
  ({ models }: Context): ItemStateStore['remove'] =>
  async (projectId, jobId, itemStateIds) => {
    if (itemStateIds.length === 0) return;
    const ids = { $in: [...itemStateIds] };
    // the heads first: a state that has lost parts must not be found any more
    await models.itemStates.deleteMany({ projectId, jobId, _id: ids });
    await models.itemStateParts.deleteMany({ projectId, jobId, itemStateId: ids });
  };
