import { InletError, type JobView, type WidgetJobView } from '@inlet/contracts';
import { findVisibleJob, type JobAddress } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import { jobRef } from '../ports/model.js';
import { nextRunAt, placeTick } from './job-schedule.js';
import { viewJob } from './view-job.js';

/** Stops the schedule. A run in progress continues to its end. */
export async function pauseJob(
  context: Context,
  caller: Caller,
  address: JobAddress,
): Promise<JobView | WidgetJobView> {
  const before = await findVisibleJob(context, caller, address);
  if (before.status === 'paused') throw new InletError('job_paused_already');
  if (before.status === 'ended') throw new InletError('job_ended');
  const job = await context.store.jobs.change(jobRef(before), {
    changes: { status: 'paused', pausedBecause: null },
    expectedRevision: before.revision,
    now: context.now(),
  });
  if (!job) throw new InletError('job_changed_meanwhile');
  await context.queue.disableTick(before.id);
  return viewJob(job, caller);
}

/** Starts the schedule again; the next time is computed from now. A draft starts the same way. */
export async function resumeJob(
  context: Context,
  caller: Caller,
  address: JobAddress,
): Promise<JobView | WidgetJobView> {
  const before = await findVisibleJob(context, caller, address);
  if (before.status === 'active') throw new InletError('job_not_paused');
  const now = context.now();
  const at = nextRunAt(before, now);
  if (!at) throw new InletError('job_ended');
  const job = await context.store.jobs.change(jobRef(before), {
    changes: {
      status: 'active',
      pausedBecause: null,
      nextRunAt: at,
      failuresInARow: 0,
      temporaryUntil: null,
    },
    expectedRevision: before.revision,
    now,
  });
  if (!job) throw new InletError('job_changed_meanwhile');
  await placeTick(context, job);
  return viewJob(job, caller);
}
