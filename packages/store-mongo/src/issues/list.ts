import type { RunIssue } from '@inlet/contracts';
import type { IssueStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { decodeCursor, encodeCursor } from '../paging/cursor.js';

const POSITION = /^from (\d{1,12})\/(\d{1,9})$/;

/** Where a listing goes on: page number, and position in that page. */
function beginAt(cursor: string | undefined): { page: number; offset: number } {
  if (cursor === undefined) return { page: 0, offset: 0 };
  const [, page, offset] = decodeCursor(cursor, POSITION);
  return { page: Number(page), offset: Number(offset) };
}

export const list =
  ({ models }: Context): IssueStore['list'] =>
  async (projectId, { runId, runAttempt, cursor, limit }) => {
    const begin = beginAt(cursor);
    const pages = models.issuePages
      .find({ projectId, runId, runAttempt, number: { $gte: begin.page } })
      .sort({ number: 1 })
      .lean()
      .cursor({ batchSize: 2 });
    const items: RunIssue[] = [];
    for await (const { number, issues } of pages) {
      const offset = number === begin.page ? begin.offset : 0;
      if (items.length === limit && issues.length > offset)
        return { items, nextCursor: encodeCursor(`from ${number}/${offset}`) };
      const shown = issues.slice(offset, offset + limit - items.length);
      items.push(...shown);
      const next = offset + shown.length;
      if (next < issues.length) return { items, nextCursor: encodeCursor(`from ${number}/${next}`) };
    }
    return { items, nextCursor: null };
  };
