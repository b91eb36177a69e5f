import type { JobsQuery, JobView, Page, WidgetJobView } from '@inlet/contracts';
import { findVisibleJob, type JobAddress, listedOwner } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import { viewJob } from './view-job.js';

export async function getJob(
  context: Pick<Context, 'store'>,
  caller: Caller,
  address: JobAddress,
): Promise<JobView | WidgetJobView> {
  return viewJob(await findVisibleJob(context, caller, address), caller);
}

export interface JobListRequest extends JobsQuery {
  /** Named by a host; a user lists its own jobs. */
  readonly externalUserId?: string | undefined;
}

/** Lists the jobs of one user, the newest first. Unfinished imports in the widget are listed for that user only. */
export async function listJobs(
  { store }: Pick<Context, 'store'>,
  caller: Caller,
  { externalUserId, ...query }: JobListRequest,
): Promise<Page<JobView | WidgetJobView>> {
  const owner = listedOwner(caller, externalUserId);
  const { items, nextCursor } = await store.jobs.listOfUser(caller.projectId, {
    ...query,
    ...owner,
    withTemporary: caller.user !== undefined,
  });
  return { items: items.map((job) => viewJob(job, caller)), nextCursor };
}
