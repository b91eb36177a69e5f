import type { OpenedBytes } from '@inlet/connectors';
import {
  createSourceWarning,
  type Pagination,
  type ParseOptions,
  pagingOf,
  type Source,
  type SourceWarning,
} from '@inlet/contracts';
import { readRecords } from '@inlet/pipeline';
import type { Context } from '../ports/context.js';
import { sourceOfNextPage } from './open-source.js';

/** Bytes on their way to a reader, of which the first ones are kept. */
export interface KeptHead {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** The first bytes of those that were read, in chunks. */
  readonly head: readonly Uint8Array[];
}

export function keepHead(source: AsyncIterable<Uint8Array>, maxBytes: number): KeptHead {
  const head: Uint8Array[] = [];
  async function* bytes(): AsyncGenerator<Uint8Array> {
    let left = maxBytes;
    for await (const chunk of source) {
      if (left > 0) head.push(chunk.slice(0, left));
      left -= chunk.length;
      yield chunk;
    }
  }
  return { bytes: bytes(), head };
}

export interface FirstPage {
  readonly source: Source;
  readonly opened: OpenedBytes;
  readonly head: readonly Uint8Array[];
  readonly recordPath: string;
  readonly parseOptions: ParseOptions;
}

export interface UnreadPages {
  /** `pages_left`, or nothing. */
  readonly warnings: readonly SourceWarning[];
  /** A setting that would read them; null if none is known. */
  readonly proposed: Pagination | null;
}

const NO_UNREAD_PAGES: UnreadPages = { warnings: [], proposed: null };

/** Looks in the head of the first page of a source for a next page that a run would not read. */
export async function findUnreadPages(
  context: Context,
  { source, opened, ...page }: FirstPage,
): Promise<UnreadPages> {
  const { maxPages, nextPagePath } = pagingOf(source);
  const { finalUrl, declaredNext, hints } = opened;
  const { batches, facts } = readRecords(iterate(page.head), { ...page, paths: [], nextPagePath, hints });
  try {
    for await (const _ of batches);
  } catch {
    // The head ends anywhere. Faults are reported by the readers of the whole page.
  }
  const { records, nextPage: foundNext, nextPageField } = facts;
  const read = { finalUrl, declaredNext, foundNext, nextPageField, records };
  const next = sourceOfNextPage(context, source, read);
  if (next.kind === 'end' || (next.kind === 'page' && maxPages > 1)) return NO_UNREAD_PAGES;
  return next.kind === 'left'
    ? { warnings: [next.warning], proposed: next.proposed }
    : { warnings: [createSourceWarning('pages_left', {})], proposed: null };
}

export async function* iterate(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
