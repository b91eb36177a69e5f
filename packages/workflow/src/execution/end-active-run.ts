import {
  ERRORS,
  type ErrorCode,
  type ErrorSummary,
  InletError,
  type LastRun,
  summarize,
} from '@inlet/contracts';
import { placeTick } from '../jobs/job-schedule.js';
import type { Context } from '../ports/context.js';
import { type Job, type JobEnd, jobRef } from '../ports/model.js';

interface RunEnd extends Pick<JobEnd, 'newState' | 'fetchState' | 'heldRunId'> {
  readonly lastRun: LastRun;
  /** The job is paused until a person resumes it. */
  readonly mustPause: boolean;
}

export interface EndActiveRunOptions {
  readonly job: Job;
  readonly runId: string;
  readonly end: RunEnd;
}

/**
 * Ends the active run of a job with all its consequences, in one write: the new item state, the failures in a row,
 * whether the job pauses itself, whether a queued tick is due now. The write succeeds only if the job has not changed
 * since this was decided; else it is decided again. Returns the job after that; null if the run was ended before.
 */
export async function endActiveRun(
  context: Context,
  { job, runId, end }: EndActiveRunOptions,
): Promise<Job | null> {
  for (let seen: Job | null = job; seen?.activeRunId === runId; ) {
    const ended = await context.store.jobs.endActiveRun(jobRef(job), {
      runId,
      seen,
      end: decideJobEnd(context, { seen, end }),
    });
    if (ended) return ended;
    seen = await context.store.jobs.get(jobRef(job));
  }
  return null;
}

function decideJobEnd(context: Context, { seen, end }: { seen: Job; end: RunEnd }): JobEnd {
  const { mustPause, ...changes } = end;
  const { outcome, error } = end.lastRun;
  const isFailure = outcome === 'failed' || outcome === 'not_started';
  const failuresInARow = isFailure ? seen.failuresInARow + 1 : 0;
  const ended = { ...changes, failuresInARow };
  // A job of uploads has nothing to pause: people start its runs.
  if (seen.status !== 'active' || seen.kind !== 'feed') return ended;
  const isTooMany = failuresInARow >= seen.guardRails.pauseAfterFailures;
  if (error && (mustPause || isTooMany)) {
    const because = mustPause ? error : tooManyFailures(failuresInARow, error);
    return { ...ended, paused: { because, at: context.now() } };
  }
  return seen.hasQueuedTick ? { ...ended, nextRunAt: context.now() } : ended;
}

const tooManyFailures = (failures: number, cause: ErrorSummary): ErrorSummary =>
  summarize(
    new InletError('job_auto_paused', {
      detail: `${failures} runs in a row have failed, the last one because: ${cause.title}.`,
    }),
  );

/** Errors that pause the job at once, whatever the number of failures. */
const PAUSING = new Set<string>(['source_gone', 'delivery_gone'] satisfies ErrorCode[]);
export const pausesJob = (error: ErrorSummary): boolean => error.code in ERRORS && PAUSING.has(error.code);

/** Updates the job's queue entry after its run ended. The job is the truth: losing or repeating this does no harm. */
export async function updateTick(context: Context, job: Job): Promise<void> {
  const isDue = job.nextRunAt !== null && job.nextRunAt <= context.now();
  if (job.status === 'paused' || isDue) await placeTick(context, job);
}
