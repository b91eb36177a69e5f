import { isFinished } from '@inlet/contracts';
import { nextRunAt, placeTick } from '../jobs/job-schedule.js';
import type { Context } from '../ports/context.js';
import { type Delivery, deliveryRef, jobRef, type Run, runRef } from '../ports/model.js';
import type { ScheduledJob } from '../ports/store.js';

const MINUTE_MS = 60_000;
/** Clocks of workers may differ by this. */
const SKEW_MS = MINUTE_MS;
/** A clock that is adjusted in small steps is not set back. */
const SET_BACK_MS = 1000;
/** A tick this near may have been taken a moment ago, before the clock was set back: it is not taken again. */
const JUST_TAKEN_MS = 5 * MINUTE_MS;
const JOBS_PER_PAGE = 500;
/** Leaves further jobs to the next call, so that other maintenance never waits long. */
const MAX_PAGES = 50;
const MAX_LISTED = 200;

/** Corrects times in the future that were computed from a clock that was ahead. */
export interface TimeCorrection {
  /** Notes what the clock of this process shows, to notice when it is set back. */
  readonly noteTime: () => void;
  /**
   * Corrects leases, waiting deliveries and runs, and the ticks of some jobs: of all jobs at the first call and after
   * the clock of this process was set back, otherwise of the next page.
   */
  readonly correct: (signal: AbortSignal) => Promise<void>;
}

/** A job silently waits for a time that is too late: nothing but this check ends that. */
export function createTimeCorrection(context: Context): TimeCorrection {
  let latestMs = 0;
  let pagesDue = MAX_PAGES;
  let after: string | null = null;

  const noteTime = () => {
    const now = context.now().getTime();
    if (now < latestMs - SET_BACK_MS) {
      after = null;
      pagesDue = MAX_PAGES;
    }
    latestMs = now;
  };
  const correctTicks = async (signal: AbortSignal) => {
    for (let page = 0; page < pagesDue && !signal.aborted; page += 1) {
      const jobs: readonly ScheduledJob[] = await context.store.jobs.listScheduled({
        after,
        limit: JOBS_PER_PAGE,
      });
      for (const job of jobs) await correctTick(context, job);
      after = jobs.length < JOBS_PER_PAGE ? null : (jobs.at(-1)?.id ?? null);
      if (after === null) pagesDue = 1;
    }
  };
  return {
    noteTime,
    correct: async (signal) => {
      noteTime();
      const now = context.now().getTime();
      const { leaseMs } = context.settings;
      // A worker that is alive renews its lease every second.
      await context.store.runs.shortenLeases({
        after: new Date(now + leaseMs + SKEW_MS),
        to: new Date(now + leaseMs),
      });
      await correctDeliveries(context);
      await correctRuns(context);
      await correctTicks(signal);
    },
  };
}

/** Moves a tick that is later than the schedule's next time, unless the source asked for that or it was just taken. */
async function correctTick(context: Context, job: ScheduledJob): Promise<void> {
  const now = context.now();
  const at = job.nextRunAt;
  const next = nextRunAt(job, now);
  if (!at || !next || at <= next || isPutOffBySource(job, now)) return;
  const isJustTaken = next.getTime() <= now.getTime() + JUST_TAKEN_MS;
  const second = isJustTaken ? nextRunAt(job, next) : null;
  if (second && at <= second) return;
  if (!(await context.store.jobs.moveTick(jobRef(job), { at, next, isQueued: false }))) return;
  context.log.warn({ jobId: job.id, from: at, to: next }, 'moved a run that a wrong clock had put off');
  await placeTick(context, { ...job, nextRunAt: next });
}

/** Whether the last run failed at the source, which may have asked not to be fetched for some time. */
function isPutOffBySource({ lastRun }: ScheduledJob, now: Date): boolean {
  if (!lastRun?.error?.code.startsWith('source_')) return false;
  return new Date(lastRun.finishedAt).getTime() <= now.getTime() + SKEW_MS;
}

/** The deliveries that wait longest are those that a wrong clock put off, if it put off any. */
async function correctDeliveries(context: Context): Promise<void> {
  const now = context.now();
  const after = new Date(now.getTime() + SKEW_MS);
  const waiting = await context.store.deliveries.listPutOff({ after, limit: MAX_LISTED });
  for (const delivery of waiting) {
    if (!isFromFuture(delivery, after)) continue;
    await context.store.deliveries.setNextAttempt(deliveryRef(delivery), now);
    const { projectId, runId, id: deliveryId } = delivery;
    const run = await context.store.runs.get({ projectId, runId });
    if (!run || isFinished(run.outcome)) await context.queue.setDelivery({ projectId, deliveryId, at: now });
    else await context.queue.setRun({ projectId, runId, at: now });
  }
}

/** Whether the last attempt is later than now; a delivery without attempts never waits. */
const isFromFuture = ({ attempts }: Delivery, after: Date): boolean => {
  const last = attempts.at(-1);
  return last === undefined || last.at > after;
};

/** Continues runs that wait for a time at which nothing happens, and those whose queue entry may have such a time. */
async function correctRuns(context: Context): Promise<void> {
  const now = context.now();
  const after = new Date(now.getTime() + SKEW_MS);
  for (const run of await context.store.runs.listPutOff({ after, limit: MAX_LISTED }))
    if (run.createdAt > after || (await waitsTooLong(context, run)))
      await context.queue.setRun({ ...runRef(run), at: now });
}

/** A run waits for the next attempt of one of its deliveries, or to fetch again before the job's next tick. */
async function waitsTooLong({ store }: Context, run: Run): Promise<boolean> {
  const { resumeAt } = run;
  if (resumeAt === null) return false;
  if (run.phase === 'deliver') {
    const at = await store.deliveries.nextAttemptAt(runRef(run));
    return at === null || at < resumeAt;
  }
  const job = await store.jobs.get(run);
  return !job?.nextRunAt || job.nextRunAt <= resumeAt;
}
