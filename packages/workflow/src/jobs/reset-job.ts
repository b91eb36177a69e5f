import { InletError, type JobView } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import { findJob } from './find-job.js';
import { viewJob } from './view-job.js';

/** Forgets all items, so that the next run sends everything. */
export async function resetJob(
  context: Context,
  { projectId, jobId }: { projectId: string; jobId: string },
): Promise<JobView> {
  const { activeRunId } = await findJob(context, { projectId, jobId });
  if (activeRunId) throw new InletError('run_already_active');
  await context.store.jobs.reset(projectId, jobId);
  await context.store.itemStates.removeOfJob(projectId, jobId);
  return viewJob(await findJob(context, { projectId, jobId }));
}
