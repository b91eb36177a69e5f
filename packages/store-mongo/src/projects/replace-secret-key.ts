import type { ProjectStore } from '@inlet/workflow';
import type { Context } from '../context.js';

export const replaceSecretKey =
  ({ models }: Context): ProjectStore['replaceSecretKey'] =>
  async (projectId, secretKeyHash) => {
    const { matchedCount } = await models.projects.updateOne({ _id: projectId }, { $set: { secretKeyHash } });
    return matchedCount === 1;
  };
