import { Schema } from 'mongoose';
import { SCHEMA_OPTIONS } from './schema-parts.js';

/** The head of an item state. It is written after all parts: a state without a head does not exist. */
export interface ItemStateDocument {
  _id: string;
  projectId: string;
  jobId: string;
  /** SHA-256 of the whole, hex. Part of the ids of its parts. */
  digest: string;
  /** Number of parts in their own documents. */
  parts: number;
  bytes: number;
  /** All parts of a state of a few kilobytes, the usual size: it takes one write and one look-up. */
  smallParts?: Buffer[];
}

export interface ItemStatePartDocument {
  /** Composed of state, digest and position, so that writing a part again changes nothing. */
  _id: string;
  projectId: string;
  jobId: string;
  itemStateId: string;
  digest: string;
  bytes: Buffer;
}

const required = true;

export const itemStateSchema: Schema<ItemStateDocument> = new Schema<ItemStateDocument>(
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

export const itemStatePartSchema: Schema<ItemStatePartDocument> = new Schema<ItemStatePartDocument>(
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

// save, remove and removeOfJob remove parts by it; parts are read by _id
itemStatePartSchema.index({ projectId: 1, jobId: 1, itemStateId: 1 });

export const partId = (
  { itemStateId, digest }: { itemStateId: string; digest: string },
  position: number,
): string => `${itemStateId}:${digest}:${position}`;
