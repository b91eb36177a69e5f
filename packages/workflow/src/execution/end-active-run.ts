import { type ErrorSummary, InletError, type LastRun, summarize } from '@inlet/contracts';
import { placeTick } from '../jobs/create-job.js';
import type { Context } from '../ports/context.js';
import type { Job, JobEnd } from '../ports/model.js';

export interface EndForJob {
  readonly lastRun: LastRun;
  /** The job must not go on before somebody has looked at it. */
  readonly mustPause: boolean;
  readonly states: Pick<JobEnd, 'newState' | 'fetchState'>;
}

/**
 * Ends the active run of a job, with all that follows from that for the job, in one write: what is known of its
 * items, the failures in a row, whether it pauses itself, whether a tick that waited is due now. The write is made
 * only if the job is as it was when this was decided. Gives the job as it is then; null where the run was ended
 * before.
 */
export async function freeJob(
  context: Context,
  { job, runId, end }: { job: Job; runId: string; end: EndForJob },
): Promise<Job | null> {
  const { projectId, id: jobId } = job;
  for (let seen: Job | null = job; seen?.activeRunId === runId; ) {
    const freed = await context.store.jobs.endActiveRun(projectId, jobId, {
      runId,
      seen,
      end: endOf(context, { seen, end }),
    });
    if (freed) return freed;
    seen = await context.store.jobs.get(projectId, jobId);
  }
  return null;
}

function endOf(context: Context, { seen, end }: { seen: Job; end: EndForJob }): JobEnd {
  const { lastRun, mustPause, states } = end;
  const { outcome, error } = lastRun;
  const failuresInARow = outcome === 'failed' ? seen.failuresInARow + 1 : 0;
  const ended = { lastRun, failuresInARow, ...states };
  if (seen.status !== 'active') return ended;
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

/** Tells the queue what the end of a run changed about its job. It only wakes us, so this can be lost or repeated. */
export async function wakeFreedJob(context: Context, job: Job): Promise<void> {
  const isDue = job.nextRunAt !== null && job.nextRunAt <= context.now();
  if (job.status === 'paused' || isDue) await placeTick(context, job);
}
