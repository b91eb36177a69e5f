import { findVisibleJob, type JobAddress } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';

/**
 * Removes a job with everything that belongs to it. A run in progress notices and stops. The job itself is removed
 * last, so that the call can be repeated after a crash.
 */
export async function removeJob(
  context: Pick<Context, 'store' | 'queue'>,
  caller: Caller,
  address: JobAddress,
): Promise<void> {
  const { projectId, id: jobId } = await findVisibleJob(context, caller, address);
  const { store, queue } = context;
  await queue.removeTick(jobId);
  await store.runs.removeOfJob(projectId, jobId);
  await store.deliveries.removeOfJob(projectId, jobId);
  await store.issues.removeOfJob(projectId, jobId);
  await store.itemStates.removeOfJob(projectId, jobId);
  await store.jobs.remove(projectId, jobId);
}
