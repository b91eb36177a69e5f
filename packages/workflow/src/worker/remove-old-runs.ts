import { runOfItemState } from '../execution/release-run.js';
import type { Context } from '../ports/context.js';
import { type Job, type JobRef, jobRef } from '../ports/model.js';
import type { OldRun } from '../ports/store.js';

/** The newest runs of a job are always kept: a job that runs once a year has a history too. */
const ALWAYS_KEPT = 20;
const DAY_MS = 86_400_000;
/**
 * When a run that is kept for longer is considered again, so that the runs that are always kept are not read in each
 * round.
 */
const KEPT_MS = 7 * DAY_MS;
/** For a run whose deliveries still exist: they expire by themselves. */
const KEPT_WITH_DELIVERIES_MS = DAY_MS;

const MAX_RUNS = 200;
/** Leaves further removals to the next call, so that requeueing never waits long. */
const MAX_ROUNDS = 50;

/**
 * Removes the runs, with their issues, that finished longer ago than the retention. Keeps the newest runs of each job,
 * the ones that its job refers to, held runs, and runs of which a delivery exists. Works in bounded steps; each can be
 * repeated, because the run itself is removed last.
 */
export async function removeOldRuns(context: Context, signal: AbortSignal): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const now = context.now();
    const finishedBefore = new Date(now.getTime() - context.settings.keepRunsMs);
    const found = await context.store.runs.listOld({ finishedBefore, now, limit: MAX_RUNS });
    for (const runs of groupByJob(found)) {
      if (signal.aborted) return;
      await removeOfOneJob(context, { runs, finishedBefore, now });
    }
    if (found.length < MAX_RUNS) return;
  }
}

interface OldRuns {
  /** Of one job. */
  readonly runs: readonly [OldRun, ...OldRun[]];
  readonly finishedBefore: Date;
  readonly now: Date;
}

async function removeOfOneJob({ store }: Context, { runs, finishedBefore, now }: OldRuns): Promise<void> {
  const { projectId, jobId } = runs[0];
  const isNeeded = await findNeeded({ store }, { projectId, jobId });
  const needed = idsOf(runs.filter(isNeeded));
  const unneeded = idsOf(runs.filter((run) => !isNeeded(run)));
  const withDeliveries = await store.deliveries.listRunsWithDeliveries({ projectId, runIds: unneeded });
  const removed = unneeded.filter((id) => !withDeliveries.includes(id));
  const later = (ms: number) => new Date(now.getTime() + ms);
  if (needed.length > 0) await store.runs.keepUntil({ projectId, runIds: needed }, later(KEPT_MS));
  if (withDeliveries.length > 0)
    await store.runs.keepUntil({ projectId, runIds: withDeliveries }, later(KEPT_WITH_DELIVERIES_MS));
  if (removed.length === 0) return;
  await store.issues.removeOfRuns({ projectId, runIds: removed });
  await store.runs.removeOld({ projectId, runIds: removed }, { finishedBefore });
}

/** Tells which of the old runs of a job are kept for now. A job that is gone needs none. */
async function findNeeded({ store }: Pick<Context, 'store'>, ref: JobRef): Promise<(run: OldRun) => boolean> {
  const job = await store.jobs.get(ref);
  if (!job) return () => false;
  const ids = new Set([
    ...(await store.runs.listNewestIds(jobRef(job), { limit: ALWAYS_KEPT })),
    ...referredRuns(job),
  ]);
  return ({ id, outcome, isDryRun }) => ids.has(id) || (outcome === 'held' && !isDryRun);
}

/** The runs that a job names, and the one that left its item state. */
const referredRuns = ({ activeRunId, heldRunId, lastRun, itemStateId }: Job): string[] =>
  [activeRunId, heldRunId, lastRun?.runId, itemStateId && runOfItemState(itemStateId)].filter(
    (id) => typeof id === 'string',
  );

const idsOf = (runs: readonly OldRun[]): string[] => runs.map(({ id }) => id);

function groupByJob(runs: readonly OldRun[]): readonly (readonly [OldRun, ...OldRun[]])[] {
  const groups = new Map<string, [OldRun, ...OldRun[]]>();
  for (const run of runs) {
    const key = `${run.projectId}/${run.jobId}`;
    const group = groups.get(key);
    if (group) group.push(run);
    else groups.set(key, [run]);
  }
  return [...groups.values()];
}
