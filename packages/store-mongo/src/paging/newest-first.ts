import type { Page, PageQuery } from '@inlet/contracts';
import { decodeCursor, encodeCursor } from './cursor.js';

const LAST_ID = /^before ([a-z]+_[0-9a-z]+)$/;

/** The condition on `_id` with which a page begins: ids sort by time, so the newest first is the greatest first. */
export function beginNewestFirst({ cursor }: Pick<PageQuery, 'cursor'>): { _id?: { $lt: string } } {
  if (cursor === undefined) return {};
  const [, id = ''] = decodeCursor(cursor, LAST_ID);
  return { _id: { $lt: id } };
}

/** A page of records that were read newest first with one more than the limit, to see whether there is a next page. */
export function endNewestFirst<Stored extends { _id: string }, Item>(
  records: readonly Stored[],
  { limit, toItem }: { limit: number; toItem: (record: Stored) => Item },
): Page<Item> {
  const shown = records.slice(0, limit);
  const last = shown.at(-1);
  const hasMore = records.length > limit && last !== undefined;
  return { items: shown.map(toItem), nextCursor: hasMore ? encodeCursor(`before ${last._id}`) : null };
}
