import type { ItemStateStore } from '@inlet/workflow';
import type { Context } from '../context.js';

export const remove =
  ({ models }: Context): ItemStateStore['remove'] =>
  async (projectId, jobId, itemStateIds) => {
    for (const itemStateId of itemStateIds) {
      // the head first: a state that has lost parts must not be found any more
      const head = await models.itemStates
        .findOneAndDelete({ _id: itemStateId, projectId, jobId })
        .select({ parts: 1 })
        .lean();
      // without a head, a crash may have left parts
      if (head?.parts !== 0) await models.itemStateParts.deleteMany({ projectId, jobId, itemStateId });
    }
  };
