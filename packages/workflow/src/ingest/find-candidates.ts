import type { DecodeHints } from '@inlet/contracts';
import { createHeadedStream } from '@inlet/contracts/stream-head';
import {
  findIdentityCandidates,
  hasFeedIdentity,
  type IdentityCandidates,
  outlineSource,
} from '@inlet/pipeline';
import type { Context } from '../ports/context.js';
import type { Job } from '../ports/model.js';

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
  const { head, all } = createHeadedStream(bytes);
  const maxBytes = context.settings.outlineMaxBytes;
  try {
    const { outline } = await outlineSource(head, { recordPath, parseOptions, hints, maxBytes });
    return { candidates: findIdentityCandidates(outline), bytes: all };
  } catch {
    // The reader of the whole source reports its faults.
    return { candidates: null, bytes: all };
  }
}
