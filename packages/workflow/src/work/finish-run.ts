import {
  ERRORS,
  type ErrorCode,
  type ErrorSummary,
  type EventType,
  InletError,
  summarize,
  type Template,
} from '@inlet/contracts';
import { placeTick } from '../jobs/create-job.js';
import type { Job, NewDelivery, Run, RunEnding } from '../ports/records.js';
import type { World } from '../ports/world.js';
import { itemStateId } from './item-state-id.js';
import type { RunLease } from './run-lease.js';
import { sendOneDelivery } from './send-delivery.js';
import { takeRowsBack } from './take-back.js';

type Decided = Pick<RunEnding, 'outcome' | 'counts' | 'error'> & Partial<RunEnding>;

/**
 * Ends a run. How it ends is stored before all else: what follows takes several writes, and a worker that takes
 * over in between must not end it in another way.
 */
export async function finishRun(
  world: World,
  { lease, template, decided }: { lease: RunLease; template: Template | null; decided: Decided },
): Promise<void> {
  const ending: RunEnding = { fetchState: null, takesBack: 'nothing', mustPause: false, ...decided };
  if (lease.run.isDryRun) {
    await lease.save(ended(ending, world.now()));
    return;
  }
  await lease.save({ ending });
  await carryOutEnding(world, { lease, ending, template });
}

/**
 * Does what was decided about the end of a run: takes rows back, stores the closing event, frees the job, then
 * marks the run itself. All of it can be repeated: the event has the same id, and the job is freed only once.
 */
export async function carryOutEnding(
  world: World,
  { lease, ending, template }: { lease: RunLease; ending: RunEnding; template: Template | null },
): Promise<void> {
  const { run } = lease;
  await takeRowsBack(world, { run, which: ending.takesBack });
  const now = world.now();
  const closing = template && closingEvent(world, { run, template, ending });
  if (closing) await world.store.deliveries.insert([closing]);
  await freeJob(world, { run, ending, now });
  await removeStaleItems(world, { run, ending });
  await lease.save(ended(ending, now));
  observe(world, { run, ending, now });
  if (closing) await sendClosing(world, { lease, deliveryId: closing.delivery.id });
}

/** Tries the closing event at once; if it has to be tried again, that is the queue's work. */
async function sendClosing(
  world: World,
  { lease, deliveryId }: { lease: RunLease; deliveryId: string },
): Promise<void> {
  const work = { projectId: lease.run.projectId, deliveryId };
  const result = await sendOneDelivery(world, { work, context: { signal: lease.signal } });
  if (result) await world.queue.setDelivery({ ...work, at: result.againAt });
}

async function freeJob(
  world: World,
  { run, ending, now }: { run: Run; ending: RunEnding; now: Date },
): Promise<void> {
  const { outcome, counts, error, fetchState } = ending;
  const before = await world.store.jobs.finish(run.projectId, run.jobId, {
    runId: run.id,
    lastRun: { runId: run.id, outcome, counts, error, finishedAt: now.toISOString() },
    isFailure: outcome === 'failed',
    ...(fetchState && { fetchState }),
  });
  if (before) await followUp(world, { before, ending });
}

/**
 * Removes the item states that this run knows of and that are not in force as it ends. It names them one by one:
 * the next run may be under way, and stores its own.
 */
async function removeStaleItems(
  world: World,
  { run, ending }: { run: Run; ending: RunEnding },
): Promise<void> {
  const isReleased = run.fetchStateAfter !== null && ending.takesBack !== 'all';
  const inForce = isReleased ? itemStateId(run) : run.itemStateBefore;
  const own = Array.from({ length: run.claims }, (_, index) =>
    itemStateId({ id: run.id, stagedClaim: index + 1 }),
  );
  const known = run.itemStateBefore === null ? own : [run.itemStateBefore, ...own];
  const stale = known.filter((id) => id !== inForce);
  await world.store.itemStates.remove(run.projectId, run.jobId, stale);
}

const ended = ({ outcome, counts, error }: RunEnding, now: Date) => ({
  outcome,
  counts,
  error,
  step: 'done' as const,
  finishedAt: now,
  resumeAt: null,
});

function observe(world: World, { run, ending, now }: { run: Run; ending: RunEnding; now: Date }): void {
  const durationMs = now.getTime() - (run.startedAt ?? now).getTime();
  world.observe({
    kind: 'run_finished',
    outcome: ending.outcome,
    durationMs,
    rowsSent: ending.counts.rowsAcknowledged,
  });
  const { outcome, error } = ending;
  const fields = { runId: run.id, jobId: run.jobId, outcome, code: error?.code, durationMs };
  world.log.info(fields, 'a run ended');
}

/** What the end of a run does to its job: too many failures pause it, a tick that waited comes now. */
async function followUp(world: World, { before, ending }: { before: Job; ending: RunEnding }): Promise<void> {
  const { outcome, error, mustPause } = ending;
  const failures = outcome === 'failed' ? before.failuresInARow + 1 : 0;
  const isTooMany = failures >= before.guardRails.pauseAfterFailures;
  if (before.status === 'active' && error && (mustPause || isTooMany)) {
    await pauseItself(world, { job: before, failures, cause: error, mustPause });
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
  { run, template, ending }: { run: Run; template: Template; ending: RunEnding },
): NewDelivery | null {
  const { counts, outcome, error } = ending;
  const type: EventType = outcome === 'failed' ? 'import.failed' : 'import.completed';
  const isWorthTelling = outcome !== 'unchanged' && outcome !== 'cancelled' && outcome !== 'not_started';
  if (!isWorthTelling || !template.destination?.events.includes(type)) return null;
  const { about } = run;
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

/** Errors after which the job waits for a person, whatever the number of failures. */
const PAUSING = new Set<string>(['source_gone', 'delivery_gone'] satisfies ErrorCode[]);
export const isPausing = (error: ErrorSummary): boolean => error.code in ERRORS && PAUSING.has(error.code);
