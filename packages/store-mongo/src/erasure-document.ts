import type { Erasure } from '@inlet/workflow';
import { Schema } from 'mongoose';
import { PART_OPTIONS, SCHEMA_OPTIONS } from './schema-parts.js';

export interface ErasureDocument extends Omit<Erasure, 'id'> {
  _id: string;
  leaseOwner: string | null;
  /** null while it is not done. */
  expiresAt: Date | null;
}

const required = true;

const countsPart = new Schema<Erasure['counts']>(
  { uploads: { type: Number, required }, jobs: { type: Number, required } },
  PART_OPTIONS,
);

export const erasureSchema: Schema<ErasureDocument> = new Schema<ErasureDocument>(
  {
    _id: { type: String, required },
    projectId: { type: String, required },
    externalUserId: { type: String, default: null },
    counts: { type: countsPart, required },
    leaseOwner: { type: String, default: null },
    leaseUntil: { type: Date, default: null },
    createdAt: { type: Date, required },
    finishedAt: { type: Date, default: null },
    expiresAt: { type: Date, default: null },
  },
  { ...SCHEMA_OPTIONS, collection: 'erasures' },
);

// findUnfinished
erasureSchema.index({ projectId: 1, externalUserId: 1 });
// listAbandoned
erasureSchema.index({ finishedAt: 1, leaseUntil: 1 });
erasureSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

export const toErasure = ({ _id, leaseOwner: _, expiresAt: __, ...erasure }: ErasureDocument): Erasure => ({
  id: _id,
  ...erasure,
});
