import type { Page, PageQuery, RunIssue, RunView, Session } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import { cancelRun } from '../runs/cancel-run.js';
import { listRunIssues, streamRunIssues } from '../runs/get-run.js';
import { viewRun } from '../runs/view-run.js';
import { findOwnRun } from './find-own.js';
import { viewRunForUser } from './view-for-user.js';

/** What the user of a session can see of the runs of their jobs. */
interface OwnRun {
  readonly session: Session;
  readonly runId: string;
}

export async function getSessionRun(context: Context, own: OwnRun): Promise<RunView> {
  return viewRunForUser(viewRun(await findOwnRun(context, own)));
}

export async function cancelSessionRun(context: Context, own: OwnRun): Promise<RunView> {
  return viewRunForUser(await cancelRun(context, await ownIds(context, own)));
}

export async function listSessionRunIssues(
  context: Context,
  { page, ...own }: OwnRun & { page: PageQuery },
): Promise<Page<RunIssue>> {
  return listRunIssues(context, { ...(await ownIds(context, own)), page });
}

/** All issues of a run, in order. Resolves when the run is known to be the user's. */
export async function streamSessionRunIssues(
  context: Context,
  own: OwnRun,
): Promise<AsyncIterable<readonly RunIssue[]>> {
  return streamRunIssues(context, await ownIds(context, own));
}

async function ownIds(context: Context, own: OwnRun): Promise<{ projectId: string; runId: string }> {
  const { projectId, id: runId } = await findOwnRun(context, own);
  return { projectId, runId };
}
