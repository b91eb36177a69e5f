import { InletError, type RunView } from '@inlet/contracts';
import { findJob } from '../jobs/find-job.js';
import type { World } from '../ports/world.js';
import { findTemplate } from '../templates/find-template.js';
import { newRun } from './new-run.js';
import { viewRun } from './view-run.js';

/**
 * Runs a job now; its schedule stays as it is, and a paused job stays paused. A dry run reads, maps, checks and
 * compares, delivers nothing, and may run beside a real one.
 */
export async function runJob(
  world: World,
  { projectId, jobId, isDryRun }: { projectId: string; jobId: string; isDryRun: boolean },
): Promise<RunView> {
  const job = await findJob(world, { projectId, jobId });
  if (job.activeRunId && !isDryRun)
    throw new InletError('run_already_active', { extra: { runId: job.activeRunId } });
  const template = await findTemplate(world, { projectId, templateId: job.templateId });
  const run = newRun(world, { job, template }, { trigger: 'manual', isDryRun });
  await world.store.runs.insert(run);
  const isClaimed =
    isDryRun || (await world.store.jobs.claim(projectId, jobId, { runId: run.id, tick: null }));
  if (!isClaimed) {
    await world.store.runs.remove(projectId, run.id);
    throw new InletError('run_already_active');
  }
  await world.queue.setRun({ projectId, runId: run.id, at: world.now() });
  return viewRun(run);
}
