import { InletError } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import type { Job } from '../ports/model.js';

export async function findJob(
  context: Context,
  { projectId, jobId }: { projectId: string; jobId: string },
): Promise<Job> {
  const job = await context.store.jobs.get(projectId, jobId);
  if (!job) throw new InletError('job_not_found');
  return job;
}
