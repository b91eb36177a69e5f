import { InletError, type JobView, type WidgetJobView } from '@inlet/contracts';
import { findVisibleJob, type JobAddress, requireHost } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import { viewJob } from './view-job.js';

/** Forgets all items, so that the next run sends everything. */
export async function resetJob(
  context: Pick<Context, 'store'>,
  caller: Caller,
  address: JobAddress,
): Promise<JobView | WidgetJobView> {
  requireHost(caller);
  const { projectId, id: jobId, activeRunId } = await findVisibleJob(context, caller, address);
  if (activeRunId) throw new InletError('run_already_active');
  await context.store.jobs.reset(projectId, jobId);
  await context.store.itemStates.removeOfJob(projectId, jobId);
  return viewJob(await findVisibleJob(context, caller, address), caller);
}
