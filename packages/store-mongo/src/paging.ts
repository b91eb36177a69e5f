import { InletError, type Page, type PageQuery } from '@inlet/contracts';

/** Cursors are opaque to callers: base64url of a short text that names the start of the next page. */
export const encodeCursor = (text: string): string => Buffer.from(text).toString('base64url');

/** @throws InletError `invalid_cursor` if the cursor's text does not match `pattern`. */
export function decodeCursor(cursor: string, pattern: RegExp): RegExpExecArray {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const match = pattern.exec(text);
  // Decoding skips characters that are not base64url: only a text that encodes to the same cursor is one of ours.
  if (match === null || encodeCursor(text) !== cursor) throw new InletError('invalid_cursor');
  return match;
}

const LAST_ID = /^before (([a-z]+)_[0-9a-z]+)$/;

/**
 * The condition on `_id` that a page begins with. Ids sort by time, so the newest first is the greatest first.
 * @throws InletError `invalid_cursor` if the cursor is one of a list of other things, whose ids have another prefix
 */
export function startNewestFirst(
  { cursor }: Pick<PageQuery, 'cursor'>,
  prefix: 'job' | 'run' | 'tpl' | 'upl',
): { _id?: { $lt: string } } {
  if (cursor === undefined) return {};
  const [, id = '', prefixOfId] = decodeCursor(cursor, LAST_ID);
  if (prefixOfId !== prefix) throw new InletError('invalid_cursor');
  return { _id: { $lt: id } };
}

/** A page of documents that were read newest first, one more than the limit to see whether another page follows. */
export function pageNewestFirst<Document extends { _id: string }, Item>(
  documents: readonly Document[],
  { limit, toItem }: { limit: number; toItem: (document: Document) => Item },
): Page<Item> {
  const shown = documents.slice(0, limit);
  const last = shown.at(-1);
  const hasMore = documents.length > limit && last !== undefined;
  return { items: shown.map(toItem), nextCursor: hasMore ? encodeCursor(`before ${last._id}`) : null };
}

/**
 * All documents in order, read in pages that each begin after the last document. Unlike a cursor, a slow reader cannot
 * lose its place: MongoDB closes cursors that are idle for ten minutes, and those of a former primary.
 */
export async function* readInPages<Document>(
  readAfter: (last: Document | undefined) => Promise<readonly Document[]>,
  pageSize: number,
): AsyncGenerator<Document> {
  for (let last: Document | undefined; ; ) {
    const page = await readAfter(last);
    yield* page;
    if (page.length < pageSize) return;
    last = page.at(-1);
  }
}
