import { Schema } from 'mongoose';
import { SCHEMA_OPTIONS } from '../schema-options.js';

export interface ItemStatePartRecord {
  /** Of state, digest and position: a part that is written again is the same part. */
  _id: string;
  projectId: string;
  jobId: string;
  itemStateId: string;
  digest: string;
  bytes: Buffer;
}

const required = true;

export const itemStatePartSchema: Schema<ItemStatePartRecord> = new Schema<ItemStatePartRecord>(
  {
    _id: { type: String, required },
    projectId: { type: String, required },
    jobId: { type: String, required },
    itemStateId: { type: String, required },
    digest: { type: String, required },
    bytes: { type: Buffer, required },
  },
  { ...SCHEMA_OPTIONS, collection: 'item_state_parts' },
);

// save, remove and removeOfJob, which remove parts; parts are read by _id
itemStatePartSchema.index({ projectId: 1, jobId: 1, itemStateId: 1 });

export const partId = (
  { itemStateId, digest }: { itemStateId: string; digest: string },
  position: number,
): string => `${itemStateId}:${digest}:${position}`;
