import { findVisibleJob, type JobAddress } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import { type JobRef, jobRef } from '../ports/model.js';

export async function removeJob(
  context: Pick<Context, 'store' | 'queue'>,
  caller: Caller,
  address: JobAddress,
): Promise<void> {
  await removeWithRuns(context, jobRef(await findVisibleJob(context, caller, address)));
}

/**
 * Removes a job with everything that belongs to it. A run in progress notices and stops. The job itself is removed
 * last, so that the call can be repeated after a crash.
 */
export async function removeWithRuns(
  { store, queue }: Pick<Context, 'store' | 'queue'>,
  job: JobRef,
): Promise<void> {
  await queue.removeTick(job.jobId);
  await store.runs.removeOfJob(job);
  await store.deliveries.removeOfJob(job);
  await store.issues.removeOfJob(job);
  await store.itemStates.removeOfJob(job);
  await store.jobs.remove(job);
}
