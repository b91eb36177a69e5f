import { InletError, type JobView } from '@inlet/contracts';
import type { World } from '../ports/world.js';
import { findJob } from './find-job.js';
import { viewJob } from './view-job.js';

/** Forgets all items, so that the next run sends everything. */
export async function resetJob(
  world: World,
  { projectId, jobId }: { projectId: string; jobId: string },
): Promise<JobView> {
  const { activeRunId } = await findJob(world, { projectId, jobId });
  if (activeRunId) throw new InletError('run_already_active');
  await world.store.jobs.reset(projectId, jobId);
  await world.store.itemStates.removeOfJob(projectId, jobId);
  return viewJob(await findJob(world, { projectId, jobId }));
}
