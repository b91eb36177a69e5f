import { ERRORS, type ErrorCode, type ErrorSummary, type EventType, type Template } from '@inlet/contracts';
import type { Addressee } from '../outbox/attempt-delivery.js';
import { sendNewDelivery, sendOneDelivery } from '../outbox/queued-delivery.js';
import type { Context } from '../ports/context.js';
import type { Job, NewDelivery, Run, RunEnding } from '../ports/model.js';
import { freeJob, wakeFreedJob } from './end-active-run.js';
import { itemStateId } from './item-state-id.js';
import { takeRowsBack } from './retract-rows.js';
import type { RunLease } from './run-lease.js';

type Decided = Pick<RunEnding, 'outcome' | 'counts' | 'error'> & Partial<RunEnding>;

/** What a run ends with: its hold, its job and where its events go, as far as they are there. */
export interface EndingParts {
  readonly lease: RunLease;
  readonly job: Job;
  readonly template: Template | null;
  /** Where it was looked up before. */
  readonly addressee?: Addressee | undefined;
}

/**
 * Ends a run. How it ends is stored before all else: what follows takes several writes, and a worker that takes
 * over in between must not end it in another way. Gives the job as the end left it; null for a dry run.
 */
export async function finishRun(
  context: Context,
  { decided, ...parts }: EndingParts & { decided: Decided },
): Promise<Job | null> {
  const { lease } = parts;
  const ending: RunEnding = { fetchState: null, retracts: 'none', mustPause: false, ...decided };
  if (lease.run.isDryRun) {
    await lease.save(ended(ending, context.now()));
    return null;
  }
  await lease.save({ ending });
  return carryOutEnding(context, { ...parts, ending, isFirst: true });
}

/**
 * Does what was decided about the end of a run: takes rows back, stores the closing event, frees the job, marks the
 * run itself, sends the event. All of it can be repeated: the event has the same id, and the job is freed only once.
 * Gives the job as it is then.
 */
export async function carryOutEnding(
  context: Context,
  { ending, isFirst, ...parts }: EndingParts & { ending: RunEnding; isFirst: boolean },
): Promise<Job | null> {
  const { lease, job, template } = parts;
  const { run } = lease;
  const now = context.now();
  const closing = template && closingEvent(context, { run, template, ending });
  const freed = await freeOnce(context, { run, job, ending, closing, now });
  if (freed) await wakeFreedJob(context, freed);
  await removeStaleItems(context, { run, ending });
  await lease.save(ended(ending, now));
  observe(context, { run, ending, now });
  if (closing) await sendClosing(context, { ...parts, closing, isFirst });
  return freed;
}

/** Frees the job, once all is stored that must not be lost with it; of a job that is free by now, what it is like. */
async function freeOnce(
  context: Context,
  {
    run,
    job,
    ending,
    closing,
    now,
  }: { run: Run; job: Job; ending: RunEnding; closing: NewDelivery | null; now: Date },
): Promise<Job | null> {
  if (job.activeRunId !== run.id) return job;
  const { outcome, counts, error, mustPause, fetchState } = ending;
  const newState = await takeRowsBack(context, { run, which: ending.retracts });
  if (closing) await context.store.deliveries.insert([closing]);
  const lastRun = { runId: run.id, outcome, counts, error, finishedAt: now.toISOString() };
  const states = { ...(newState && { newState }), ...(fetchState && { fetchState }) };
  return freeJob(context, { job, runId: run.id, end: { lastRun, mustPause, states } });
}

/** Tries the closing event at once; if it has to be tried again, that is the queue's work. */
async function sendClosing(
  context: Context,
  { lease, template, addressee, closing, isFirst }: EndingParts & { closing: NewDelivery; isFirst: boolean },
): Promise<void> {
  const { projectId, id: deliveryId } = closing.delivery;
  const options = { signal: lease.signal };
  // Nobody else can have sent what was stored just now; else what is stored decides.
  const result =
    isFirst && template
      ? await sendNewDelivery(context, { stored: closing, run: lease.run, template, addressee, options })
      : await sendOneDelivery(context, { work: { projectId, deliveryId }, options });
  if (result) await context.queue.setDelivery({ projectId, deliveryId, at: result.againAt });
}

/**
 * Removes the item states that this run knows of and that are not in force as it ends. It names them one by one:
 * the next run may be under way, and stores its own.
 */
async function removeStaleItems(
  context: Context,
  { run, ending }: { run: Run; ending: RunEnding },
): Promise<void> {
  // Such a run has stored none; only others that were taken over before it may have.
  if (ending.outcome === 'unchanged' && run.fetchStateAfter === null && run.attempt === 1) return;
  const isReleased = run.fetchStateAfter !== null && ending.retracts !== 'all';
  const newState = isReleased ? itemStateId(run) : run.itemStateBefore;
  const own = Array.from({ length: run.attempt }, (_, index) =>
    itemStateId({ id: run.id, stagedAttempt: index + 1 }),
  );
  const known = run.itemStateBefore === null ? own : [run.itemStateBefore, ...own];
  const stale = known.filter((id) => id !== newState);
  await context.store.itemStates.remove(run.projectId, run.jobId, stale);
}

const ended = ({ outcome, counts, error }: RunEnding, now: Date) => ({
  outcome,
  counts,
  error,
  phase: 'done' as const,
  finishedAt: now,
  resumeAt: null,
});

function observe(context: Context, { run, ending, now }: { run: Run; ending: RunEnding; now: Date }): void {
  const durationMs = now.getTime() - (run.startedAt ?? now).getTime();
  context.observe({
    kind: 'run_finished',
    outcome: ending.outcome,
    durationMs,
    rowsSent: ending.counts.rowsAcknowledged,
  });
  const { outcome, error } = ending;
  const fields = { runId: run.id, jobId: run.jobId, outcome, code: error?.code, durationMs };
  context.log.info(fields, 'a run ended');
}

function closingEvent(
  context: Context,
  { run, template, ending }: { run: Run; template: Template; ending: RunEnding },
): NewDelivery | null {
  const { counts, outcome, error } = ending;
  const type: EventType = outcome === 'failed' ? 'import.failed' : 'import.completed';
  const isWorthTelling = outcome !== 'unchanged' && outcome !== 'cancelled' && outcome !== 'not_started';
  if (!isWorthTelling || !template.destination?.events.includes(type)) return null;
  const { about } = run;
  const data = type === 'import.failed' ? { ...about, error, counts } : { ...about, outcome, counts };
  const body = Buffer.from(JSON.stringify(data));
  const now = context.now();
  return {
    body,
    expiresAt: null,
    delivery: {
      id: run.closingDeliveryId,
      projectId: run.projectId,
      jobId: run.jobId,
      runId: run.id,
      templateId: run.templateId,
      runAttempt: run.attempt,
      type,
      number: counts.batches + 1,
      rows: 0,
      bytes: body.length,
      status: 'pending',
      attemptCount: 0,
      attempts: [],
      nextAttemptAt: now,
      rowsRejected: 0,
      createdAt: now,
      acknowledgedAt: null,
    },
  };
}

/** Errors after which the job waits for a person, whatever the number of failures. */
const PAUSING = new Set<string>(['source_gone', 'delivery_gone'] satisfies ErrorCode[]);
export const isPausing = (error: ErrorSummary): boolean => error.code in ERRORS && PAUSING.has(error.code);
