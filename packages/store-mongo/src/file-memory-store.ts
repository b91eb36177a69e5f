import type { FileMemory, FileMemoryStore } from '@inlet/workflow';
import { Schema } from 'mongoose';
import type { StoreContext } from './collections.js';
import { SCHEMA_OPTIONS } from './schema-parts.js';

const required = true;

export const fileMemorySchema: Schema<FileMemory> = new Schema<FileMemory>(
  {
    projectId: { type: String, required },
    templateId: { type: String, required },
    externalUserId: { type: String, required },
    shape: { type: String, required },
    choice: { type: String, required },
    at: { type: Date, required },
  },
  { ...SCHEMA_OPTIONS, collection: 'file_memories' },
);

// keep, and find of a user. Unique, so that two requests at once leave one of them.
fileMemorySchema.index({ projectId: 1, templateId: 1, externalUserId: 1, shape: 1 }, { unique: true });
// find of any user
fileMemorySchema.index({ projectId: 1, templateId: 1, shape: 1, at: -1 });
// removeOfUser
fileMemorySchema.index({ projectId: 1, externalUserId: 1 });

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
