import {
  InletError,
  isFinished,
  type LastRun,
  NO_COUNTS,
  siteOf,
  summarize,
  type Template,
} from '@inlet/contracts';
import { freeJob, wakeFreedJob } from '../execution/end-active-run.js';
import { sendLeftClosing } from '../execution/left-closing.js';
import { type ImportResult, importTaken, stagingBy } from '../execution/run-import.js';
import { newHold } from '../execution/run-lease.js';
import { nextRunAt } from '../jobs/next-run-at.js';
import type { Context } from '../ports/context.js';
import type { Job, Run } from '../ports/model.js';
import type { WorkOptions, WorkResult } from '../ports/queue.js';
import { newRun } from '../runs/new-run.js';
import type { RunSlots } from './run-slots.js';

/** Clocks and timers are not exact to the millisecond. */
const EARLY_MS = 1000;
const CROWDED_MS = 5000;

interface Tick {
  readonly job: Job;
  readonly dueAt: Date;
  readonly now: Date;
}

/**
 * A job's time has come, or its worker was lost: begins a run, or passes over the tick while another run is in
 * progress. The job in the store says what is due; the queue only wakes us. Ticks that were missed run once, late.
 */
export async function tick(
  context: Context,
  {
    work,
    slots,
    options,
  }: { work: { projectId: string; jobId: string }; slots: RunSlots; options: WorkOptions },
): Promise<WorkResult> {
  const { projectId, jobId } = work;
  const job = await context.store.jobs.get(projectId, jobId);
  if (job?.lastRun && options.isTakenOver) await seeToLastRun(context, { job, runId: job.lastRun.runId });
  if (job?.activeRunId) await seeToActiveRun(context, { job, runId: job.activeRunId });
  if (job?.status !== 'active' || !job.nextRunAt) return null;
  const now = context.now();
  const dueAt = job.nextRunAt;
  if (dueAt.getTime() > now.getTime() + EARLY_MS) return { againAt: dueAt };
  if (job.activeRunId) return passOver(context, { job, dueAt, now, runId: job.activeRunId });
  if (slots.isCrowdedBy(projectId))
    return { againAt: new Date(now.getTime() + CROWDED_MS * (1 + context.random())) };

  const release = await slots
    .take({ projectId, site: siteOf(job.source), signal: options.signal })
    .catch(() => null);
  if (!release) return { againAt: dueAt };
  try {
    const begun = await beginRun(context, { job, dueAt, now: context.now() });
    const result = begun && (await importTaken(context, begun, options));
    if (result) await arrange(context, { work, result, runId: begun.run.id });
    if (result?.kind === 'ended' && result.job && !result.notBefore) return nextTickOf(result.job);
  } finally {
    release();
  }
  return nextTick(context, work);
}

async function nextTick(
  context: Context,
  { projectId, jobId }: { projectId: string; jobId: string },
): Promise<WorkResult> {
  return nextTickOf(await context.store.jobs.get(projectId, jobId));
}

const nextTickOf = (job: Job | null): WorkResult =>
  job?.status === 'active' && job.nextRunAt ? { againAt: job.nextRunAt } : null;

/** Makes the run, held and begun by this worker, and takes the tick for it; null when somebody else took it first. */
async function beginRun(
  context: Context,
  { job, dueAt, now }: Tick,
): Promise<{ run: Run; job: Job; template: Template | null } | null> {
  const { projectId, id: jobId } = job;
  const template = await context.store.templates.get(projectId, job.templateId);
  const options = { trigger: 'schedule', scheduledFor: dueAt } as const;
  const made = newRun(context, { job, template: template ?? { code: '' } }, options);
  const held = { ...made, ...newHold(context), attempt: 1, attemptsSinceRequeue: 1 };
  const run = { ...held, ...stagingBy(context, { run: held, job }) };
  await context.store.runs.insert(run);
  const tick = { at: dueAt, next: nextRunAt(job, now) };
  const claimed = await context.store.jobs.setActiveRun(projectId, jobId, { runId: run.id, tick });
  if (!claimed) {
    await context.store.runs.remove(projectId, run.id, { owner: run.leaseOwner });
    return null;
  }
  context.observe({ kind: 'tick', lateMs: run.lateMs ?? 0 });
  return { run, job: claimed, template };
}

/** A tick fell into a run: leaves it out, or has it wait for the end of the run. */
async function passOver(
  context: Context,
  { job, dueAt, now, runId }: Tick & { runId: string },
): Promise<WorkResult> {
  const { projectId, id: jobId } = job;
  const isQueued = job.overlap === 'queue';
  const tick = { at: dueAt, next: nextRunAt(job, now), isQueued };
  const isPassed = await context.store.jobs.moveTick(projectId, jobId, tick);
  if (isPassed && !isQueued) await context.store.runs.addSkippedTick(projectId, runId);
  return nextTick(context, { projectId, jobId });
}

/** Whoever had this tick before died: perhaps as they ended its run, after the job was free. */
async function seeToLastRun(context: Context, { job, runId }: { job: Job; runId: string }): Promise<void> {
  const run = await context.store.runs.get(job.projectId, runId);
  if (!run) return;
  if (isFinished(run.outcome)) await sendLeftClosing(context, run);
  else await takeUp(context, run);
}

/** Takes up an active run whose worker was lost; frees a job from one that is over, or gone. */
async function seeToActiveRun(context: Context, { job, runId }: { job: Job; runId: string }): Promise<void> {
  const run = await context.store.runs.get(job.projectId, runId);
  if (run && !isFinished(run.outcome)) return takeUp(context, run);
  const lastRun = lastRunOf(run, { runId, now: context.now() });
  const freed = await freeJob(context, { job, runId, end: { lastRun, mustPause: false, states: {} } });
  if (freed) await wakeFreedJob(context, freed);
}

/** Has a run go on now, or when the lease of who holds it has passed; not before its time where it waits. */
async function takeUp(context: Context, { projectId, id: runId, resumeAt, leaseUntil }: Run): Promise<void> {
  const now = context.now();
  if (resumeAt !== null && resumeAt > now) return;
  const at = leaseUntil !== null && leaseUntil > now ? leaseUntil : now;
  await context.queue.setRun({ projectId, runId, at });
}

function lastRunOf(run: Run | null, { runId, now }: { runId: string; now: Date }): LastRun {
  return {
    runId,
    outcome: run?.outcome ?? 'failed',
    counts: run?.counts ?? NO_COUNTS,
    error: run ? run.error : summarize(new InletError('run_interrupted')),
    finishedAt: (run?.finishedAt ?? now).toISOString(),
  };
}

/** Sees to it that a run which waits goes on, and that a site is not asked before it wants to be. */
async function arrange(
  context: Context,
  {
    work,
    result,
    runId,
  }: { work: { projectId: string; jobId: string }; result: ImportResult; runId: string },
): Promise<void> {
  const { projectId, jobId } = work;
  if (result.kind === 'waiting') await context.queue.setRun({ projectId, runId, at: result.until });
  if (result.kind !== 'ended' || !result.notBefore) return;
  const job = await context.store.jobs.get(projectId, jobId);
  if (!job?.nextRunAt || job.nextRunAt >= result.notBefore) return;
  const next = nextRunAt(job, result.notBefore);
  await context.store.jobs.moveTick(projectId, jobId, { at: job.nextRunAt, next, isQueued: false });
}
