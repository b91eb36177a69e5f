import { createHash } from 'node:crypto';
import type { StoredResponse } from '@inlet/workflow';
import { Schema } from 'mongoose';
import { PART_OPTIONS, SCHEMA_OPTIONS } from '../schema-options.js';

export interface IdempotencyRecord {
  _id: string;
  fingerprint: string;
  /** Null while the first request is still running. */
  response: StoredResponse | null;
  expiresAt: Date;
}

const required = true;

const responseSchema = new Schema<StoredResponse>({ status: Number, body: String }, PART_OPTIONS);

export const idempotencySchema: Schema<IdempotencyRecord> = new Schema<IdempotencyRecord>(
  {
    _id: { type: String, required },
    fingerprint: { type: String, required },
    response: { type: responseSchema, default: null },
    expiresAt: { type: Date, required },
  },
  { ...SCHEMA_OPTIONS, collection: 'idempotency_keys' },
);

idempotencySchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

/** Of project and key. The key is hashed: it is the caller's text, of any length and with any signs in it. */
export const idempotencyId = ({ projectId, key }: { projectId: string; key: string }): string =>
  `${projectId}:${createHash('sha256').update(key).digest('hex')}`;
