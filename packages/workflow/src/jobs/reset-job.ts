import { InletError, isFinished, type JobView, type WidgetJobView } from '@inlet/contracts';
import { findVisibleFeed, type JobAddress, requireHost } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import { cancelHeldRun, findHeldRun } from '../execution/hold-run.js';
import type { Context } from '../ports/context.js';
import { jobRef } from '../ports/model.js';
import { viewJob } from './view-job.js';

/** Forgets all items, so that the next run sends everything. A held run, which was compared with them, ends as cancelled. */
export async function resetJob(
  context: Context,
  caller: Caller,
  address: JobAddress,
): Promise<JobView | WidgetJobView> {
  requireHost(caller);
  const found = await findVisibleFeed(context, caller, address);
  if (found.activeRunId) throw new InletError('run_already_active');
  const held = await findHeldRun(context, found);
  if (held && !isFinished(held.outcome)) throw new InletError('run_already_active');
  await cancelHeldRun(context, { job: found, replacedBy: null });
  const job = jobRef(found);
  await context.store.jobs.reset(job);
  await context.store.itemStates.removeOfJob(job);
  return viewJob(await findVisibleFeed(context, caller, address), caller);
}
