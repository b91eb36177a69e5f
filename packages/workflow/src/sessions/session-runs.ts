import type { Page, PageQuery, RunIssue, RunView, Session } from '@inlet/contracts';
import type { World } from '../ports/world.js';
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

export async function getSessionRun(world: World, own: OwnRun): Promise<RunView> {
  return viewRunForUser(viewRun(await findOwnRun(world, own)));
}

export async function cancelSessionRun(world: World, own: OwnRun): Promise<RunView> {
  return viewRunForUser(await cancelRun(world, await ownIds(world, own)));
}

export async function listSessionRunIssues(
  world: World,
  { page, ...own }: OwnRun & { page: PageQuery },
): Promise<Page<RunIssue>> {
  return listRunIssues(world, { ...(await ownIds(world, own)), page });
}

/** All issues of a run, in order. Resolves when the run is known to be the user's. */
export async function streamSessionRunIssues(
  world: World,
  own: OwnRun,
): Promise<AsyncIterable<readonly RunIssue[]>> {
  return streamRunIssues(world, await ownIds(world, own));
}

async function ownIds(world: World, own: OwnRun): Promise<{ projectId: string; runId: string }> {
  const { projectId, id: runId } = await findOwnRun(world, own);
  return { projectId, runId };
}
