import { InletError } from '@inlet/contracts';
import type { Job } from '../ports/records.js';
import type { World } from '../ports/world.js';

export async function findJob(
  world: World,
  { projectId, jobId }: { projectId: string; jobId: string },
): Promise<Job> {
  const job = await world.store.jobs.get(projectId, jobId);
  if (!job) throw new InletError('job_not_found');
  return job;
}
