import type { JobView, Page, PageQuery } from '@inlet/contracts';
import type { World } from '../ports/world.js';
import { findJob } from './find-job.js';
import { viewJob } from './view-job.js';

export async function getJob(world: World, which: { projectId: string; jobId: string }): Promise<JobView> {
  return viewJob(await findJob(world, which));
}

export async function listJobsOfUser(
  world: World,
  { projectId, externalUserId, page }: { projectId: string; externalUserId: string; page: PageQuery },
): Promise<Page<JobView>> {
  const { items, nextCursor } = await world.store.jobs.listOfUser(projectId, { ...page, externalUserId });
  return { items: items.map(viewJob), nextCursor };
}
