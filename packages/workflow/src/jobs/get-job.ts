import type { JobView, Page, PageQuery } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import { findJob } from './find-job.js';
import { viewJob } from './view-job.js';

export async function getJob(
  context: Context,
  which: { projectId: string; jobId: string },
): Promise<JobView> {
  return viewJob(await findJob(context, which));
}

export async function listJobsOfUser(
  context: Context,
  { projectId, externalUserId, page }: { projectId: string; externalUserId: string; page: PageQuery },
): Promise<Page<JobView>> {
  const { items, nextCursor } = await context.store.jobs.listOfUser(projectId, { ...page, externalUserId });
  return { items: items.map(viewJob), nextCursor };
}
