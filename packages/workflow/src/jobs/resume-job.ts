import { InletError, type JobView } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import { placeTick } from './create-job.js';
import { findJob } from './find-job.js';
import { nextRunAt } from './next-run-at.js';
import { viewJob } from './view-job.js';

/** Starts the schedule again, with the next time from now. Drafts begin this way too. */
export async function resumeJob(
  context: Context,
  { projectId, jobId }: { projectId: string; jobId: string },
): Promise<JobView> {
  const before = await findJob(context, { projectId, jobId });
  if (before.status === 'active') throw new InletError('job_not_paused');
  const now = context.now();
  const at = nextRunAt(before, now);
  if (!at) throw new InletError('job_ended');
  const job = await context.store.jobs.change(projectId, jobId, {
    changes: { status: 'active', pausedBecause: null, nextRunAt: at, failuresInARow: 0 },
    expectedRevision: before.revision,
    now,
  });
  if (!job) throw new InletError('job_changed_meanwhile');
  await placeTick(context, job);
  return viewJob(job);
}
