import type { RunStore } from '@inlet/workflow';
import type { StoreContext } from './collections.js';
import type { RunDocument } from './run-document.js';

type RunRemovals = Pick<
  RunStore,
  'remove' | 'removeOfJob' | 'listOld' | 'listNewestIds' | 'keepUntil' | 'removeOld'
>;

/** The members of an old run that decide whether it is removed. */
const OLD_RUN = { projectId: 1, jobId: 1, outcome: 1, isDryRun: 1 } as const;

export function createRunRemovals({ runs }: Pick<StoreContext, 'runs'>): RunRemovals {
  const { documents } = runs;
  return {
    async remove({ projectId, runId }, { owner }) {
      await documents.deleteOne({ _id: runId, projectId, isUnfinished: true, leaseOwner: owner });
    },

    async removeOfJob({ projectId, jobId }) {
      await documents.deleteMany({ projectId, jobId });
    },

    async listOld({ finishedBefore, now, limit }) {
      const find = (kept: { keptUntil: null | { $lte: Date } }, room: number) =>
        documents
          .find(
            { ...kept, finishedAt: { $lt: finishedBefore } },
            { projection: OLD_RUN, sort: { keptUntil: 1, finishedAt: 1 }, limit: room },
          )
          .toArray();
      const found = await find({ keptUntil: null }, limit);
      if (found.length < limit)
        found.push(...(await find({ keptUntil: { $lte: now } }, limit - found.length)));
      return found.map(({ _id: id, projectId, jobId, outcome, isDryRun }) => ({
        id,
        projectId,
        jobId,
        outcome,
        isDryRun,
      }));
    },

    async listNewestIds({ projectId, jobId }, { limit }) {
      const found = await documents
        .find({ projectId, jobId }, { projection: { _id: 1 }, sort: { _id: -1 }, limit })
        .toArray();
      return found.map(({ _id }) => _id);
    },

    async keepUntil({ projectId, runIds }, keptUntil) {
      await documents.updateMany({ _id: { $in: [...runIds] }, projectId }, { $set: { keptUntil } });
    },

    async removeOld({ projectId, runIds }, { finishedBefore }) {
      await documents.deleteMany({
        _id: { $in: [...runIds] },
        projectId,
        finishedAt: { $lt: finishedBefore },
        $or: FINAL,
      });
    },
  };
}

/** Somebody may still release or discard a held run, but not a held dry run. */
const FINAL: [{ outcome: { $ne: RunDocument['outcome'] } }, { isDryRun: true }] = [
  { outcome: { $ne: 'held' } },
  { isDryRun: true },
];
