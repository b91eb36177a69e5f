import type { UploadFile } from '@inlet/contracts';
import { UNFINISHED_UPLOADS, type UploadCondition, type UploadStore } from '@inlet/workflow';
import type { mongo } from 'mongoose';
import type { StoreContext } from './collections.js';
import { pageNewestFirst, startNewestFirst } from './paging.js';
import { toUpload, toUploadChanges, toUploadDocument, type UploadDocument } from './upload-document.js';

export function createUploadStore({ uploads }: Pick<StoreContext, 'uploads'>): UploadStore {
  const { documents } = uploads;
  const listBefore = async (
    filter: mongo.Filter<UploadDocument>,
    by: 'leaseUntil' | 'updatedAt' | 'expiresAt',
    limit: number,
  ) => {
    const found = await documents
      .find(filter)
      .sort({ [by]: 1 })
      .limit(limit)
      .toArray();
    return found.map(toUpload);
  };
  return {
    async insert(upload) {
      await documents.insertOne(await uploads.check(toUploadDocument(upload)));
    },

    async get({ projectId, uploadId }) {
      const document = await documents.findOne({ _id: uploadId, projectId });
      return document && toUpload(document);
    },

    async list(projectId, { cursor, limit, isSent, ...wanted }) {
      const conditions = Object.entries(wanted).filter(([, value]) => value !== undefined);
      const found = await documents
        .find({
          projectId,
          ...startNewestFirst({ cursor }, 'upl'),
          ...Object.fromEntries(conditions),
          ...(isSent !== undefined && { 'runIds.0': { $exists: isSent } }),
        })
        .sort({ _id: -1 })
        .limit(limit + 1)
        .toArray();
      return pageNewestFirst(found, { limit, toItem: toUpload });
    },

    async change({ projectId, uploadId }, { changes, removedFileId, condition = {}, now }) {
      const fields = await uploads.check({ ...toUploadChanges(changes), updatedAt: now });
      const document = await documents.findOneAndUpdate(
        { _id: uploadId, projectId, ...toFilter(condition) },
        {
          $set: fields,
          ...(removedFileId !== undefined && { $pull: { files: { id: removedFileId } } }),
        },
        { returnDocument: 'after' },
      );
      return document && toUpload(document);
    },

    async addFile({ projectId, uploadId }, file, { maxFiles, now }) {
      const document = await documents.findOneAndUpdate(
        {
          _id: uploadId,
          projectId,
          status: { $in: ['receiving', 'mapping'] },
          [`files.${maxFiles - 1}`]: { $exists: false },
        },
        {
          $push: { files: file },
          $set: { status: 'receiving', isScanned: false, updatedAt: now },
          $inc: { revision: 1 },
        },
        { returnDocument: 'after' },
      );
      return document && toUpload(document);
    },

    async changeFile({ projectId, uploadId, fileId }, changes, now) {
      const document = await documents.findOneAndUpdate(
        { _id: uploadId, projectId, 'files.id': fileId },
        { $set: { ...toFileFields(changes), updatedAt: now } },
        { returnDocument: 'after' },
      );
      return document && toUpload(document);
    },

    async lease({ projectId, uploadId }, { owner, now, until }) {
      const document = await documents.findOneAndUpdate(
        {
          _id: uploadId,
          projectId,
          $or: [{ leaseOwner: null }, { leaseOwner: owner }, { leaseUntil: { $lte: now } }],
        },
        { $set: { leaseOwner: owner, leaseUntil: until } },
        { returnDocument: 'after' },
      );
      return document && toUpload(document);
    },

    async endLease({ projectId, uploadId }, owner) {
      await documents.updateOne(
        { _id: uploadId, projectId, leaseOwner: owner },
        { $set: { leaseOwner: null, leaseUntil: null } },
      );
    },

    listAbandoned: ({ before, limit }) => listBefore({ leaseUntil: { $lt: before } }, 'leaseUntil', limit),

    listDelivering: ({ before, limit }) =>
      listBefore({ status: 'delivering', updatedAt: { $lt: before } }, 'updatedAt', limit),

    listExpired: ({ before, limit }) => listBefore({ expiresAt: { $lt: before } }, 'expiresAt', limit),

    async usageOfUser({ projectId, externalUserId }, { since }) {
      const ofUser = { projectId, externalUserId };
      const [unfinished, recent] = await Promise.all([
        documents.countDocuments({ ...ofUser, status: { $in: [...UNFINISHED_UPLOADS] } }),
        documents.countDocuments({ ...ofUser, createdAt: { $gt: since } }),
      ]);
      return { unfinished, recent };
    },

    async usageOfProject(projectId) {
      const sums = documents.aggregate<{ bytes: number }>([
        { $match: { projectId } },
        { $unwind: '$files' },
        { $group: { _id: null, bytes: { $sum: '$files.receivedBytes' } } },
      ]);
      for await (const { bytes } of sums) return { bytes };
      return { bytes: 0 };
    },

    async remove({ projectId, uploadId }) {
      const { deletedCount } = await documents.deleteOne({ _id: uploadId, projectId });
      return deletedCount === 1;
    },
  };
}

const toFilter = ({
  revision,
  scan,
  statuses,
  leaseOwner,
}: UploadCondition): mongo.Filter<UploadDocument> => ({
  ...(revision !== undefined && { revision }),
  ...(scan !== undefined && { scan }),
  ...(statuses !== undefined && { status: { $in: [...statuses] } }),
  ...(leaseOwner !== undefined && { leaseOwner }),
});

/** `files.$` is the file that the filter found. */
const toFileFields = (changes: Partial<UploadFile>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(changes).map(([name, value]) => [`files.$.${name}`, value]));
