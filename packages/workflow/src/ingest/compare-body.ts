import type { OpenedBytes } from '@inlet/connectors';
import { NO_COUNTS, type RunCounts, type SourceWarning } from '@inlet/contracts';
import type { RunLease } from '../execution/run-lease.js';
import type { Context } from '../ports/context.js';
import type { FetchState } from '../ports/model.js';
import { type BodyDigest, type DigestedBytes, digesting } from './body-digest.js';
import type { StagedRows } from './ingest-source.js';
import { spool } from './spool.js';

export interface ComparedBody extends DigestedBytes {
  /** What a run finds that reads the same body as the last one; null where it has to be read. */
  readonly same: Pick<StagedRows, 'counts' | 'warnings'> | null;
  close(): Promise<void>;
}

/**
 * Sites that know neither ETag nor Last-Modified send the same body again and again. Where the length does not say
 * otherwise, it is taken in whole and compared before it is read: that is a small part of the work.
 */
export async function compareBody(
  context: Context,
  { body, known, lease }: { body: OpenedBytes; known: FetchState['body']; lease: RunLease },
): Promise<ComparedBody> {
  const isOther = body.sizeBytes !== null && body.sizeBytes !== known?.bytes;
  if (!known || isOther) return { ...digesting(body.bytes), same: null, close: async () => {} };
  const spooled = await spool(body.bytes, {
    dir: context.settings.spoolDir,
    onBytes: (bytes) => lease.note({ counts: { ...NO_COUNTS, bytes } }),
  });
  const isSame = spooled.body?.digest === known.digest;
  return { ...spooled, same: isSame ? findingsOfSame(known) : null };
}

function findingsOfSame({ records, bytes, warnings }: NonNullable<FetchState['body']>) {
  return { counts: { ...NO_COUNTS, records, valid: records, unchanged: records, bytes }, warnings };
}

/** What to remember of a body. One with issues is read again each time, so that each run lists them. */
export function knownBody(
  body: BodyDigest | null,
  { counts, warnings }: { counts: RunCounts; warnings: readonly SourceWarning[] },
): FetchState['body'] {
  const { records, issues } = counts;
  return body && records > 0 && issues === 0 ? { ...body, records, warnings } : null;
}
