import { type Decision, NO_COUNTS, type RunCounts } from '@inlet/contracts';
import type { RunChanges, RunStore } from '@inlet/workflow';
import type { StoreContext } from './collections.js';
import { pageNewestFirst, startNewestFirst } from './paging.js';
import { type RunDocument, toRun, toRunDocument, toRunDocumentUpdate } from './run-document.js';
import { createRunRemovals } from './run-removals.js';

export function createRunStore({ runs, cipher }: Pick<StoreContext, 'runs' | 'cipher'>): RunStore {
  const { documents } = runs;
  const open = (document: RunDocument) => toRun(document, cipher);
  return {
    ...createRunRemovals({ runs }),

    async insert(run) {
      await documents.insertOne(toRunDocument(run, cipher));
    },

    async get({ projectId, runId }) {
      const document = await documents.findOne({ _id: runId, projectId });
      return document && open(document);
    },

    async listOfJob({ projectId, jobId }, page) {
      const found = await documents
        .find({ projectId, jobId, ...startNewestFirst(page, 'run') })
        .sort({ _id: -1 })
        .limit(page.limit + 1)
        .toArray();
      return pageNewestFirst(found, { limit: page.limit, toItem: open });
    },

    async acquireLease({ projectId, runId }, { owner, now, leaseUntil }) {
      const document = await documents.findOneAndUpdate(
        {
          _id: runId,
          projectId,
          isUnfinished: true,
          // A live lease of the same process counts too: one process must not work on a run twice.
          $or: [{ leaseOwner: null }, { leaseUntil: { $lte: now } }],
        },
        { $set: { leaseOwner: owner, leaseUntil }, $inc: { attempt: 1, attemptsSinceRequeue: 1 } },
        { returnDocument: 'after' },
      );
      return document && open(document);
    },

    async update({ projectId, runId }, { owner, leaseUntil, changes }) {
      const document = await documents.findOneAndUpdate(
        { _id: runId, projectId, leaseOwner: owner },
        toRunDocumentUpdate({ leaseUntil, ...changes }),
        { returnDocument: 'after' },
      );
      return document && open(document);
    },

    async endLease({ projectId, runId }, { owner, resumeAt }) {
      await documents.updateOne(
        { _id: runId, projectId, leaseOwner: owner },
        { $set: { leaseOwner: null, leaseUntil: null, resumeAt } },
      );
    },

    async decide({ projectId, runId }, { decision, now, ...ids }) {
      const document = await documents.findOneAndUpdate(
        { _id: runId, projectId, ...UNDECIDED },
        toRunDocumentUpdate({
          decision,
          ...ids,
          outcome: 'running',
          ...startOf(decision),
          ending: null,
          error: null,
          isCancelRequested: false,
          leaseOwner: null,
          leaseUntil: null,
          attemptsSinceRequeue: 0,
          resumeAt: now,
          finishedAt: null,
        }),
        { returnDocument: 'after' },
      );
      return document && open(document);
    },

    async cancelHeld({ projectId, runId }, { replacedBy }) {
      const { matchedCount } = await documents.updateOne(
        { _id: runId, projectId, ...UNDECIDED },
        toRunDocumentUpdate({ outcome: 'cancelled', replacedBy, error: null }),
      );
      return matchedCount === 1;
    },

    async setUndo({ projectId, runId }, { from, to }) {
      const { matchedCount } = await documents.updateOne(
        { _id: runId, projectId, undoneBy: from },
        { $set: { undoneBy: to } },
      );
      return matchedCount === 1;
    },

    async requestCancel({ projectId, runId }) {
      const { matchedCount } = await documents.updateOne(
        { _id: runId, projectId, isUnfinished: true },
        { $set: { isCancelRequested: true } },
      );
      return matchedCount === 1;
    },

    async replaceCounts({ projectId, runId }, { from, to }) {
      const filter = { _id: runId, projectId, ...countFields(from) };
      const { matchedCount } = await documents.updateOne(filter, { $set: countFields(to) });
      return matchedCount === 1;
    },

    async addSkippedTick({ projectId, runId }) {
      await documents.updateOne({ _id: runId, projectId }, { $inc: { skippedTicks: 1 } });
    },

    async listStranded({ before, limit }) {
      const found = await documents
        .find({
          isUnfinished: true,
          // A run can be stranded only if it is older than `before`; this bounds the part of the index that is read.
          createdAt: { $lt: before },
          $or: [
            { leaseOwner: null, resumeAt: null },
            { leaseOwner: null, resumeAt: { $lt: before } },
            { leaseUntil: { $lt: before } },
          ],
        })
        .sort({ createdAt: 1 })
        .limit(limit)
        .toArray();
      return found.map(open);
    },

    async listPutOff({ after, limit }) {
      const found = await documents
        .find({
          isUnfinished: true,
          leaseOwner: null,
          $or: [{ resumeAt: { $gt: after } }, { createdAt: { $gt: after } }],
        })
        .sort({ resumeAt: -1 })
        .limit(limit)
        .toArray();
      return found.map(open);
    },

    async shortenLeases({ after, to }) {
      await documents.updateMany(
        { isUnfinished: true, leaseUntil: { $gt: after } },
        { $set: { leaseUntil: to } },
      );
    },
  };
}

/** Where a decided run goes on. One whose job gets another identity begins from its source. */
function startOf(decision: Decision): RunChanges {
  if (decision.action === 'discard') return { phase: 'finish' };
  if (decision.identifyBy === null) return { phase: 'release' };
  return { phase: 'waiting', counts: NO_COUNTS, warnings: [], fetchStateAfter: null, knownItemsAfter: null };
}

/** Dry runs are held too, but there is nothing to decide about them. */
const UNDECIDED = { outcome: 'held', decision: null, isDryRun: false } as const;

const countFields = (counts: RunCounts): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).map(([name, count]) => [`counts.${name}`, count]));
