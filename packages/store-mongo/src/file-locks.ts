import type { FileStore } from '@inlet/workflow';
import type { StoreContext } from './collections.js';
import { isDuplicateKey } from './driver-errors.js';

/** One document for each lock, changed by one operation at a time. */
export function createFileLocks({
  fileLocks,
}: Pick<StoreContext, 'fileLocks'>): Pick<FileStore, 'lock' | 'renewLock' | 'unlock'> {
  const { documents } = fileLocks;
  return {
    async lock({ projectId, fileId }, { owner, now, until }) {
      try {
        await documents.updateOne(
          { _id: fileId, projectId, until: { $lte: now } },
          { $set: { owner, until, isWanted: false } },
          { upsert: true },
        );
        return 'taken';
      } catch (error) {
        // It exists, and has not ended.
        if (!isDuplicateKey(error, '_id')) throw error;
        await documents.updateOne({ _id: fileId, projectId }, { $set: { isWanted: true } });
        return 'held';
      }
    },

    async renewLock({ projectId, fileId }, { owner, until }) {
      const lock = await documents.findOneAndUpdate({ _id: fileId, projectId, owner }, { $set: { until } });
      if (lock === null) return 'lost';
      return lock.isWanted ? 'wanted' : 'renewed';
    },

    async unlock({ projectId, fileId }, owner) {
      await documents.deleteOne({ _id: fileId, projectId, owner });
    },
  };
}
