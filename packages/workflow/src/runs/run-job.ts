import { type Column, InletError, type ProposedChanges, type RunView } from '@inlet/contracts';
import { findJob } from '../jobs/find-job.js';
import { proposeChanges } from '../jobs/propose-changes.js';
import type { Context } from '../ports/context.js';
import { findTemplate } from '../templates/find-template.js';
import { newRun } from './new-run.js';
import { viewRun } from './view-run.js';

export interface RunJobOptions {
  readonly projectId: string;
  readonly jobId: string;
  readonly isDryRun: boolean;
  /** For a dry run: as if the job had been changed so. */
  readonly changes?: ProposedChanges | undefined;
  /** With these changes: columns in place of those that the job uses. */
  readonly columns?: readonly Column[];
}

/**
 * Runs a job now; its schedule stays as it is, and a paused job stays paused. A dry run reads, maps, checks and
 * compares with what is known of the job's items, delivers nothing, keeps nothing, and may run beside a real one.
 */
export async function runJob(
  context: Context,
  { projectId, jobId, isDryRun, changes, columns }: RunJobOptions,
): Promise<RunView> {
  const job = await findJob(context, { projectId, jobId });
  if (job.activeRunId && !isDryRun)
    throw new InletError('run_already_active', { extra: { runId: job.activeRunId } });
  const template = await findTemplate(context, { projectId, templateId: job.templateId });
  const proposal =
    isDryRun && changes ? proposeChanges({ job, template, changes, ...(columns && { columns }) }) : null;
  const run = newRun(context, { job, template }, { trigger: 'api', isDryRun, proposal });
  await context.store.runs.insert(run);
  const isClaimed =
    isDryRun || (await context.store.jobs.setActiveRun(projectId, jobId, { runId: run.id, tick: null }));
  if (!isClaimed) {
    await context.store.runs.remove(projectId, run.id, { owner: run.leaseOwner });
    throw new InletError('run_already_active');
  }
  await context.queue.setRun({ projectId, runId: run.id, at: context.now() });
  return viewRun(run);
}
