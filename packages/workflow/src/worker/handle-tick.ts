import { InletError, isFinished, type LastRun, NO_COUNTS, summarize } from '@inlet/contracts';
import { queueClosingEvent } from '../execution/closing-event.js';
import { endActiveRun, updateTick } from '../execution/end-active-run.js';
import type { ImportResult } from '../execution/execution.js';
import { findBlockingRun } from '../execution/hold-run.js';
import { type LeasedImport, runLeasedImport } from '../execution/run-import.js';
import { newLease } from '../execution/run-lease.js';
import { ingestStart } from '../execution/start-ingest.js';
import { nextRunAt } from '../jobs/job-schedule.js';
import type { Context } from '../ports/context.js';
import { type FeedJob, type Job, type JobRef, jobRef, type Run, runRef } from '../ports/model.js';
import type { WorkResult } from '../ports/queue.js';
import { newRun } from '../runs/new-run.js';
import { type SlottedWorkOptions, takeSlot } from './run-slots.js';

/** Clocks and timers are not exact to the millisecond. */
const TOLERANCE_MS = 1000;

interface DueTick {
  readonly job: FeedJob;
  readonly dueAt: Date;
}

/**
 * Handles a job's tick, or one whose worker died: starts a run, or skips or queues the tick while another run is
 * active. The job in the store says what is due; the queue only wakes the worker. Missed ticks run once, late.
 */
export async function handleTick(
  context: Context,
  ref: JobRef,
  options: SlottedWorkOptions,
): Promise<WorkResult> {
  const job = await context.store.jobs.get(ref);
  // It was removed while its tick was set.
  if (!job) await context.queue.removeTick(ref.jobId);
  if (job?.lastRun && options.isTakenOver) await recoverLastRun(context, job, job.lastRun.runId);
  if (job?.activeRunId) await recoverActiveRun(context, job, job.activeRunId);
  if (job?.kind !== 'feed' || job.status !== 'active' || !job.nextRunAt) return null;
  const now = context.now();
  const dueAt = job.nextRunAt;
  if (dueAt.getTime() > now.getTime() + TOLERANCE_MS) return { againAt: dueAt };
  if (job.activeRunId) return skipOrQueueTick(context, { job, dueAt }, job.activeRunId);
  const blocking = await findBlockingRun(context, job);
  if (blocking) return waitForDecision(context, { job, dueAt }, blocking);

  const freeSlot = await takeSlot(options, job);
  if (!freeSlot) return { againAt: dueAt };
  try {
    const started = await startScheduledRun(context, { job, dueAt });
    const result = started && (await runLeasedImport(context, started, options));
    if (result) await scheduleFollowUp(context, started.run, result);
    if (result?.kind === 'ended' && result.job && !result.notBefore) return nextTickOf(result.job);
  } finally {
    freeSlot();
  }
  return nextTickOf(await context.store.jobs.get(ref));
}

const nextTickOf = (job: Job | null): WorkResult =>
  job?.status === 'active' && job.nextRunAt ? { againAt: job.nextRunAt } : null;

/** A tick that is taken a moment early, or whose clock was set back, must not be the next one again. */
function tickAfter(context: Context, { job, dueAt }: DueTick): Date | null {
  const now = context.now();
  return nextRunAt(job, now > dueAt ? now : dueAt);
}

/**
 * Creates a run that this worker has leased and started, and makes it the job's active run; null if another worker
 * took the tick first.
 */
async function startScheduledRun(context: Context, { job, dueAt }: DueTick): Promise<LeasedImport | null> {
  const template = await context.store.templates.get(job);
  const options = { trigger: 'schedule', scheduledFor: dueAt } as const;
  const created = newRun(context, { job, template: template ?? { code: '', columns: [] } }, options);
  const leased = { ...created, ...newLease(context), attempt: 1, attemptsSinceRequeue: 1 };
  const run = { ...leased, ...ingestStart(context, { run: leased, job }) };
  await context.store.runs.insert(run);
  const tick = { at: dueAt, next: tickAfter(context, { job, dueAt }) };
  const activeJob = await context.store.jobs.setActiveRun(jobRef(job), { runId: run.id, tick });
  if (!activeJob) {
    await context.store.runs.remove(runRef(run), { owner: run.leaseOwner });
    return null;
  }
  context.observe({ kind: 'tick', lateMs: run.lateMs ?? 0 });
  return { run, job: activeJob, template };
}

/** Handles a tick that came due during the active run: skips it, or queues it until the run ends. */
async function skipOrQueueTick(
  context: Context,
  { job, dueAt }: DueTick,
  activeRunId: string,
): Promise<WorkResult> {
  const { projectId } = job;
  const isQueued = job.overlap === 'queue';
  const tick = { at: dueAt, next: tickAfter(context, { job, dueAt }), isQueued };
  const isMoved = await context.store.jobs.moveTick(jobRef(job), tick);
  if (isMoved && !isQueued) await context.store.runs.addSkippedTick({ projectId, runId: activeRunId });
  return nextTickOf(await context.store.jobs.get(jobRef(job)));
}

/** Skips a tick while a held run waits for a decision. A released run is about to become the active one. */
async function waitForDecision(context: Context, { job, dueAt }: DueTick, held: Run): Promise<WorkResult> {
  const now = context.now();
  if (held.outcome !== 'held') return { againAt: new Date(now.getTime() + TOLERANCE_MS) };
  const tick = { at: dueAt, next: tickAfter(context, { job, dueAt }), isQueued: false };
  if (await context.store.jobs.moveTick(jobRef(job), tick))
    await context.store.runs.addSkippedTick(runRef(held));
  return nextTickOf(await context.store.jobs.get(jobRef(job)));
}

/** The earlier worker of this tick may have died while it ended the run, when the job had no active run any more. */
async function recoverLastRun(context: Context, { projectId }: Job, runId: string): Promise<void> {
  const run = await context.store.runs.get({ projectId, runId });
  if (!run) return;
  if (isFinished(run.outcome)) await queueClosingEvent(context, run);
  else await queueRun(context, run);
}

/** Queues an active run whose worker may have died; ends an active run that has finished or is gone. */
async function recoverActiveRun(context: Context, job: Job, runId: string): Promise<void> {
  const run = await context.store.runs.get({ projectId: job.projectId, runId });
  if (run && !isFinished(run.outcome)) return queueRun(context, run);
  const lastRun = describeLastRun(run, { runId, now: context.now() });
  const ended = await endActiveRun(context, { job, runId, end: { lastRun, mustPause: false } });
  if (ended) await updateTick(context, ended);
}

/** Queues a run: now, or when its current lease expires. Leaves a requeued run alone until it is due. */
async function queueRun(context: Context, run: Run): Promise<void> {
  const { resumeAt, leaseUntil } = run;
  const now = context.now();
  if (resumeAt !== null && resumeAt > now) return;
  const at = leaseUntil !== null && leaseUntil > now ? leaseUntil : now;
  await context.queue.setRun({ ...runRef(run), at });
}

function describeLastRun(run: Run | null, { runId, now }: { runId: string; now: Date }): LastRun {
  return {
    runId,
    outcome: run?.outcome ?? 'failed',
    counts: run?.counts ?? NO_COUNTS,
    error: run ? run.error : summarize(new InletError('run_interrupted')),
    finishedAt: (run?.finishedAt ?? now).toISOString(),
  };
}

/** Queues a run that was requeued, and moves the next tick if the source asked not to be fetched before a time. */
async function scheduleFollowUp(context: Context, run: Run, result: ImportResult): Promise<void> {
  if (result.kind === 'requeued') await context.queue.setRun({ ...runRef(run), at: result.until });
  if (result.kind !== 'ended' || !result.notBefore) return;
  const job = await context.store.jobs.get(run);
  if (job?.kind !== 'feed' || !job.nextRunAt || job.nextRunAt >= result.notBefore) return;
  const next = nextRunAt(job, result.notBefore);
  await context.store.jobs.moveTick(run, { at: job.nextRunAt, next, isQueued: false });
}
