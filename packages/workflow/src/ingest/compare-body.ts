import { NO_COUNTS, type RunCounts, type SourceWarning } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import type { FetchState } from '../ports/model.js';
import { type DigestedBytes, digestBytes } from './digest-bytes.js';
import { spool } from './spool.js';

export interface ComparedBody extends DigestedBytes {
  /** The findings of the last run if it read the same body; null if the body must be read. */
  readonly same: BodyFindings | null;
  close(): Promise<void>;
}

interface BodyFindings {
  readonly counts: RunCounts;
  readonly warnings: readonly SourceWarning[];
}

export interface CompareBodyOptions {
  readonly body: { readonly bytes: AsyncIterable<Uint8Array>; readonly sizeBytes: number | null };
  /** The body of the last good run; null if there is nothing to compare with. */
  readonly known: FetchState['body'];
  readonly onProgress: (counts: RunCounts) => void;
}

/**
 * Compares a body with the one of the last good run. Sites that know neither ETag nor Last-Modified send the same
 * body again and again. Unless its length differs already, it is fetched as a whole and compared before it is read:
 * that is a small part of the work.
 */
export async function compareBody(
  context: Context,
  { body, known, onProgress }: CompareBodyOptions,
): Promise<ComparedBody> {
  const hasOtherSize = body.sizeBytes !== null && body.sizeBytes !== known?.bytes;
  if (!known || hasOtherSize) return { ...digestBytes(body.bytes), same: null, close: async () => {} };
  const spooled = await spool(body.bytes, {
    dir: context.settings.spoolDir,
    onBytes: (bytes) => onProgress({ ...NO_COUNTS, bytes }),
  });
  const isSame = spooled.body?.digest === known.digest;
  return { ...spooled, same: isSame ? findingsOfSame(known) : null };
}

function findingsOfSame({
  records,
  excluded = 0,
  empty = 0,
  bytes,
  warnings,
}: NonNullable<FetchState['body']>): BodyFindings {
  const valid = records - excluded;
  return { counts: { ...NO_COUNTS, records, excluded, empty, valid, unchanged: valid, bytes }, warnings };
}
