import type { OpenedBytes } from '@inlet/connectors';
import { type ParseOptions, pagingOf, type Source, type SourceWarning } from '@inlet/contracts';
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

/** Returns a warning if a source whose pages are not followed names a next page in the head of its first one. */
export async function warnOfUnreadPages(
  context: Context,
  { source, opened, ...page }: FirstPage,
): Promise<readonly SourceWarning[]> {
  const { maxPages, nextPagePath } = pagingOf(source);
  if (maxPages > 1) return [];
  const { finalUrl, declaredNext, hints } = opened;
  const { batches, facts } = readRecords(iterate(page.head), { ...page, paths: [], nextPagePath, hints });
  try {
    for await (const _ of batches);
  } catch {
    // The head ends anywhere. Faults are reported by the readers of the whole page.
  }
  const { records, nextPage: foundNext } = facts;
  const next = sourceOfNextPage(context, source, { finalUrl, declaredNext, foundNext, records });
  return next.kind === 'end' ? [] : [{ code: 'pages_left', message: ONLY_FIRST_PAGE }];
}

/** Says that a source has pages, and that the job does not follow them. */
export const ONLY_FIRST_PAGE = 'The source has more pages, but only the first one is read.';

export async function* iterate(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
