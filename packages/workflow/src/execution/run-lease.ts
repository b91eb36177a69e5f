import type { Context } from '../ports/context.js';
import type { Run, RunChanges } from '../ports/model.js';

/** Why a run stops before its end: the lease went to another worker, a person cancelled it, or the worker stops. */
export class RunStopped extends Error {
  override readonly name = 'RunStopped';
  readonly reason: 'lost' | 'cancelled' | 'stopping';
  constructor(reason: RunStopped['reason']) {
    super(`the run stops: ${reason}`);
    this.reason = reason;
  }
}

/** A worker's hold on a run: as long as it lasts, nobody else works on it. */
export interface RunLease {
  /** The run as last stored, with what was noted since. */
  readonly run: Run;
  /** Fires with a `RunStopped` when the work must stop. */
  readonly signal: AbortSignal;
  /** Stores changes and renews the hold. Throws `RunStopped` when the hold was lost. */
  save(changes: RunChanges): Promise<void>;
  /** Takes changes with it at the next renewal: for progress, which need not be stored at once. */
  note(changes: RunChanges): void;
}

const PROGRESS_MS = 1000;

/** A hold that is not like any other: a process that takes its own lost run over must not go on with both. */
export function newHold(context: Context): { leaseOwner: string; leaseUntil: Date } {
  const { workerId, leaseMs } = context.settings;
  return {
    leaseOwner: `${workerId}/${context.randomBytes(8).toString('hex')}`,
    leaseUntil: new Date(context.now().getTime() + leaseMs),
  };
}

/** Under whose name a run that was claimed is changed and given back. */
export function ownerOf({ leaseOwner }: Run): string {
  if (leaseOwner === null) throw new Error('nobody has claimed this run');
  return leaseOwner;
}

/**
 * Does `body` while holding the run, renewing the hold every second with the progress noted meanwhile; the same
 * call notices that somebody asked to cancel.
 */
export async function withRunLease<Result>(
  context: Context,
  options: { run: Run; stopSignal: AbortSignal },
  body: (lease: RunLease) => Promise<Result>,
): Promise<Result> {
  const { stopSignal } = options;
  const { leaseMs } = context.settings;
  const owner = ownerOf(options.run);
  const stop = new AbortController();
  let run = options.run;
  let noted: RunChanges = {};
  let isLost = false;
  let isAway = false;
  /** Changes are stored one after the other, so that an older one never overtakes a newer one. */
  let storing: Promise<unknown> = Promise.resolve();

  const store = async (changes: RunChanges) => {
    const leaseUntil = new Date(context.now().getTime() + leaseMs);
    const saved = await context.store.runs.update(run.projectId, run.id, { owner, leaseUntil, changes });
    if (!saved) {
      isLost = true;
      stop.abort(new RunStopped('lost'));
      return;
    }
    run = saved;
    if (run.isCancelRequested) stop.abort(new RunStopped('cancelled'));
  };
  const inOrder = (changes: RunChanges) => {
    const stored = storing.then(() => store(changes));
    storing = stored.catch(() => {});
    return stored;
  };
  const onStop = () => stop.abort(new RunStopped('stopping'));
  if (run.isCancelRequested) stop.abort(new RunStopped('cancelled'));
  const renew = setInterval(() => {
    const changes = noted;
    noted = {};
    inOrder(changes).then(
      () => {
        isAway = false;
      },
      (error: unknown) => {
        // Its changes go with the next renewal. One line for as long as the database is away.
        noted = { ...changes, ...noted };
        const reason = error instanceof Error ? error.message : String(error);
        if (!isAway) context.log.warn({ reason, runId: run.id }, 'the hold on a run could not be renewed');
        isAway = true;
      },
    );
  }, PROGRESS_MS);
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
        await inOrder(all);
        if (isLost) throw new RunStopped('lost');
      },
      note(changes) {
        noted = { ...noted, ...changes };
      },
    });
  } finally {
    clearInterval(renew);
    stopSignal.removeEventListener('abort', onStop);
    await storing;
  }
}
