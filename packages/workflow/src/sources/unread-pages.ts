import { createSourceWarning, type Pagination, pagingOf, type SourceWarning } from '@inlet/contracts';
import type { ReadFacts } from '@inlet/pipeline';
import type { Context } from '../ports/context.js';
import { sourceOfNextPage } from './open-source.js';
import type { FirstPage } from './scan-head.js';

export interface UnreadPages {
  /** `pages_left`, or nothing. */
  readonly warnings: readonly SourceWarning[];
  /** A setting that would read them; null if none is known. */
  readonly proposed: Pagination | null;
}

const NO_UNREAD_PAGES: UnreadPages = { warnings: [], proposed: null };

/** Whether the head of the first page of a source names a next page that a run would not read. */
export function findUnreadPages(
  context: Context,
  { source, opened }: Pick<FirstPage, 'source' | 'opened'>,
  { records, nextPage: foundNext, nextPageField }: ReadFacts,
): UnreadPages {
  const { finalUrl, declaredNext } = opened;
  const read = { finalUrl, declaredNext, foundNext, nextPageField, records };
  const next = sourceOfNextPage(context, source, read);
  if (next.kind === 'end' || (next.kind === 'page' && pagingOf(source).maxPages > 1)) return NO_UNREAD_PAGES;
  return next.kind === 'left'
    ? { warnings: [next.warning], proposed: next.proposed }
    : { warnings: [createSourceWarning('pages_left', {})], proposed: null };
}
