import { JOB_STATUSES, type JobStatus } from '@inlet/contracts';
import type { JobStore, ScheduledJob } from '@inlet/workflow';
import type { StoreContext } from './collections.js';
import { isDuplicateKey } from './driver-errors.js';
import {
  type JobDocument,
  toEndedJob,
  toJob,
  toJobChanges,
  toJobDocument,
  toMovedJob,
  toResetJob,
} from './job-document.js';
import { pageNewestFirst, startNewestFirst } from './paging.js';

/** The members of a `ScheduledJob`: without the source, whose secrets would have to be opened. */
const SCHEDULED_FIELDS = {
  projectId: 1,
  externalUserId: 1,
  status: 1,
  schedule: 1,
  createdAt: 1,
  nextRunAt: 1,
  lastRun: 1,
} as const satisfies Record<Exclude<keyof ScheduledJob, 'id'>, 1>;

type ScheduledJobDocument = Omit<ScheduledJob, 'id'> & Pick<JobDocument, '_id'>;

export function createJobStore({ jobs, cipher }: Pick<StoreContext, 'jobs' | 'cipher'>): JobStore {
  const { documents } = jobs;
  const open = (document: JobDocument) => toJob(document, cipher);
  return {
    async insert(job) {
      await documents.insertOne(await jobs.check(toJobDocument(job, cipher)));
    },

    async findOrInsert(job) {
      const ofUploads = {
        projectId: job.projectId,
        templateId: job.templateId,
        externalUserId: job.externalUserId,
        kind: 'upload' as const,
      };
      for (;;) {
        const found = await documents.findOne(ofUploads);
        const stored = found && open(found);
        if (stored?.kind === 'upload') return stored;
        try {
          await documents.insertOne(await jobs.check(toJobDocument(job, cipher)));
          return job;
        } catch (error) {
          // Another process has inserted one; the next look finds it, unless it is removed again.
          if (!isDuplicateKey(error, 'kind')) throw error;
        }
      }
    },

    async get({ projectId, jobId }) {
      const document = await documents.findOne({ _id: jobId, projectId });
      return document && open(document);
    },

    async listOfUser(projectId, { externalUserId, kind, templateId, withTemporary, ...page }) {
      const filter = {
        projectId,
        externalUserId,
        kind,
        ...startNewestFirst(page, 'job'),
        ...(templateId !== undefined && { templateId }),
        ...(!withTemporary && { temporaryUntil: null }),
      };
      const found = await documents
        .find(filter)
        .sort({ _id: -1 })
        .limit(page.limit + 1)
        .toArray();
      return pageNewestFirst(found, { limit: page.limit, toItem: open });
    },

    async listOfTemplate({ projectId, templateId }) {
      const found = await documents.find({ projectId, templateId }).sort({ _id: 1 }).toArray();
      return found.map(open);
    },

    async change({ projectId, jobId }, { changes, expectedRevision, now }) {
      const one = { _id: jobId, projectId };
      const fields = await jobs.check({ ...toJobChanges(changes, { jobId, cipher }), updatedAt: now });
      const document = await documents.findOneAndUpdate(
        expectedRevision === undefined ? one : { ...one, revision: expectedRevision },
        { $set: fields, $inc: { revision: 1 } },
        { returnDocument: 'after' },
      );
      return document && open(document);
    },

    async remove({ projectId, jobId }) {
      const { deletedCount } = await documents.deleteOne({ _id: jobId, projectId });
      return deletedCount === 1;
    },

    async setActiveRun({ projectId, jobId }, { runId, tick, isHeld = false, identity }) {
      const idle = { _id: jobId, projectId, activeRunId: null, ...(isHeld && { heldRunId: runId }) };
      const document = await documents.findOneAndUpdate(
        tick === null ? idle : { ...idle, status: 'active', nextRunAt: tick.at },
        {
          $set: { activeRunId: runId, ...(tick && toMovedJob(tick.next)), ...(identity && { identity }) },
          // A held run was counted when it first became the active one.
          $inc: { runCount: isHeld ? 0 : 1, revision: identity ? 1 : 0 },
        },
        { returnDocument: 'after' },
      );
      return document && open(document);
    },

    async clearHeldRun({ projectId, jobId }, runId) {
      const held = { _id: jobId, projectId, heldRunId: runId };
      const isLast = { ...held, 'lastRun.runId': runId };
      const cancelled = { 'lastRun.outcome': 'cancelled', 'lastRun.error': null } as const;
      await documents.updateOne(isLast, { $set: { heldRunId: null, ...cancelled } });
      await documents.updateOne(held, { $set: { heldRunId: null } });
    },

    async moveTick({ projectId, jobId }, { at, next, isQueued }) {
      const due = { _id: jobId, projectId, nextRunAt: at };
      const { matchedCount } = isQueued
        ? await documents.updateOne(
            // Without an active run, no end of a run would start the queued tick.
            { ...due, activeRunId: { $ne: null } },
            // A job whose tick is queued has not ended, whatever `next` is.
            { $set: { nextRunAt: next, hasQueuedTick: true } },
          )
        : await documents.updateOne(due, { $set: toMovedJob(next) });
      return matchedCount === 1;
    },

    async setBodyLimit({ projectId, jobId }, bodyLimit) {
      await documents.updateOne({ _id: jobId, projectId }, { $set: { bodyLimit } });
    },

    async reset({ projectId, jobId }) {
      await documents.updateOne({ _id: jobId, projectId }, { $set: toResetJob() });
    },

    async endActiveRun({ projectId, jobId }, { runId, seen, end }) {
      const { status, hasQueuedTick, failuresInARow, revision } = seen;
      const $set = toEndedJob(end);
      const document = await documents.findOneAndUpdate(
        { _id: jobId, projectId, activeRunId: runId, status, hasQueuedTick, failuresInARow, revision },
        end.paused === undefined ? { $set } : { $set, $inc: { revision: 1 } },
        { returnDocument: 'after' },
      );
      return document && open(document);
    },

    async counts() {
      const numbers: Record<JobStatus, number> = { draft: 0, active: 0, paused: 0, ended: 0 };
      // The index alone answers one count for each status; grouping would read it entry by entry.
      const count = async (status: JobStatus) => {
        numbers[status] = await documents.countDocuments({ status });
      };
      await Promise.all(JOB_STATUSES.map(count));
      return numbers;
    },

    async listExpired({ now, limit }) {
      const found = await documents
        .find({ temporaryUntil: { $lte: now } })
        .sort({ temporaryUntil: 1 })
        .limit(limit)
        .toArray();
      return found.map(open);
    },

    async listScheduled({ after, limit }) {
      const found = await documents
        .find({ _id: { $gt: after ?? '' }, status: 'active', nextRunAt: { $ne: null } })
        .project<ScheduledJobDocument>(SCHEDULED_FIELDS)
        .sort({ _id: 1 })
        .hint({ status: 1, _id: 1 })
        .limit(limit)
        .toArray();
      return found.map(({ _id, ...job }) => ({ id: _id, ...job }));
    },

    async listOverdue({ before, limit }) {
      const found = await documents
        .find({ status: 'active', activeRunId: null, nextRunAt: { $lt: before } })
        .sort({ nextRunAt: 1 })
        .limit(limit)
        .toArray();
      return found.map(open);
    },
  };
}
