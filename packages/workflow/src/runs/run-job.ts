import { InletError, type ProposedChanges, type RunView } from '@inlet/contracts';
import { columnsOf, findTemplate, findVisibleFeed } from '../access/authorize.js';
import { type Caller, triggerOf } from '../access/caller.js';
import { findBlockingRun } from '../execution/hold-run.js';
import { proposeChanges } from '../jobs/propose-changes.js';
import type { Context } from '../ports/context.js';
import { jobRef, runRef } from '../ports/model.js';
import { newRun } from './new-run.js';
import { viewRun } from './view-run.js';

export interface RunJobRequest {
  readonly jobId: string;
  readonly isDryRun: boolean;
  /** For a dry run: read, map and check as if the job had these. */
  readonly changes?: ProposedChanges | undefined;
}

/**
 * Runs a job now; its schedule does not move, and a paused job stays paused. A dry run reads, maps, checks and
 * compares with the known items, delivers and keeps nothing, and may run beside a real one.
 */
export async function runJob(
  context: Context,
  caller: Caller,
  { jobId, isDryRun, changes }: RunJobRequest,
): Promise<RunView> {
  const { projectId } = caller;
  const job = await findVisibleFeed(context, caller, { jobId });
  if (job.activeRunId && !isDryRun)
    throw new InletError('run_already_active', { extra: { runId: job.activeRunId } });
  const blocking = isDryRun ? null : await findBlockingRun(context, job);
  if (blocking)
    throw new InletError(blocking.outcome === 'held' ? 'run_held_undecided' : 'run_already_active', {
      extra: { runId: blocking.id },
    });
  const template = await findTemplate(context, caller, job.templateId);
  // Like a changed job, a new mapping is for the columns that the caller was shown.
  const columns = changes?.mapping ? columnsOf(caller, job) : job.columns;
  const proposal = isDryRun && changes ? proposeChanges({ job, template, changes, columns }) : null;
  const run = newRun(context, { job, template }, { trigger: triggerOf(caller), isDryRun, proposal });
  await context.store.runs.insert(run);
  const isActive =
    isDryRun || (await context.store.jobs.setActiveRun(jobRef(job), { runId: run.id, tick: null }));
  if (!isActive) {
    await context.store.runs.remove(runRef(run), { owner: run.leaseOwner });
    throw new InletError('run_already_active');
  }
  await context.queue.setRun({ projectId, runId: run.id, at: context.now() });
  return viewRun(run, caller);
}
