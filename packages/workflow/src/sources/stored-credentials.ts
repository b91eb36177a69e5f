import { changeSource, newSource, type Source } from '@inlet/contracts';
import { findVisibleFeed } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';

export interface SourceOfJob {
  readonly source: Source;
  /** The job that is being changed, if there is one. */
  readonly jobId?: string | undefined;
}

/** A job's headers and password are never shown, so its source is completed with them while it stays on the same server. */
export async function withStoredCredentials(
  context: Pick<Context, 'store'>,
  caller: Caller,
  { source, jobId }: SourceOfJob,
): Promise<Source> {
  if (jobId === undefined) return newSource(source);
  const job = await findVisibleFeed(context, caller, { jobId });
  return changeSource(job.source, source);
}
