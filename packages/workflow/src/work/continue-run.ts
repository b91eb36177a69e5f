import { isFinished } from '@inlet/contracts';
import type { WorkContext, WorkResult } from '../ports/queue.js';
import type { World } from '../ports/world.js';
import { runImport } from '../run-import.js';
import { sendLeftClosing } from './left-closing.js';
import type { RunSlots } from './run-slots.js';
import { siteOf } from './tick.js';

/** Carries on a run that a person asked for, that waited, or whose worker was lost. */
export async function continueRun(
  world: World,
  {
    work,
    slots,
    context,
  }: { work: { projectId: string; runId: string }; slots: RunSlots; context: WorkContext },
): Promise<WorkResult> {
  const { projectId, runId } = work;
  const run = await world.store.runs.get(projectId, runId);
  const job = run && (await world.store.jobs.get(projectId, run.jobId));
  if (!job) return null;
  const release = await slots
    .take({ projectId, site: siteOf(job), signal: context.signal })
    .catch(() => null);
  if (!release) return { againAt: world.now() };
  try {
    const result = await runImport(world, { projectId, runId }, context);
    if (result.kind === 'waiting') return { againAt: result.until };
    return result.kind === 'elsewhere' ? seeToHeldRun(world, work) : null;
  } finally {
    release();
  }
}

/**
 * Somebody else has the run. Should they have died, it is taken over as soon as their lease has passed. Of a run
 * that is over, its closing event may be left.
 */
async function seeToHeldRun(
  world: World,
  { projectId, runId }: { projectId: string; runId: string },
): Promise<WorkResult> {
  const run = await world.store.runs.get(projectId, runId);
  if (!run) return null;
  if (!isFinished(run.outcome)) return run.leaseUntil && { againAt: run.leaseUntil };
  await sendLeftClosing(world, run);
  return null;
}
