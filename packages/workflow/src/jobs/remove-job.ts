import { InletError } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import { findJob } from './find-job.js';

/**
 * Removes a job with all that belongs to it. A run in progress loses its ground and stops. The job itself goes
 * last, so that after a crash in the middle the call can be repeated.
 */
export async function removeJob(
  context: Context,
  { projectId, jobId, externalUserId }: { projectId: string; jobId: string; externalUserId?: string },
): Promise<void> {
  const job = await findJob(context, { projectId, jobId });
  if (externalUserId !== undefined && job.externalUserId !== externalUserId)
    throw new InletError('job_not_found');
  const { store, queue } = context;
  await queue.removeTick(jobId);
  await store.runs.removeOfJob(projectId, jobId);
  await store.deliveries.removeOfJob(projectId, jobId);
  await store.issues.removeOfJob(projectId, jobId);
  await store.itemStates.removeOfJob(projectId, jobId);
  await store.jobs.remove(projectId, jobId);
}
