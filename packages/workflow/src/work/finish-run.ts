import {
  ERRORS,
  type ErrorCode,
  type ErrorSummary,
  type EventType,
  InletError,
  type LastRun,
  type RunCounts,
  type RunOutcome,
  summarize,
  type Template,
} from '@inlet/contracts';
import { placeTick } from '../jobs/create-job.js';
import type { FetchState, Job, NewDelivery, Run } from '../ports/records.js';
import type { World } from '../ports/world.js';
import { itemStateId } from './item-state-id.js';
import type { RunLease } from './run-lease.js';

export interface RunEnd {
  readonly outcome: Exclude<RunOutcome, 'queued' | 'running'>;
  readonly counts: RunCounts;
  readonly error: ErrorSummary | null;
  readonly fetchState?: Partial<FetchState>;
  /** The job must not go on before somebody has looked at it. */
  readonly mustPause?: boolean;
}

/**
 * Ends a run: stores its closing event, frees its job, then marks the run itself. A worker that takes over in
 * between finds the closing event under the same id, the job free, and only marks the run.
 */
export async function finishRun(
  world: World,
  { lease, job, template, end }: { lease: RunLease; job: Job; template: Template | null; end: RunEnd },
): Promise<void> {
  const { run } = lease;
  const now = world.now();
  if (run.isDryRun) {
    await lease.save(finished(end, now));
    return;
  }
  const closing = template && closingEvent(world, { run, template, end });
  if (closing) await world.store.deliveries.insert([closing]);
  const lastRun: LastRun = {
    runId: run.id,
    outcome: end.outcome,
    counts: end.counts,
    error: end.error,
    finishedAt: now.toISOString(),
  };
  const before = await world.store.jobs.finish(run.projectId, job.id, {
    runId: run.id,
    lastRun,
    isFailure: end.outcome === 'failed',
    ...(end.fetchState && { fetchState: end.fetchState }),
  });
  if (before) await followUp(world, { before, end });
  if (before) await removeStaleItems(world, { run, inForce: before.itemStateId });
  await lease.save(finished(end, now));
  observe(world, { run, end, now });
  if (closing)
    await world.queue.setDelivery({ projectId: run.projectId, deliveryId: closing.delivery.id, at: now });
}

/**
 * Removes the item states that this run knows of and that are not in force as it ends. It names them one by one:
 * the next run may be under way, and stores its own.
 */
async function removeStaleItems(
  world: World,
  { run, inForce }: { run: Run; inForce: string | null },
): Promise<void> {
  const own = Array.from({ length: run.claims }, (_, index) =>
    itemStateId({ id: run.id, stagedClaim: index + 1 }),
  );
  const known = run.itemStateBefore === null ? own : [run.itemStateBefore, ...own];
  const stale = known.filter((id) => id !== inForce);
  await world.store.itemStates.remove(run.projectId, run.jobId, stale);
}

const finished = ({ outcome, counts, error }: RunEnd, now: Date) => ({
  outcome,
  counts,
  error,
  step: 'done' as const,
  finishedAt: now,
  resumeAt: null,
});

function observe(world: World, { run, end, now }: { run: Run; end: RunEnd; now: Date }): void {
  const durationMs = now.getTime() - (run.startedAt ?? now).getTime();
  world.observe({
    kind: 'run_finished',
    outcome: end.outcome,
    durationMs,
    rowsSent: end.counts.rowsAcknowledged,
  });
  const fields = { runId: run.id, jobId: run.jobId, outcome: end.outcome, code: end.error?.code, durationMs };
  world.log.info(fields, 'a run ended');
}

/** What the end of a run does to its job: too many failures pause it, a tick that waited comes now. */
async function followUp(world: World, { before, end }: { before: Job; end: RunEnd }): Promise<void> {
  const failures = end.outcome === 'failed' ? before.failuresInARow + 1 : 0;
  const isTooMany = failures >= before.guardRails.pauseAfterFailures;
  if (before.status === 'active' && end.error && (end.mustPause || isTooMany)) {
    await pauseItself(world, { job: before, failures, cause: end.error, mustPause: end.mustPause ?? false });
    return;
  }
  if (!before.hasQueuedTick || before.status !== 'active') return;
  await world.store.jobs.setNextRunAt(before.projectId, before.id, world.now());
  await placeTick(world, { ...before, nextRunAt: world.now() });
}

async function pauseItself(
  world: World,
  {
    job,
    failures,
    cause,
    mustPause,
  }: { job: Job; failures: number; cause: ErrorSummary; mustPause: boolean },
): Promise<void> {
  const reason = mustPause
    ? cause
    : summarize(
        new InletError('job_auto_paused', {
          detail: `${failures} runs in a row have failed, the last one because: ${cause.title}.`,
        }),
      );
  await world.store.jobs.change(job.projectId, job.id, {
    changes: { status: 'paused', pausedBecause: reason },
    now: world.now(),
  });
  await world.queue.disableTick(job.id);
}

function closingEvent(
  world: World,
  { run, template, end }: { run: Run; template: Template; end: RunEnd },
): NewDelivery | null {
  const type: EventType = end.outcome === 'failed' ? 'import.failed' : 'import.completed';
  const isWorthTelling =
    end.outcome !== 'unchanged' && end.outcome !== 'cancelled' && end.outcome !== 'not_started';
  if (!isWorthTelling || !template.destination?.events.includes(type)) return null;
  const { about } = run;
  const { counts, outcome, error } = end;
  const data = type === 'import.failed' ? { ...about, error, counts } : { ...about, outcome, counts };
  const body = Buffer.from(JSON.stringify(data));
  const now = world.now();
  return {
    body,
    expiresAt: null,
    delivery: {
      id: run.closingDeliveryId,
      projectId: run.projectId,
      jobId: run.jobId,
      runId: run.id,
      templateId: run.templateId,
      claim: run.claims,
      type,
      number: counts.batches + 1,
      rows: 0,
      bytes: body.length,
      status: 'pending',
      attemptCount: 0,
      attempts: [],
      nextAttemptAt: now,
      rowsRejected: 0,
      createdAt: now,
      acknowledgedAt: null,
    },
  };
}

/** Counts as the outbox has them in the end. */
export async function finalCounts(world: World, run: Run): Promise<RunCounts> {
  const { acknowledged, failed } = await world.store.deliveries.summarize(run.projectId, run.id);
  return {
    ...run.counts,
    batchesAcknowledged: acknowledged.batches,
    batchesFailed: failed.batches,
    rowsAcknowledged: acknowledged.rows - acknowledged.rowsRejected,
    rowsRejected: acknowledged.rowsRejected,
    issues: run.counts.issues + acknowledged.rowsRejected,
  };
}

/** How a run that was delivered ended. */
export function outcomeOf(counts: RunCounts): 'succeeded' | 'succeeded_with_issues' | 'unchanged' {
  if (counts.issues > 0) return 'succeeded_with_issues';
  return counts.batches === 0 ? 'unchanged' : 'succeeded';
}

/** Errors after which the job waits for a person, whatever the number of failures. */
const PAUSING = new Set<string>(['source_gone', 'delivery_gone'] satisfies ErrorCode[]);
export const isPausing = (error: ErrorSummary): boolean => error.code in ERRORS && PAUSING.has(error.code);
