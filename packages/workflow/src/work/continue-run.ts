import type { WorkContext, WorkResult } from '../ports/queue.js';
import type { World } from '../ports/world.js';
import { runImport } from '../run-import.js';
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
    return result.kind === 'waiting' ? { againAt: result.until } : null;
  } finally {
    release();
  }
}
