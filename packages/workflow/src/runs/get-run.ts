import type { DeliveryView, Page, PageQuery, RunIssue, RunView } from '@inlet/contracts';
import { findVisibleJob, findVisibleRun, requireHost } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import { viewDelivery, viewRun } from './view-run.js';

type ReadsStore = Pick<Context, 'store'>;

export interface PageOfRun {
  readonly runId: string;
  readonly page: PageQuery;
}

export async function getRun(
  context: ReadsStore,
  caller: Caller,
  { runId }: { runId: string },
): Promise<RunView> {
  return viewRun(await findVisibleRun(context, caller, runId), caller);
}

/** Lists the runs of a job, the newest first. */
export async function listRuns(
  context: ReadsStore,
  caller: Caller,
  { jobId, page }: { jobId: string; page: PageQuery },
): Promise<Page<RunView>> {
  const { projectId } = await findVisibleJob(context, caller, { jobId });
  const { items, nextCursor } = await context.store.runs.listOfJob({ projectId, jobId }, page);
  return { items: items.map((run) => viewRun(run, caller)), nextCursor };
}

export async function listRunIssues(
  context: ReadsStore,
  caller: Caller,
  { runId, page }: PageOfRun,
): Promise<Page<RunIssue>> {
  const { projectId, stagedAttempt: runAttempt } = await findVisibleRun(context, caller, runId);
  return context.store.issues.list({ projectId, runId, runAttempt }, page);
}

/** All issues of a run, in order. Resolves once the run is known to exist. */
export async function streamRunIssues(
  context: ReadsStore,
  caller: Caller,
  { runId }: { runId: string },
): Promise<AsyncIterable<readonly RunIssue[]>> {
  const { projectId, stagedAttempt: runAttempt } = await findVisibleRun(context, caller, runId);
  return context.store.issues.stream({ projectId, runId, runAttempt });
}

export async function listRunDeliveries(
  context: ReadsStore,
  caller: Caller,
  { runId, page }: PageOfRun,
): Promise<Page<DeliveryView>> {
  requireHost(caller);
  const { projectId } = await findVisibleRun(context, caller, runId);
  const { items, nextCursor } = await context.store.deliveries.listOfRun({ projectId, runId }, page);
  return { items: items.map(viewDelivery), nextCursor };
}
