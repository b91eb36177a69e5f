import type { FileMemoryStore } from '@inlet/workflow';
import type { StoreContext } from './collections.js';

export function createFileMemoryStore({ fileMemories }: Pick<StoreContext, 'fileMemories'>): FileMemoryStore {
  const { documents } = fileMemories;
  return {
    async keep({ choice, at, ...key }) {
      await documents.updateOne(key, { $set: { choice, at } }, { upsert: true });
    },

    async find({ externalUserId, ...wanted }) {
      const [found] = await documents
        .find({ ...wanted, ...(externalUserId !== undefined && { externalUserId }) })
        .sort({ at: -1 })
        .limit(1)
        .toArray();
      if (found === undefined) return null;
      const { _id, ...memory } = found;
      return memory;
    },

    async removeOfUser({ projectId, externalUserId, templateId }) {
      await documents.deleteMany({
        projectId,
        externalUserId,
        ...(templateId !== undefined && { templateId }),
      });
    },
  };
}
