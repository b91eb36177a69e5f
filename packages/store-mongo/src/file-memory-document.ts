import type { FileMemory } from '@inlet/workflow';
import { Schema } from 'mongoose';
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
