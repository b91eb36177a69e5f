import type { DecodeHints } from '@inlet/contracts';
import { readHead } from '@inlet/contracts/stream-head';
import {
  findIdentityCandidates,
  formatOfHead,
  hasFeedIdentity,
  type IdentityCandidates,
  outlineSource,
} from '@inlet/pipeline';
import type { Context } from '../ports/context.js';
import type { Job } from '../ports/model.js';
import { iterate } from '../sources/scan-head.js';

const LONGEST_WAIT_MS = 1000;

export interface UndecidedSource {
  readonly job: Pick<Job, 'recordPath' | 'parseOptions'>;
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly hints: DecodeHints;
}

interface FoundCandidates {
  /** null for a feed, and for a head that cannot be outlined. */
  readonly candidates: IdentityCandidates | null;
  /** All bytes of the source, from the first one. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Finds the paths that may identify the records of a source in its head. */
export async function findCandidates(
  context: Context,
  { job: { recordPath, parseOptions }, bytes, hints }: UndecidedSource,
): Promise<FoundCandidates> {
  if (parseOptions.format !== undefined && hasFeedIdentity(parseOptions.format))
    return { candidates: null, bytes };
  const maxBytes = context.settings.outlineMaxBytes;
  // A slow site must not keep its first rows from being stored.
  const { chunks, all } = await readHead(bytes, { minBytes: maxBytes, timeoutMs: LONGEST_WAIT_MS });
  try {
    // An outline of a whole head takes long, and tells nothing about the identity of a feed.
    const format = await formatOfHead(iterate(chunks), { parseOptions, hints });
    if (format === 'html' || hasFeedIdentity(format)) return { candidates: null, bytes: all };
    const { outline } = await outlineSource(iterate(chunks), { recordPath, parseOptions, hints, maxBytes });
    return { candidates: findIdentityCandidates(outline), bytes: all };
  } catch {
    // The reader of the whole source reports its faults.
    return { candidates: null, bytes: all };
  }
}
