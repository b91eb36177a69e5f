import type { Context } from '../ports/context.js';
import { deliveryRef, type Job, type Run, type RunChanges, runRef } from '../ports/model.js';
import { createEvent } from './closing-event.js';
import type { ExecutionWithTemplate, ImportResult } from './execution.js';
import { removeHeldRows } from './hold-run.js';
import { repeatRelease } from './release-run.js';
import { newLease, ownerOf } from './run-lease.js';
import { skipRemovals } from './skip-removals.js';

/** Another run of the job is active, which may end at any moment. */
const RETRY_ACTIVATION_MS = 1000;

interface LeasedRun {
  readonly run: Run;
  readonly job: Job;
}

/**
 * Applies the decision about a run that was held: a released run becomes the job's active one again and can be
 * executed, with the new identity of the job if it was released with one; a discarded one ends here, like a released
 * one whose place a later run has taken meanwhile. Runs without a decision can be executed. Can be repeated at every
 * step.
 */
export async function applyDecision(
  context: Context,
  { run, job }: LeasedRun,
): Promise<ImportResult | { readonly kind: 'executable'; readonly job: Job }> {
  const { decision } = run;
  if (!decision || run.ending || job.activeRunId === run.id) return { kind: 'executable', job };
  if (decision.action === 'discard') return discardRun(context, { run, job });
  const identity = decision.identifyBy ?? undefined;
  const active = await context.store.jobs.setActiveRun(run, {
    runId: run.id,
    tick: null,
    isHeld: true,
    identity,
  });
  if (active) return { kind: 'executable', job: active };
  const current = await context.store.jobs.get(run);
  if (current?.heldRunId !== run.id) return endReplacedRun(context, { run, job: current ?? job });
  const until = new Date(context.now().getTime() + RETRY_ACTIVATION_MS);
  await context.store.runs.endLease(runRef(run), { owner: ownerOf(run), resumeAt: until });
  return { kind: 'requeued', until };
}

async function discardRun(context: Context, { run, job }: LeasedRun): Promise<ImportResult> {
  const template = await context.store.templates.get(job);
  if (template) await storeDecisionEvent(context, { run, template });
  await removeHeldRows(context, run);
  await context.store.jobs.clearHeldRun(run, run.id);
  return endAsCancelled(context, run, {});
}

async function endReplacedRun(context: Context, { run, job }: LeasedRun): Promise<ImportResult> {
  await removeHeldRows(context, run);
  return endAsCancelled(context, run, { replacedBy: job.lastRun?.runId ?? null });
}

async function endAsCancelled(context: Context, run: Run, changes: RunChanges): Promise<ImportResult> {
  const cancelled = {
    outcome: 'cancelled',
    phase: 'done',
    finishedAt: context.now(),
    resumeAt: null,
  } as const;
  const { leaseUntil } = newLease(context);
  const update = { owner: ownerOf(run), leaseUntil, changes: { ...changes, ...cancelled } };
  const saved = await context.store.runs.update(runRef(run), update);
  return saved ? { kind: 'ended', job: await context.store.jobs.get(run) } : { kind: 'not_leased' };
}

type DecidedRun = Pick<ExecutionWithTemplate, 'template'> & { readonly run: Run };

/** Stores `import.released` or `import.discarded` under its fixed id, and leaves sending it to the queue. */
async function storeDecisionEvent(context: Context, { run, template }: DecidedRun): Promise<void> {
  const { decision, decisionDeliveryId: id, held } = run;
  if (!decision || id === null) return;
  const type = decision.action === 'release' ? 'import.released' : 'import.discarded';
  const { batches } = run.counts;
  const data = { held, decision };
  const event = createEvent(context, { run, template, id, type, batches, data });
  if (!event) return;
  await context.store.deliveries.insert([event]);
  await context.queue.setDelivery({ ...deliveryRef(event.delivery), at: context.now() });
}

/**
 * Prepares the ingest of a run that was released with another identity for its job: stores the event of the decision.
 * Returns the execution as given, except that a release without removals reports none.
 */
export async function withDecision(
  context: Context,
  execution: ExecutionWithTemplate,
): Promise<ExecutionWithTemplate> {
  const { lease, job, template } = execution;
  const { run } = lease;
  await storeDecisionEvent(context, { run, template });
  if (run.decision?.action !== 'release' || run.decision.removals === 'send') return execution;
  return { ...execution, job: { ...job, changeDetection: { ...job.changeDetection, removed: false } } };
}

/** Repeats the release of a run whose worker died, or completes that of a run that a person released. */
export async function continueRelease(
  context: Context,
  { lease, template }: Pick<ExecutionWithTemplate, 'lease' | 'template'>,
): Promise<void> {
  const { run } = lease;
  if (run.decision?.action === 'release' && run.phase === 'release') {
    await storeDecisionEvent(context, { run, template });
    if (run.decision.removals === 'skip') await skipRemovals(context, lease);
  }
  await repeatRelease(context, lease);
}
