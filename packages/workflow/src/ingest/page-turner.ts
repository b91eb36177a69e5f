import type { OpenedBytes } from '@inlet/connectors';
import {
  createSourceWarning,
  InletError,
  pagingOf,
  type Source,
  type SourcePaging,
  sourceSettings,
} from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import type { ComparedPage, IncompleteWarning, PageTurn, TurnPage } from '../ports/source-pages.js';
import { openBytes, sourceOfNextPage } from '../sources/open-source.js';

export interface PageTurnerOptions {
  readonly source: Source;
  readonly first: OpenedBytes;
  /** Called when the first page was read, before it is closed. */
  readonly onFirstRead: () => Promise<unknown>;
  /** Limits of all pages together. */
  readonly limits: { readonly maxBytes: number; readonly deadlineMs: number };
  /** End at the first page whose rows are all known and unchanged. */
  readonly stopsAtKnown: boolean;
  readonly signal: AbortSignal;
}

export interface PageTurner {
  readonly turn: TurnPage<ComparedPage>;
  /** Pages opened so far. */
  readonly pages: number;
  /** A page was missing on the server, and those after it were not read. */
  readonly hasGap: boolean;
  /** Closes the page that is open. */
  close(): void;
}

const END: PageTurn = { kind: 'end', incomplete: null, isEarly: false };
const EARLY: PageTurn = { kind: 'end', incomplete: null, isEarly: true };
const leave = (incomplete: IncompleteWarning): PageTurn => ({ kind: 'end', incomplete, isEarly: false });

/**
 * Opens the pages of a source one after another, under the limits of one source. Ends at the last page, at the limit
 * of pages, and if the pages lead back to one that was read. Servers that ignore the number send the first page again.
 * A server that sends a later page again, or a page that names itself, has no more pages.
 *
 * A missing page is the end of numbered pages if the page before it was short, or if the page after it is missing as
 * well. Any other missing page is a gap: reading ends there, and the source was not read to its end.
 */
export function createPageTurner(context: Context, options: PageTurnerOptions): PageTurner {
  const { source, first, onFirstRead, limits, stopsAtKnown, signal } = options;
  const paging = pagingOf(source);
  const deadline = context.now().getTime() + limits.deadlineMs;
  const visited = new Set([sourceSettings(source)]);
  let current = { source, opened: first };
  let pages = 1;
  let mostRecords = 0;
  let hasGap = false;

  const open = (next: Source, bytes: number): Promise<OpenedBytes | null> =>
    openUnlessMissing(context, next, {
      paging,
      limits: {
        maxBytes: Math.max(1, limits.maxBytes - bytes),
        deadlineMs: Math.max(1, deadline - context.now().getTime()),
      },
      signal,
    });

  const turnTo = async (next: Source, page: ComparedPage): Promise<PageTurn> => {
    const opened = await open(next, page.bytes);
    if (opened === null) {
      const isShort = page.records < mostRecords;
      hasGap = !paging.isNumbered || !(isShort || (await isEnd(next, page)));
      return hasGap ? leave(createSourceWarning('pages_left.missing', {})) : END;
    }
    current = { source: next, opened };
    pages += 1;
    return { kind: 'page', bytes: opened.bytes, hints: opened.hints };
  };

  /** Whether the page after a missing one, which follows a full page, is missing as well. */
  const isEnd = async (missing: Source, page: ComparedPage): Promise<boolean> => {
    const { finalUrl } = current.opened;
    const after = sourceOfNextPage(context, missing, { ...page, finalUrl, declaredNext: null });
    if (after.kind !== 'page') return true;
    const opened = await open(after.source, page.bytes);
    opened?.close();
    return opened === null;
  };

  /** A last page may name itself as the next one, and a server may send it for all numbers that follow. */
  const isEndOfLoop = (
    settings: string,
    { page, isNumbered }: { page: ComparedPage; isNumbered: boolean },
  ): boolean =>
    page.isRepeated
      ? isNumbered && pages > 2 && page.isSameAsBefore
      : settings === sourceSettings(current.source);

  return {
    get pages() {
      return pages;
    },
    get hasGap() {
      return hasGap;
    },
    close: () => current.opened.close(),
    async turn(page) {
      if (pages === 1) await onFirstRead();
      current.opened.close();
      const { finalUrl, declaredNext } = current.opened;
      const next = sourceOfNextPage(context, current.source, { ...page, finalUrl, declaredNext });
      if (next.kind === 'end') return END;
      if (next.kind === 'left') return leave(next.warning);
      if (stopsAtKnown && page.isKnown && paging.maxPages > 1) return EARLY;
      if (pages >= paging.maxPages) return leave(limitReached(paging));
      const settings = sourceSettings(next.source);
      if (isEndOfLoop(settings, { page, isNumbered: next.isNumbered })) return END;
      if (page.isRepeated || visited.has(settings)) return leave(createSourceWarning('pages_left.loop', {}));
      visited.add(settings);
      mostRecords = Math.max(mostRecords, page.records);
      return turnTo(next.source, page);
    },
  };
}

const limitReached = ({ maxPages }: SourcePaging): IncompleteWarning =>
  maxPages === 1
    ? createSourceWarning('pages_left', {})
    : createSourceWarning('pages_left.limit', { pages: maxPages });

interface OpenPageOptions {
  readonly paging: SourcePaging;
  readonly limits: { readonly maxBytes: number; readonly deadlineMs: number };
  readonly signal: AbortSignal;
}

/** Statuses by which servers say that there is no page of this number: 404 and 410, but also 400, 416 and 422. */
const NO_SUCH_NUMBER = new Set<unknown>([400, 404, 410, 416, 422]);
const NOT_FOUND = new Set<unknown>([404, 410]);

/** Returns null if the server does not have the page. */
async function openUnlessMissing(
  context: Context,
  source: Source,
  { paging, ...options }: OpenPageOptions,
): Promise<OpenedBytes | null> {
  try {
    return await openBytes(context, source, options);
  } catch (error) {
    const missing = paging.isNumbered ? NO_SUCH_NUMBER : NOT_FOUND;
    if (error instanceof InletError && missing.has(error.extra.httpStatus)) return null;
    throw error;
  }
}
