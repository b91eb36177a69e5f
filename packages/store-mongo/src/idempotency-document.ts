import { createHash } from 'node:crypto';
import { Schema } from 'mongoose';
import { PART_OPTIONS, SCHEMA_OPTIONS } from './schema-parts.js';
import type { SealedText } from './sealing.js';

export interface IdempotencyDocument {
  _id: string;
  fingerprint: string;
  /** null while the first request is running. */
  response: SealedResponse | null;
  expiresAt: Date;
}

/** Sealed because it may hold a secret that was just created. */
interface SealedResponse {
  status: number;
  sealedBody: string;
}

const required = true;

const responseSchema = new Schema<SealedResponse>({ status: Number, sealedBody: String }, PART_OPTIONS);

export const idempotencySchema: Schema<IdempotencyDocument> = new Schema<IdempotencyDocument>(
  {
    _id: { type: String, required },
    fingerprint: { type: String, required },
    response: { type: responseSchema, default: null },
    expiresAt: { type: Date, required },
  },
  { ...SCHEMA_OPTIONS, collection: 'idempotency_keys' },
);

idempotencySchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

/** Made of project and key. The key is hashed: it is a text of the caller, of any length and with any characters. */
export const idempotencyId = ({ projectId, key }: { projectId: string; key: string }): string =>
  `${projectId}:${createHash('sha256').update(key).digest('hex')}`;

export const listResponseSecrets = ({
  _id,
  response,
}: Pick<IdempotencyDocument, '_id' | 'response'>): SealedText[] =>
  response === null
    ? []
    : [{ path: 'response.sealedBody', text: response.sealedBody, context: responseContext(_id) }];

export const responseContext = (id: string): string => `idempotency:${id}`;
