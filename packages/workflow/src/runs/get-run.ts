import {
  type DeliveryView,
  InletError,
  type Page,
  type PageQuery,
  type RunIssue,
  type RunView,
} from '@inlet/contracts';
import { findJob } from '../jobs/find-job.js';
import type { Context } from '../ports/context.js';
import type { Run } from '../ports/model.js';
import { viewDelivery, viewRun } from './view-run.js';

interface RunOf {
  readonly projectId: string;
  readonly runId: string;
}

export async function findRun(context: Context, { projectId, runId }: RunOf): Promise<Run> {
  const run = await context.store.runs.get(projectId, runId);
  if (!run) throw new InletError('run_not_found');
  return run;
}

export async function getRun(context: Context, which: RunOf): Promise<RunView> {
  return viewRun(await findRun(context, which));
}

export async function listRuns(
  context: Context,
  { projectId, jobId, page }: { projectId: string; jobId: string; page: PageQuery },
): Promise<Page<RunView>> {
  await findJob(context, { projectId, jobId });
  const { items, nextCursor } = await context.store.runs.listOfJob(projectId, { ...page, jobId });
  return { items: items.map(viewRun), nextCursor };
}

export async function listRunIssues(
  context: Context,
  { projectId, runId, page }: RunOf & { page: PageQuery },
): Promise<Page<RunIssue>> {
  const { stagedAttempt: runAttempt } = await findRun(context, { projectId, runId });
  return context.store.issues.list(projectId, { ...page, runId, runAttempt });
}

/** All issues of a run, in order. Resolves when the run is known to exist. */
export async function streamRunIssues(
  context: Context,
  { projectId, runId }: RunOf,
): Promise<AsyncIterable<readonly RunIssue[]>> {
  const { stagedAttempt: runAttempt } = await findRun(context, { projectId, runId });
  return context.store.issues.stream(projectId, { runId, runAttempt });
}

export async function listRunDeliveries(
  context: Context,
  { projectId, runId, page }: RunOf & { page: PageQuery },
): Promise<Page<DeliveryView>> {
  await findRun(context, { projectId, runId });
  const { items, nextCursor } = await context.store.deliveries.listOfRun(projectId, { ...page, runId });
  return { items: items.map(viewDelivery), nextCursor };
}
