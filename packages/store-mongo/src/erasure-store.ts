import type { Erasure, ErasureRef, ErasureStore } from '@inlet/workflow';
import { Schema } from 'mongoose';
import type { StoreContext } from './collections.js';
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

export function createErasureStore({ erasures }: Pick<StoreContext, 'erasures'>): ErasureStore {
  const { documents } = erasures;
  const ofRef = ({ projectId, erasureId }: ErasureRef) => ({ _id: erasureId, projectId });
  return {
    async insert({ id, ...erasure }) {
      await documents.insertOne({ _id: id, ...erasure, leaseOwner: null, expiresAt: null });
    },

    async get(ref) {
      const document = await documents.findOne(ofRef(ref));
      return document && toErasure(document);
    },

    async findUnfinished({ projectId, externalUserId }) {
      const document = await documents.findOne({ projectId, externalUserId, finishedAt: null });
      return document && toErasure(document);
    },

    async lease(ref, { owner, now, until }) {
      const document = await documents.findOneAndUpdate(
        {
          ...ofRef(ref),
          finishedAt: null,
          $or: [{ leaseOwner: null }, { leaseOwner: owner }, { leaseUntil: { $lte: now } }],
        },
        { $set: { leaseOwner: owner, leaseUntil: until } },
        { returnDocument: 'after' },
      );
      return document && toErasure(document);
    },

    async addCounts(ref, { uploads = 0, jobs = 0 }) {
      await documents.updateOne(ofRef(ref), { $inc: { 'counts.uploads': uploads, 'counts.jobs': jobs } });
    },

    async finish(ref, { now, expiresAt }) {
      await documents.updateOne(ofRef(ref), {
        $set: { externalUserId: null, leaseOwner: null, leaseUntil: null, finishedAt: now, expiresAt },
      });
    },

    async listAbandoned({ before, limit }) {
      const found = documents.find({
        finishedAt: null,
        $or: [{ leaseUntil: null }, { leaseUntil: { $lt: before } }],
      });
      return (await found.limit(limit).toArray()).map(toErasure);
    },
  };
}

const toErasure = ({ _id, leaseOwner: _, expiresAt: __, ...erasure }: ErasureDocument): Erasure => ({
  id: _id,
  ...erasure,
});
