import type { Context } from '../ports/context.js';
import { runRef } from '../ports/model.js';
import type { ImportResult } from './execution.js';
import { ownerOf, type RunLease } from './run-lease.js';

export interface RequeueOptions {
  readonly lease: RunLease;
  readonly until: Date;
  /** The execution met an unexpected error and counts as an attempt, as if its worker had died. */
  readonly isFault?: boolean | undefined;
}

/** Ends the lease of a run that continues at `until`, with a new count of attempts unless it met a fault. */
export async function requeueRun(
  context: Context,
  { lease, until, isFault = false }: RequeueOptions,
): Promise<ImportResult> {
  if (!isFault) await lease.save({ attemptsSinceRequeue: 0 });
  const ref = runRef(lease.run);
  await context.store.runs.endLease(ref, { owner: ownerOf(lease.run), resumeAt: until });
  // A cancellation that was requested during the lease did not queue the run.
  const run = await context.store.runs.get(ref);
  return { kind: 'requeued', until: run?.isCancelRequested ? context.now() : until };
}
