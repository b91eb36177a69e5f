import { findVisibleJob, type JobAddress } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import { type Job, jobRef } from '../ports/model.js';
import { removeUploadsOf } from '../uploads/remove-upload.js';

export async function removeJob(
  context: Pick<Context, 'store' | 'queue' | 'now'>,
  caller: Caller,
  address: JobAddress,
): Promise<void> {
  await removeWithRuns(context, await findVisibleJob(context, caller, address));
}

/**
 * Removes a job with everything that belongs to it, uploads included. A run in progress notices and stops. The job itself is removed
 * last, so that the call can be repeated after a crash.
 */
export async function removeWithRuns(
  context: Pick<Context, 'store' | 'queue' | 'now'>,
  given: Job,
): Promise<void> {
  const { store, queue } = context;
  const job = jobRef(given);
  if (given.kind === 'upload') await removeUploadsOf(context, given);
  await queue.removeTick(job.jobId);
  await store.runs.removeOfJob(job);
  await store.deliveries.removeOfJob(job);
  await store.issues.removeOfJob(job);
  await store.itemStates.removeOfJob(job);
  await store.jobs.remove(job);
}
