import { isFinished, siteOf } from '@inlet/contracts';
import { sendLeftClosing } from '../execution/left-closing.js';
import { runImport } from '../execution/run-import.js';
import type { Context } from '../ports/context.js';
import type { WorkOptions, WorkResult } from '../ports/queue.js';
import type { RunSlots } from './run-slots.js';

/** Carries on a run that a person asked for, that waited, or whose worker was lost. */
export async function continueRun(
  context: Context,
  {
    work,
    slots,
    options,
  }: { work: { projectId: string; runId: string }; slots: RunSlots; options: WorkOptions },
): Promise<WorkResult> {
  const { projectId, runId } = work;
  const run = await context.store.runs.get(projectId, runId);
  const job = run && (await context.store.jobs.get(projectId, run.jobId));
  if (!job) return null;
  const release = await slots
    .take({ projectId, site: siteOf(job.source), signal: options.signal })
    .catch(() => null);
  if (!release) return { againAt: context.now() };
  try {
    const result = await runImport(context, { projectId, runId }, options);
    if (result.kind === 'waiting') return { againAt: result.until };
    return result.kind === 'elsewhere' ? seeToHeldRun(context, work) : null;
  } finally {
    release();
  }
}

/**
 * Somebody else has the run. Should they have died, it is taken over as soon as their lease has passed. Of a run
 * that is over, its closing event may be left.
 */
async function seeToHeldRun(
  context: Context,
  { projectId, runId }: { projectId: string; runId: string },
): Promise<WorkResult> {
  const run = await context.store.runs.get(projectId, runId);
  if (!run) return null;
  if (!isFinished(run.outcome)) return run.leaseUntil && { againAt: run.leaseUntil };
  await sendLeftClosing(context, run);
  return null;
}
