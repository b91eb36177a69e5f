import { Schema } from 'mongoose';
import { SCHEMA_OPTIONS } from './schema-parts.js';

/** Held by the request that brings the bytes of a file, in whichever process. */
export interface FileLockDocument {
  /** The file's id. */
  _id: string;
  projectId: string;
  owner: string;
  until: Date;
  /** Another request waits for it: the connection of the owner may be dead. */
  isWanted: boolean;
}

const required = true;

export const fileLockSchema: Schema<FileLockDocument> = new Schema<FileLockDocument>(
  {
    _id: { type: String, required },
    projectId: { type: String, required },
    owner: { type: String, required },
    until: { type: Date, required },
    isWanted: { type: Boolean, required },
  },
  { ...SCHEMA_OPTIONS, collection: 'file_locks' },
);

// The database removes locks that a crash has left.
fileLockSchema.index({ until: 1 }, { expireAfterSeconds: 0 });
