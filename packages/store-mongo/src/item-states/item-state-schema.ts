import { Schema } from 'mongoose';
import { SCHEMA_OPTIONS } from '../schema-options.js';

/** The head of an item state, written after all of its parts: a state without one is not there. */
export interface ItemStateRecord {
  _id: string;
  projectId: string;
  jobId: string;
  /** SHA-256 of the whole, hex. Names the parts that belong to it. */
  digest: string;
  /** Those that stand apart. */
  parts: number;
  bytes: number;
  /** All parts of a state of some kilobytes, which most are: one write and one look-up for all of it. */
  smallParts?: Buffer[];
}

const required = true;

export const itemStateSchema: Schema<ItemStateRecord> = new Schema<ItemStateRecord>(
  {
    _id: { type: String, required },
    projectId: { type: String, required },
    jobId: { type: String, required },
    digest: { type: String, required },
    parts: { type: Number, required },
    bytes: { type: Number, required },
    smallParts: { type: [Buffer], default: undefined },
  },
  { ...SCHEMA_OPTIONS, collection: 'item_states' },
);

// removeOfJob
itemStateSchema.index({ projectId: 1, jobId: 1 });
