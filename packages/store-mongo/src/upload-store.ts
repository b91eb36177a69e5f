import type { UploadFile } from '@inlet/contracts';
import { type FileRef, UNFINISHED_UPLOADS, type UploadCondition, type UploadStore } from '@inlet/workflow';
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
  /**
   * Updates a file under the condition that its size is still the same, so that the sum of all sizes stays right.
   * null if the file is gone, or `update` has found nothing for another reason.
   */
  const updateFile = async (
    { projectId, uploadId, fileId }: FileRef,
    update: (file: FileState) => Promise<UploadDocument | null>,
  ): Promise<UploadDocument | null> => {
    for (let seen: number | null = null; ; ) {
      const found = await documents.findOne({ _id: uploadId, projectId }, { projection: { files: 1 } });
      const file = found?.files.find(({ id }) => id === fileId);
      if (!file || file.receivedBytes === seen) return null;
      const updated = await update(file);
      if (updated) return updated;
      seen = file.receivedBytes;
    }
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
      const update = (file: FileState | null) =>
        documents.findOneAndUpdate(
          { _id: uploadId, projectId, ...toFilter(condition), ...(file && withFile(file)) },
          {
            $set: fields,
            ...(file && { $pull: { files: { id: file.id } }, $inc: { storedBytes: -file.receivedBytes } }),
          },
          { returnDocument: 'after' },
        );
      const document =
        removedFileId === undefined
          ? await update(null)
          : await updateFile({ projectId, uploadId, fileId: removedFileId }, update);
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

    async changeFile(ref, changes, now) {
      const { projectId, uploadId } = ref;
      const document = await updateFile(ref, (file) => {
        const more = (changes.receivedBytes ?? file.receivedBytes) - file.receivedBytes;
        return documents.findOneAndUpdate(
          { _id: uploadId, projectId, ...withFile(file) },
          {
            $set: { ...toFileFields(changes), updatedAt: now },
            ...(more !== 0 && { $inc: { storedBytes: more } }),
          },
          { returnDocument: 'after' },
        );
      });
      return document && toUpload(document);
    },

    async findSame({ projectId, templateId, externalUserId }, sha256) {
      const [document] = await documents
        .find({ projectId, templateId, externalUserId, status: 'completed', 'files.sha256': sha256 })
        .sort({ _id: -1 })
        .limit(1)
        .toArray();
      return document === undefined ? null : toUpload(document);
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

    listAutomatic: ({ before, limit }) =>
      listBefore({ 'automation.isEnded': false, updatedAt: { $lt: before } }, 'updatedAt', limit),

    async findByReviewToken(tokenHash) {
      const document = await documents.findOne({ 'reviewLinks.tokenHash': tokenHash });
      return document && toUpload(document);
    },

    listExpired: ({ before, limit }) => listBefore({ expiresAt: { $lt: before } }, 'expiresAt', limit),

    async usageOfUser({ projectId, externalUserId }, { since }) {
      const ofUser = { projectId, externalUserId };
      const [unfinished, recent] = await Promise.all([
        documents.countDocuments({ ...ofUser, status: { $in: [...UNFINISHED_UPLOADS] } }),
        documents.countDocuments({ ...ofUser, createdAt: { $gt: since } }),
      ]);
      return { unfinished, recent };
    },

    async shortenExpiry(projectId, { latest }) {
      await documents.updateMany({ projectId, expiresAt: { $gt: latest } }, { $set: { expiresAt: latest } });
    },

    async usageOfProject(projectId) {
      const sums = documents.aggregate<{ bytes: number }>([
        { $match: { projectId, storedBytes: { $gt: 0 } } },
        { $group: { _id: null, bytes: { $sum: '$storedBytes' } } },
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

type FileState = Pick<UploadFile, 'id' | 'receivedBytes'>;

/** Matches an upload whose file still has this size. */
const withFile = ({ id, receivedBytes }: FileState): mongo.Filter<UploadDocument> => ({
  files: { $elemMatch: { id, receivedBytes } },
});

const toFilter = ({
  revision,
  scan,
  statuses,
  leaseOwner,
  updatedAt,
}: UploadCondition): mongo.Filter<UploadDocument> => ({
  ...(revision !== undefined && { revision }),
  ...(scan !== undefined && { scan }),
  ...(statuses !== undefined && { status: { $in: [...statuses] } }),
  ...(leaseOwner !== undefined && { leaseOwner }),
  ...(updatedAt !== undefined && { updatedAt }),
});

/** `files.$` is the file that the filter found. */
const toFileFields = (changes: Partial<UploadFile>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(changes).map(([name, value]) => [`files.$.${name}`, value]));
