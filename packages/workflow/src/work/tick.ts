import { InletError, isFinished, type LastRun, NO_COUNTS, summarize } from '@inlet/contracts';
import { nextRunAt } from '../jobs/next-run-at.js';
import type { WorkContext, WorkResult } from '../ports/queue.js';
import type { Job, Run } from '../ports/records.js';
import type { World } from '../ports/world.js';
import { type ImportResult, runImport } from '../run-import.js';
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
  world: World,
  {
    work,
    slots,
    context,
  }: { work: { projectId: string; jobId: string }; slots: RunSlots; context: WorkContext },
): Promise<WorkResult> {
  const { projectId, jobId } = work;
  const job = await world.store.jobs.get(projectId, jobId);
  if (job?.status !== 'active' || !job.nextRunAt) return null;
  if (job.activeRunId) await seeToActiveRun(world, { job, runId: job.activeRunId });
  const now = world.now();
  const dueAt = job.nextRunAt;
  if (dueAt.getTime() > now.getTime() + EARLY_MS) return { againAt: dueAt };
  if (job.activeRunId) return passOver(world, { job, dueAt, now, runId: job.activeRunId });
  if (slots.isCrowdedBy(projectId))
    return { againAt: new Date(now.getTime() + CROWDED_MS * (1 + world.random())) };

  const release = await slots
    .take({ projectId, site: siteOf(job), signal: context.signal })
    .catch(() => null);
  if (!release) return { againAt: dueAt };
  try {
    const run = await beginRun(world, { job, dueAt, now: world.now() });
    const result = run && (await runImport(world, { projectId, runId: run.id }, context));
    if (result) await arrange(world, { work, result, runId: run.id });
  } finally {
    release();
  }
  return nextTick(world, work);
}

/** Runs of one site share its patience. */
export const siteOf = (job: Pick<Job, 'source'>): string => new URL(job.source.url).host;

async function nextTick(
  world: World,
  { projectId, jobId }: { projectId: string; jobId: string },
): Promise<WorkResult> {
  const job = await world.store.jobs.get(projectId, jobId);
  return job?.status === 'active' && job.nextRunAt ? { againAt: job.nextRunAt } : null;
}

/** Makes the run and takes the tick for it; null when somebody else took it first. */
async function beginRun(world: World, { job, dueAt, now }: Tick): Promise<Run | null> {
  const { projectId, id: jobId } = job;
  const template = await world.store.templates.get(projectId, job.templateId);
  const run = newRun(
    world,
    { job, template: template ?? { code: '' } },
    { trigger: 'schedule', scheduledFor: dueAt },
  );
  await world.store.runs.insert(run);
  const next = nextRunAt(job, now);
  const isClaimed = await world.store.jobs.claim(projectId, jobId, {
    runId: run.id,
    tick: { at: dueAt, next },
  });
  if (!isClaimed) {
    await world.store.runs.remove(projectId, run.id);
    return null;
  }
  if (!next) await world.store.jobs.setStatus(projectId, jobId, 'ended');
  world.observe({ kind: 'tick', lateMs: run.lateMs ?? 0 });
  return run;
}

/** A tick fell into a run: leaves it out, or remembers it for the end of the run. */
async function passOver(
  world: World,
  { job, dueAt, now, runId }: Tick & { runId: string },
): Promise<WorkResult> {
  const { projectId, id: jobId } = job;
  const next = nextRunAt(job, now);
  const isPassed = await world.store.jobs.passTick(projectId, jobId, { at: dueAt, next });
  if (isPassed && job.overlap === 'queue') await queueTick(world, { projectId, jobId });
  else if (isPassed) {
    await world.store.runs.addSkippedTick(projectId, runId);
    if (!next) await world.store.jobs.setStatus(projectId, jobId, 'ended');
  }
  return nextTick(world, { projectId, jobId });
}

/** Has the tick wait for the end of the active run; where that run is over already, the tick is due now. */
async function queueTick(
  world: World,
  { projectId, jobId }: { projectId: string; jobId: string },
): Promise<void> {
  if (await world.store.jobs.queueTick(projectId, jobId)) return;
  const job = await world.store.jobs.get(projectId, jobId);
  // One that waits already stands for this one too.
  if (job && !job.hasQueuedTick) await world.store.jobs.setNextRunAt(projectId, jobId, world.now());
}

/** Takes up an active run whose worker was lost, now or when its lease has passed; frees a job from one that is over. */
async function seeToActiveRun(world: World, { job, runId }: { job: Job; runId: string }): Promise<void> {
  const { projectId, id: jobId } = job;
  const run = await world.store.runs.get(projectId, runId);
  const now = world.now();
  if (run && !isFinished(run.outcome)) {
    const isWaiting = run.resumeAt !== null && run.resumeAt > now;
    const at = run.leaseUntil !== null && run.leaseUntil > now ? run.leaseUntil : now;
    if (!isWaiting) await world.queue.setRun({ projectId, runId, at });
    return;
  }
  await world.store.jobs.finish(projectId, jobId, {
    runId,
    lastRun: lastRunOf(run, { runId, now }),
    isFailure: false,
  });
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
  world: World,
  {
    work,
    result,
    runId,
  }: { work: { projectId: string; jobId: string }; result: ImportResult; runId: string },
): Promise<void> {
  const { projectId, jobId } = work;
  if (result.kind === 'waiting') await world.queue.setRun({ projectId, runId, at: result.until });
  if (result.kind !== 'ended' || !result.notBefore) return;
  const job = await world.store.jobs.get(projectId, jobId);
  if (!job?.nextRunAt || job.nextRunAt >= result.notBefore) return;
  const next = nextRunAt(job, result.notBefore);
  await world.store.jobs.passTick(projectId, jobId, { at: job.nextRunAt, next });
}
