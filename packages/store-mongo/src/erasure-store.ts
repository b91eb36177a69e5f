import type { ErasureRef, ErasureStore } from '@inlet/workflow';
import type { StoreContext } from './collections.js';
import { toErasure } from './erasure-document.js';

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
