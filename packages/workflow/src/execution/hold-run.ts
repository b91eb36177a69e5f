import { type Held, isFinished } from '@inlet/contracts';
import type { IngestedSource } from '../ingest/ingest-source.js';
import type { Context } from '../ports/context.js';
import { type Job, type Run, type RunEnding, runRef } from '../ports/model.js';
import type { ExecutionWithTemplate } from './execution.js';
import { type Finding, heldError, withExamples } from './guard-rails.js';
import { proposeRepair } from './propose-repair.js';
import { ingestedFields, itemStateIdOf, saveItemState } from './release-run.js';

export interface HoldOptions extends ExecutionWithTemplate {
  readonly ingested: IngestedSource;
  readonly found: Finding;
}

/**
 * Keeps everything that a later release needs: the item state, the staged batches and the findings. Returns the ending
 * of the run, which leaves the state of the job unchanged. Can be repeated.
 */
export async function holdRun(
  context: Context,
  { lease, job, template, ingested, found }: HoldOptions,
): Promise<Pick<RunEnding, 'outcome' | 'counts' | 'error'>> {
  const { run } = lease;
  const repair = found.rule === 'churn' ? await proposeRepair(context, { run, job, template }) : null;
  const held: Held = { ...(await withExamples(context, { run, found })), repair };
  await saveItemState(context, { run, ingested });
  await context.store.deliveries.keepStaged({ ...runRef(run), runAttempt: run.stagedAttempt });
  lease.note({ ...ingestedFields(ingested), held });
  return { outcome: 'held', counts: ingested.counts, error: heldError(held) };
}

/** Ends the job's held run, unless it is `run` itself: `run` has changed the state that it was compared with. */
export async function replaceHeldRun(context: Context, { job, run }: { job: Job; run: Run }): Promise<void> {
  if (job.heldRunId === null || job.heldRunId === run.id) return;
  await cancelHeldRun(context, { job, replacedBy: run.id });
}

export interface CancelHeldOptions {
  readonly job: Job;
  readonly replacedBy: string | null;
}

/** Ends the job's held run as cancelled and removes its rows. Leaves a run that somebody has decided to its worker. */
export async function cancelHeldRun(context: Context, { job, replacedBy }: CancelHeldOptions): Promise<void> {
  if (job.heldRunId === null) return;
  const ref = { projectId: job.projectId, runId: job.heldRunId };
  await context.store.runs.cancelHeld(ref, { replacedBy });
  const held = await context.store.runs.get(ref);
  if (held?.outcome === 'cancelled') await removeHeldRows(context, held);
}

/** Removes the staged rows and the item state of a held run that is never released. */
export async function removeHeldRows(context: Context, run: Run): Promise<void> {
  const expiresAt = new Date(context.now().getTime() + context.settings.keepFailedMs);
  await context.store.deliveries.discard(runRef(run), { expiresAt });
  await context.store.itemStates.remove(run, [itemStateIdOf(run)]);
}

/** The job's held run, which somebody may have decided a moment ago; null if there is none. */
export async function findHeldRun(context: Pick<Context, 'store'>, job: Job): Promise<Run | null> {
  if (job.heldRunId === null) return null;
  return context.store.runs.get({ projectId: job.projectId, runId: job.heldRunId });
}

/**
 * The held run that keeps the job from starting another one: it waits for a decision and the job waits with it, or
 * somebody has decided it a moment ago. null if there is none.
 */
export async function findBlockingRun(context: Pick<Context, 'store'>, job: Job): Promise<Run | null> {
  const run = await findHeldRun(context, job);
  if (run === null) return null;
  const isBlocking = run.outcome === 'held' ? job.whenHeld === 'wait' : !isFinished(run.outcome);
  return isBlocking ? run : null;
}
