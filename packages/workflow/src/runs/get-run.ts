import {
  type DeliveryView,
  InletError,
  type Page,
  type PageQuery,
  type RunIssue,
  type RunView,
} from '@inlet/contracts';
import { findJob } from '../jobs/find-job.js';
import type { Run } from '../ports/records.js';
import type { World } from '../ports/world.js';
import { viewDelivery, viewRun } from './view-run.js';

interface RunOf {
  readonly projectId: string;
  readonly runId: string;
}

export async function findRun(world: World, { projectId, runId }: RunOf): Promise<Run> {
  const run = await world.store.runs.get(projectId, runId);
  if (!run) throw new InletError('run_not_found');
  return run;
}

export async function getRun(world: World, which: RunOf): Promise<RunView> {
  return viewRun(await findRun(world, which));
}

export async function listRuns(
  world: World,
  { projectId, jobId, page }: { projectId: string; jobId: string; page: PageQuery },
): Promise<Page<RunView>> {
  await findJob(world, { projectId, jobId });
  const { items, nextCursor } = await world.store.runs.listOfJob(projectId, { ...page, jobId });
  return { items: items.map(viewRun), nextCursor };
}

export async function listRunIssues(
  world: World,
  { projectId, runId, page }: RunOf & { page: PageQuery },
): Promise<Page<RunIssue>> {
  const { stagedClaim: claim } = await findRun(world, { projectId, runId });
  return world.store.issues.list(projectId, { ...page, runId, claim });
}

/** All issues of a run, in order. Resolves when the run is known to exist. */
export async function streamRunIssues(
  world: World,
  { projectId, runId }: RunOf,
): Promise<AsyncIterable<readonly RunIssue[]>> {
  const { stagedClaim: claim } = await findRun(world, { projectId, runId });
  return world.store.issues.stream(projectId, { runId, claim });
}

export async function listRunDeliveries(
  world: World,
  { projectId, runId, page }: RunOf & { page: PageQuery },
): Promise<Page<DeliveryView>> {
  await findRun(world, { projectId, runId });
  const { items, nextCursor } = await world.store.deliveries.listOfRun(projectId, { ...page, runId });
  return { items: items.map(viewDelivery), nextCursor };
}
