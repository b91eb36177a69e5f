import type { RunIssue } from '@inlet/contracts';
import type { IssueStore, PageRange } from '@inlet/workflow';
import type { StoreContext } from './collections.js';
import type { IssuePageDocument } from './issue-page-document.js';
import { decodeCursor, encodeCursor, readInPages } from './paging.js';

const POSITION = /^from (\d{1,12})\/(\d{1,9})$/;

/** The position of the next issue of a listing: page number, and index in that page. */
function startAt(cursor: string | undefined): { page: number; offset: number } {
  if (cursor === undefined) return { page: 0, offset: 0 };
  const [, page, offset] = decodeCursor(cursor, POSITION);
  return { page: Number(page), offset: Number(offset) };
}

/** Pages that a stream reads at a time. */
const STREAMED_PAGES = 8;
const ALL_PAGES: PageRange = { start: 0, end: Number.MAX_SAFE_INTEGER };

const numberIn = ({ start, end }: PageRange) => ({ number: { $gte: start, $lt: end } });

export function createIssueStore({ issuePages }: Pick<StoreContext, 'issuePages'>): IssueStore {
  const { documents } = issuePages;
  return {
    async insertPage({ projectId, jobId, runId, runAttempt, number, issues }) {
      await documents.updateOne(
        { _id: `${runId}:${runAttempt}:${number}`, projectId },
        { $set: { jobId, runId, runAttempt, number, issues } },
        { upsert: true },
      );
    },

    async list({ projectId, runId, runAttempt }, { cursor, limit }) {
      const start = startAt(cursor);
      const pages = documents
        .find({ projectId, runId, runAttempt, number: { $gte: start.page } }, { batchSize: 2 })
        .sort({ number: 1 });
      const items: RunIssue[] = [];
      for await (const { number, issues } of pages) {
        const offset = number === start.page ? start.offset : 0;
        if (items.length === limit && issues.length > offset)
          return { items, nextCursor: encodeCursor(`from ${number}/${offset}`) };
        const shown = issues.slice(offset, offset + limit - items.length);
        items.push(...shown);
        const next = offset + shown.length;
        if (next < issues.length) return { items, nextCursor: encodeCursor(`from ${number}/${next}`) };
      }
      return { items, nextCursor: null };
    },

    async *stream({ projectId, runId, runAttempt }, { start, end } = ALL_PAGES) {
      const readAfter = (last?: Pick<IssuePageDocument, 'number'>) =>
        documents
          .find({ projectId, runId, runAttempt, ...numberIn({ start: last ? last.number + 1 : start, end }) })
          .sort({ number: 1 })
          .limit(STREAMED_PAGES)
          .toArray();
      for await (const { issues } of readInPages(readAfter, STREAMED_PAGES)) yield issues;
    },

    async removePages({ projectId, runId, runAttempt }, range) {
      await documents.deleteMany({ projectId, runId, runAttempt, ...numberIn(range) });
    },

    async removeOfRun({ projectId, runId }, { beforeAttempt }) {
      await documents.deleteMany({ projectId, runId, runAttempt: { $lt: beforeAttempt } });
    },

    async removeOfRuns({ projectId, runIds }) {
      await documents.deleteMany({ projectId, runId: { $in: [...runIds] } });
    },

    async removeOfJob({ projectId, jobId }) {
      await documents.deleteMany({ projectId, jobId });
    },
  };
}
