import { InletError, type JobView } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import { findJob } from './find-job.js';
import { viewJob } from './view-job.js';

/** Stops the schedule. A run in progress goes on to its end. */
export async function pauseJob(
  context: Context,
  { projectId, jobId }: { projectId: string; jobId: string },
): Promise<JobView> {
  const { status, revision } = await findJob(context, { projectId, jobId });
  if (status === 'paused') throw new InletError('job_paused_already');
  if (status === 'ended') throw new InletError('job_ended');
  const job = await context.store.jobs.change(projectId, jobId, {
    changes: { status: 'paused', pausedBecause: null },
    expectedRevision: revision,
    now: context.now(),
  });
  if (!job) throw new InletError('job_changed_meanwhile');
  await context.queue.disableTick(jobId);
  return viewJob(job);
}
