import { InletError, type JobView, type WidgetJobView } from '@inlet/contracts';
import type { JobAddress } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import type { FeedJob, JobChanges } from '../ports/model.js';
import { applyChange } from './apply-change.js';
import { nextRunAt, placeTick } from './job-schedule.js';
import { viewJob } from './view-job.js';

/** Stops the schedule. A run in progress continues to its end. */
export async function pauseJob(
  context: Context,
  caller: Caller,
  address: JobAddress,
): Promise<JobView | WidgetJobView> {
  const compute = ({ status }: FeedJob): JobChanges => {
    if (status === 'paused') throw new InletError('job_paused_already');
    if (status === 'ended') throw new InletError('job_ended');
    return { status: 'paused', pausedBecause: null };
  };
  const job = await applyChange(context, caller, { address, compute });
  await context.queue.disableTick(job.id);
  return viewJob(job, caller);
}

/** Starts the schedule again; the next time is computed from now. A draft starts the same way. */
export async function resumeJob(
  context: Context,
  caller: Caller,
  address: JobAddress,
): Promise<JobView | WidgetJobView> {
  const compute = (before: FeedJob): JobChanges => {
    if (before.status === 'active') throw new InletError('job_not_paused');
    const at = nextRunAt(before, context.now());
    if (!at) throw new InletError('job_ended');
    return {
      status: 'active',
      pausedBecause: null,
      nextRunAt: at,
      failuresInARow: 0,
      temporaryUntil: null,
    };
  };
  const job = await applyChange(context, caller, { address, compute });
  await placeTick(context, job);
  return viewJob(job, caller);
}
