import type { Context } from '../ports/context.js';
import { type Run, type RunChanges, runRef } from '../ports/model.js';
import { leaseEnd, newLeaseOwner } from './lease-claims.js';

/** Stops an execution before the run ends: the lease was lost, a person cancelled the run, or the worker stops. */
export class RunStopped extends Error {
  override readonly name = 'RunStopped';
  readonly reason: 'lost' | 'cancelled' | 'stopping';
  constructor(reason: RunStopped['reason']) {
    super(`the run stops: ${reason}`);
    this.reason = reason;
  }
}

/** A worker's lease on a run: as long as it has it, no other worker executes the run. */
export interface RunLease {
  /** The run as last stored, with the changes noted since. */
  readonly run: Run;
  /** Fires with a `RunStopped` when the execution must stop. */
  readonly signal: AbortSignal;
  /** Stores changes and renews the lease. Throws `RunStopped` if the lease was lost. */
  save(changes: RunChanges): Promise<void>;
  /** Stores changes with the next renewal, for progress that need not be stored immediately. */
  note(changes: RunChanges): void;
}

const RENEW_EVERY_MS = 1000;

export const newLease = (context: Context): { leaseOwner: string; leaseUntil: Date } => ({
  leaseOwner: newLeaseOwner(context),
  leaseUntil: leaseEnd(context),
});

/** The owner in whose name a leased run is changed. */
export function ownerOf({ leaseOwner }: Run): string {
  if (leaseOwner === null) throw new Error('this run is not leased');
  return leaseOwner;
}

export interface LeaseOptions {
  /** A run that this worker has leased. */
  readonly run: Run;
  /** Fires when the worker is asked to stop. */
  readonly stopSignal: AbortSignal;
}

/**
 * Calls `body`, and renews the lease every second until it ends. Each renewal stores the noted changes and notices a
 * requested cancellation.
 */
export async function withRunLease<Result>(
  context: Context,
  options: LeaseOptions,
  body: (lease: RunLease) => Promise<Result>,
): Promise<Result> {
  const { stopSignal } = options;
  const owner = ownerOf(options.run);
  const stop = new AbortController();
  let run = options.run;
  let noted: RunChanges = {};
  let isLost = false;
  /** Changes are stored one after the other, so that an older one never replaces a newer one. */
  let storing: Promise<unknown> = Promise.resolve();

  const store = async (changes: RunChanges) => {
    const update = { owner, leaseUntil: leaseEnd(context), changes };
    const saved = await context.store.runs.update(runRef(run), update);
    if (!saved) {
      isLost = true;
      stop.abort(new RunStopped('lost'));
      return;
    }
    run = saved;
    if (run.isCancelRequested) stop.abort(new RunStopped('cancelled'));
  };
  const storeInOrder = (changes: RunChanges) => {
    const stored = storing.then(() => store(changes));
    storing = stored.catch(() => {});
    return stored;
  };
  const reportFailure = createFailureReport(context, run);
  const renew = async () => {
    const changes = noted;
    noted = {};
    try {
      await storeInOrder(changes);
      reportFailure(null);
    } catch (error) {
      // The next renewal stores these changes.
      noted = { ...changes, ...noted };
      reportFailure(error);
    }
  };
  const onStop = () => stop.abort(new RunStopped('stopping'));
  if (run.isCancelRequested) stop.abort(new RunStopped('cancelled'));
  const timer = setInterval(renew, RENEW_EVERY_MS);
  if (stopSignal.aborted) onStop();
  stopSignal.addEventListener('abort', onStop);
  try {
    return await body({
      get run() {
        return { ...run, ...noted };
      },
      signal: stop.signal,
      async save(changes) {
        const all = { ...noted, ...changes };
        noted = {};
        await storeInOrder(all);
        if (isLost) throw new RunStopped('lost');
      },
      note(changes) {
        noted = { ...noted, ...changes };
      },
    });
  } finally {
    clearInterval(timer);
    stopSignal.removeEventListener('abort', onStop);
    await storing;
  }
}

/** Logs the first of several failures in a row, since a database may be away for long; null is a success. */
function createFailureReport(context: Context, { id: runId }: Run): (error: unknown) => void {
  let hasFailed = false;
  return (error) => {
    const isFailure = error !== null;
    const reason = error instanceof Error ? error.message : String(error);
    if (isFailure && !hasFailed) context.log.warn({ reason, runId }, 'failed to renew the lease of a run');
    hasFailed = isFailure;
  };
}
