import { type ErrorSummary, InletError, type RunCounts, summarize } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import { type Job, type NewDelivery, type Run, type RunEnding, runRef } from '../ports/model.js';
import { endUploadDelivery } from '../uploads/end-upload-delivery.js';
import { noteUndoneRun } from '../uploads/note-undone-run.js';
import { createClosingEvent, sendClosingEvent } from './closing-event.js';
import { endActiveRun, pausesJob, updateTick } from './end-active-run.js';
import type { Execution, ImportResult } from './execution.js';
import { removeHeldRows, replaceHeldRun } from './hold-run.js';
import { itemStateIdOf } from './release-run.js';
import { discardUnsent, retractRows, retractsOfStopped } from './retract-rows.js';

/** How a run ends; an omitted field has no effect. */
type Ending = Pick<RunEnding, 'outcome' | 'counts'> & Partial<RunEnding>;

/**
 * Ends a run. The ending is stored first: applying it takes several writes, and a worker that takes over in between
 * must apply the same one.
 */
export async function finishRun(
  context: Context,
  { ending: chosen, ...execution }: Execution & { readonly ending: Ending },
): Promise<ImportResult & { kind: 'ended' }> {
  const { lease } = execution;
  const ending: RunEnding = { error: null, fetchState: null, retracts: 'none', mustPause: false, ...chosen };
  if (lease.run.isDryRun) {
    await lease.save(endedFields(ending, context.now()));
    return { kind: 'ended', job: null };
  }
  await lease.save({ ending, phase: 'finish' });
  return { kind: 'ended', job: await applyEnding(context, { ...execution, ending, isFirst: true }) };
}

export interface EndingOptions extends Execution {
  readonly ending: RunEnding;
  /** No other worker can have started to apply it. */
  readonly isFirst?: boolean | undefined;
}

/**
 * Retracts rows, stores the closing event, ends the job's active run, marks the run as ended, sends the event. Can be
 * repeated: the event keeps its id, and the active run is ended only once. Returns the job after that.
 */
export async function applyEnding(context: Context, options: EndingOptions): Promise<Job | null> {
  const { lease, job: before, template } = options;
  const { run } = lease;
  if (options.ending.outcome === 'held' && isReplaced(run, before)) return endReplaced(context, options);
  const { ending } = options;
  const now = context.now();
  const closing = template && createClosingEvent(context, { run, template, ending });
  const job = await endActiveRunOnce(context, { ...options, closing, now });
  if (ending.retracts !== 'none') await discardUnsent(context, run);
  if (job) await updateTick(context, job);
  if (run.upload) await endUploadDelivery(context, { run, upload: run.upload, ending });
  if (run.undoes !== null)
    await noteUndoneRun(context, { projectId: run.projectId, runId: run.undoes, ending });
  await removeStaleItemStates(context, { run, ending });
  await lease.save({ ...endedFields(ending, now), ...(ending.outcome === 'held' && UNDECIDED) });
  reportEnd(context, { run, ending, now });
  if (closing) await sendClosingEvent(context, { ...options, closing });
  return job;
}

/** A run that was released with another identity, and is held again, waits for another decision. */
const UNDECIDED = { decision: null, decisionDeliveryId: null } as const;

/** The worker that held this run died, and a later run has ended before this one was marked as held. */
const isReplaced = (run: Run, job: Job): boolean => job.activeRunId !== run.id && job.heldRunId !== run.id;

async function endReplaced(context: Context, { lease, job }: EndingOptions): Promise<Job> {
  await removeHeldRows(context, lease.run);
  const replacedBy = job.lastRun?.runId ?? null;
  const { counts } = lease.run;
  await lease.save({
    ...endedFields({ outcome: 'cancelled', counts, error: null }, context.now()),
    replacedBy,
  });
  return job;
}

/** Ends the active run, once everything that must not be lost with it is stored. Returns the job after that. */
async function endActiveRunOnce(
  context: Context,
  options: EndingOptions & { readonly closing: NewDelivery | null; readonly now: Date },
): Promise<Job | null> {
  const { lease, job, ending, closing, now } = options;
  const { run } = lease;
  if (job.activeRunId !== run.id) return job;
  const { outcome, counts, error, mustPause, fetchState } = ending;
  const isHeld = outcome === 'held';
  const newState = isHeld ? undefined : await retractRows(context, run, ending.retracts);
  const endsHeld = isHeld || newState !== undefined || fetchState !== null;
  if (endsHeld) await replaceHeldRun(context, { job, run });
  if (closing) await context.store.deliveries.insert([closing]);
  const lastRun = { runId: run.id, outcome, counts, error, finishedAt: now.toISOString() };
  const end = {
    lastRun,
    mustPause,
    newState,
    fetchState: fetchState ?? undefined,
    heldRunId: isHeld ? run.id : endsHeld || job.heldRunId === run.id ? null : undefined,
  };
  return endActiveRun(context, { job, runId: run.id, end });
}

/**
 * Removes the item states that this run may have left and that are not the current one. Removes them by id, since the
 * next run may have started and stored its own.
 */
async function removeStaleItemStates(
  context: Context,
  { run, ending }: { run: Run; ending: RunEnding },
): Promise<void> {
  // Such a run has stored none; only earlier attempts may have.
  if (ending.outcome === 'unchanged' && run.fetchStateAfter === null && run.attempt === 1) return;
  const isReleased = run.fetchStateAfter !== null && ending.retracts !== 'all';
  const current = isReleased ? itemStateIdOf(run) : run.itemStateBefore;
  const own = Array.from({ length: run.attempt }, (_, index) =>
    itemStateIdOf({ id: run.id, stagedAttempt: index + 1 }),
  );
  const known = run.itemStateBefore === null ? own : [run.itemStateBefore, ...own];
  const kept = ending.outcome === 'held' ? [run.itemStateBefore, current] : [current];
  const stale = known.filter((id) => !kept.includes(id));
  await context.store.itemStates.remove(run, stale);
}

const endedFields = (
  { outcome, counts, error }: Pick<RunEnding, 'outcome' | 'counts' | 'error'>,
  now: Date,
) => ({
  outcome,
  counts,
  error,
  phase: 'done' as const,
  finishedAt: now,
  resumeAt: null,
});

interface EndReport {
  readonly run: Run;
  readonly ending: RunEnding;
  readonly now: Date;
}

function reportEnd(context: Context, { run, ending, now }: EndReport): void {
  const { outcome, error, counts } = ending;
  // A clock that was set back during the run shows an earlier time.
  const durationMs = Math.max(0, now.getTime() - (run.startedAt ?? now).getTime());
  context.observe({ kind: 'run_finished', outcome, durationMs, rowsSent: counts.rowsAcknowledged });
  const fields = { runId: run.id, jobId: run.jobId, outcome, code: error?.code, durationMs };
  context.log.info(fields, 'run ended');
}

/** The outcome of a run whose batches were all acknowledged. */
export function outcomeOf(counts: RunCounts): 'succeeded' | 'succeeded_with_issues' | 'unchanged' {
  if (counts.issues > 0) return 'succeeded_with_issues';
  return counts.batches === 0 ? 'unchanged' : 'succeeded';
}

export interface RejectedBatches {
  readonly run: Run;
  readonly counts: RunCounts;
  /** The receiver's answer in this execution if it said that it is permanently gone. */
  readonly goneError: ErrorSummary | null;
}

/** The ending of a run whose receiver rejected batches, or is gone. */
export async function rejectedEnding(
  context: Context,
  { run, counts, goneError }: RejectedBatches,
): Promise<Ending> {
  const failed = await context.store.deliveries.listFailed(runRef(run));
  const errors = failed.flatMap(({ attempts }) => attempts.at(-1)?.error ?? []);
  // The receiver may have said so to an earlier attempt, whose worker died.
  const gone = goneError ?? errors.find(pausesJob);
  const error = gone ?? errors.at(-1) ?? summarize(new InletError('delivery_rejected'));
  const retracts = gone ? retractsOfStopped(run, counts) : 'failed';
  return { outcome: 'failed', counts, error, retracts, mustPause: gone !== undefined };
}
