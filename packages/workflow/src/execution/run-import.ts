import { type ErrorSummary, InletError, type RunCounts, summarize, type Template } from '@inlet/contracts';
import { stageRows } from '../ingest/ingest-source.js';
import { createIssueLog } from '../ingest/issue-log.js';
import { findAddressee } from '../outbox/attempt-delivery.js';
import { deliverRows } from '../outbox/deliver-batches.js';
import { countsOf, finalCounts, outcomeOf } from '../outbox/run-counts.js';
import { createOutbox, createSample } from '../outbox/stage-batches.js';
import type { Context } from '../ports/context.js';
import type { Job, Run, RunEnding } from '../ports/model.js';
import type { WorkOptions } from '../ports/queue.js';
import { withColumns } from '../templates/with-columns.js';
import { carryOutEnding, type EndingParts, finishRun, isPausing } from './finish-run.js';
import { checkGuardRails } from './guard-rails.js';
import { finishRelease, releaseRun, removeLeftovers } from './release-run.js';
import { retryFetchAt } from './retry-fetch.js';
import { newHold, ownerOf, type RunLease, RunStopped, withRunLease } from './run-lease.js';

/** What became of a run for now: it ended, with its job as that left it; it goes on later; or somebody else has it. */
export type ImportResult =
  | { readonly kind: 'ended'; readonly job: Job | null; readonly notBefore?: Date }
  | { readonly kind: 'waiting'; readonly until: Date }
  | { readonly kind: 'elsewhere' };

const MOST_TAKEOVERS = 5;
const SAMPLE_ROWS = 20;
const RETRY_AFTER_FAULT_MS = 15_000;

/**
 * One import, from the source to the last acknowledgement: stage, guard, release, deliver, finish. Every step can
 * be begun again after a crash; nothing is lost, and what is sent again has the same id.
 */
export async function runImport(
  context: Context,
  { projectId, runId }: { projectId: string; runId: string },
  options: WorkOptions,
): Promise<ImportResult> {
  const run = await takeRun(context, { projectId, runId });
  if (!run) return { kind: 'elsewhere' };
  const job = await context.store.jobs.get(projectId, run.jobId);
  if (!job || !isStillMine(run, job)) return removeRun(context, run);
  const template = await context.store.templates.get(projectId, job.templateId);
  return importTaken(context, { run, job, template }, options);
}

/** The same for a run that is held by now, with what belongs to it. */
export async function importTaken(
  context: Context,
  { run, job, template }: { run: Run; job: Job; template: Template | null },
  options: WorkOptions,
): Promise<ImportResult> {
  const asRun = { ...job, ...run.proposal };
  const work = withRunLease(context, { run, stopSignal: options.signal }, (lease) =>
    carryOut(context, { lease, job: asRun, template: template && withColumns(template, asRun.columns) }),
  );
  return work.catch(elsewhereIfLost);
}

function elsewhereIfLost(error: unknown): ImportResult {
  if (error instanceof RunStopped && error.reason === 'lost') return { kind: 'elsewhere' };
  throw error;
}

async function takeRun(
  context: Context,
  { projectId, runId }: { projectId: string; runId: string },
): Promise<Run | null> {
  const { leaseOwner: owner, leaseUntil } = newHold(context);
  return context.store.runs.acquireLease(projectId, runId, { owner, now: context.now(), leaseUntil });
}

/** Dry runs belong to nobody; others work while they are their job's active one, and see to their end after that. */
const isStillMine = (run: Run, job: Job): boolean =>
  run.isDryRun || run.ending !== null || job.activeRunId === run.id;

/** Removes a run whose job is gone, or was never given to it: one that did not begin. */
async function removeRun(context: Context, run: Run): Promise<ImportResult> {
  await context.store.runs.remove(run.projectId, run.id, { owner: ownerOf(run) });
  return { kind: 'ended', job: null };
}

type Parts = EndingParts;
type WithTemplate = Parts & { readonly template: Template };

async function carryOut(context: Context, parts: Parts): Promise<ImportResult> {
  try {
    const { lease, template } = parts;
    const { ending, attemptsSinceRequeue, isDryRun, phase } = lease.run;
    if (ending) return await endAsDecided(context, { ...parts, ending });
    lease.signal.throwIfAborted();
    if (!template) throw new InletError('template_not_found');
    if (attemptsSinceRequeue > MOST_TAKEOVERS) throw new InletError('run_interrupted');
    if (isDryRun) return await rehearse(context, { ...parts, template });
    if (phase !== 'deliver') {
      const ended = await stage(context, { ...parts, template });
      if (ended) return ended;
    } else {
      await finishRelease(context, lease.run);
    }
    return await deliver(context, { ...parts, template });
  } catch (error) {
    return conclude(context, { ...parts, error });
  }
}

/** Stage, guard, release. Gives the end of the run where the source had nothing new. */
async function stage(context: Context, { lease, job, template }: WithTemplate): Promise<ImportResult | null> {
  if (!template.destination) throw new InletError('template_no_destination');
  await beginStaging(context, { lease, job });
  const { run } = lease;
  const sink = createOutbox(context, run);
  const staged = await stageRows(context, {
    job,
    template,
    lease,
    sink,
    issues: createIssueLog(context, { run, firstPage: 0 }),
  });
  if (staged.kind === 'unchanged') {
    const { counts, warnings, fetchState } = staged;
    lease.note({ warnings });
    const decided = { outcome: 'unchanged', counts, error: null, fetchState } as const;
    return { kind: 'ended', job: await finishRun(context, { lease, job, template, decided }) };
  }
  lease.note({ phase: 'guard', counts: staged.counts, warnings: staged.warnings });
  checkGuardRails(job, staged);
  lease.signal.throwIfAborted();
  await releaseRun(context, { lease, staged });
  return null;
}

/** What is staged from now on counts, and what an earlier claim of the run staged does not. */
async function beginStaging(context: Context, { lease, job }: { lease: RunLease; job: Job }): Promise<void> {
  const { run } = lease;
  const isBegun = run.phase === 'ingest' && run.stagedAttempt === run.attempt;
  if (isBegun && run.itemStateBefore === job.itemStateId) return;
  await lease.save(stagingBy(context, { run, job }));
  await removeLeftovers(context, lease.run);
}

/** What a run says of itself from the beginning of its staging. */
export const stagingBy = (context: Context, { run, job }: { run: Run; job: Job }) => ({
  outcome: 'running' as const,
  phase: 'ingest' as const,
  stagedAttempt: run.attempt,
  itemStateBefore: job.itemStateId,
  startedAt: run.startedAt ?? context.now(),
  resumeAt: null,
});

/** Deliver, finish. */
async function deliver(context: Context, { lease, job, template }: WithTemplate): Promise<ImportResult> {
  if (lease.run.counts.batches === 0) return endWithoutRows(context, { lease, job, template });
  const addressee = await findAddressee(context, template);
  const { projectId, id: runId } = lease.run;
  const { goneError, ...sent } = await deliverRows(context, { lease, addressee });
  const summary = sent.summary ?? (await context.store.deliveries.summarize(projectId, runId));
  if (summary.pending.batches > 0 && !goneError) {
    const until = await context.store.deliveries.nextAttemptAt(projectId, runId);
    return handBack(context, { lease, until: until ?? context.now() });
  }
  const counts = countsOf(lease.run, summary);
  const decided =
    summary.failed.batches > 0 || goneError
      ? await decideFailure(context, { run: lease.run, counts, goneError })
      : { outcome: outcomeOf(counts), counts, error: null };
  return { kind: 'ended', job: await finishRun(context, { lease, job, template, addressee, decided }) };
}

async function endWithoutRows(context: Context, parts: WithTemplate): Promise<ImportResult> {
  const { counts } = parts.lease.run;
  const decided = { outcome: outcomeOf(counts), counts, error: null };
  return { kind: 'ended', job: await finishRun(context, { ...parts, decided }) };
}

/** Batches were refused: their rows are taken back. From a receiver that is gone for good, all of them. */
async function decideFailure(
  context: Context,
  { run, counts, goneError }: { run: Run; counts: RunCounts; goneError: ErrorSummary | null },
) {
  const failed = await context.store.deliveries.listFailed(run.projectId, run.id);
  const errors = failed.flatMap(({ attempts }) => attempts.at(-1)?.error ?? []);
  // It may have said so to a worker that died.
  const gone = goneError ?? errors.find(isPausing);
  const error = gone ?? errors.at(-1) ?? summarize(new InletError('delivery_rejected'));
  const retracts = gone ? ('all' as const) : ('failed' as const);
  return { outcome: 'failed' as const, counts, error, retracts, mustPause: gone !== undefined };
}

async function endAsDecided(context: Context, parts: Parts & { ending: RunEnding }): Promise<ImportResult> {
  return { kind: 'ended', job: await carryOutEnding(context, { ...parts, isFirst: false }) };
}

/** A dry run: all but storing and sending, with the first rows that would be sent. */
async function rehearse(context: Context, { lease, job, template }: WithTemplate): Promise<ImportResult> {
  await beginStaging(context, { lease, job });
  const { run } = lease;
  const sink = createSample(SAMPLE_ROWS);
  const issues = createIssueLog(context, { run, firstPage: 0 });
  // Without what is known of the last fetch, the source is read even when it has not changed.
  const unconditional = { ...job, fetchState: { ...job.fetchState, configHash: null } };
  const staged = await stageRows(context, { job: unconditional, template, lease, sink, issues });
  if (staged.kind === 'staged') {
    await lease.save({
      counts: staged.counts,
      warnings: staged.warnings,
      sample: sink.rows,
    });
    checkGuardRails(job, staged);
  }
  const { counts } = staged;
  const decided = { outcome: outcomeOf(counts), counts, error: null };
  return { kind: 'ended', job: await finishRun(context, { lease, job, template, decided }) };
}

/** What follows from an error: the run goes on later, was cancelled, or has failed. */
async function conclude(context: Context, parts: Parts & { error: unknown }): Promise<ImportResult> {
  const { lease, job, template } = parts;
  const error = lease.signal.aborted ? lease.signal.reason : parts.error;
  if (error instanceof RunStopped && error.reason === 'lost') throw error;
  if (error instanceof RunStopped && error.reason === 'stopping')
    return handBack(context, { lease, until: context.now() });
  if (lease.run.ending || isFault(error)) return tryElsewhere(context, { lease, error: parts.error });

  const current = (await context.store.jobs.get(job.projectId, job.id)) ?? job;
  const failure = error instanceof RunStopped ? new InletError('run_cancelled') : error;
  const retryAt = retryFetchAt(context, { failure, run: lease.run, job: current });
  if (retryAt) {
    await lease.save({
      phase: 'waiting',
      failedFetches: lease.run.failedFetches + 1,
      error: summarize(failure),
    });
    return handBack(context, { lease, until: retryAt });
  }
  const summary = summarize(failure);
  const outcome = failure.code === 'run_cancelled' ? 'cancelled' : 'failed';
  const counts = await finalCounts(context, lease.run);
  const mustPause = isPausing(summary);
  const decided = { outcome, counts, error: summary, retracts: 'all', mustPause } as const;
  const freed = await finishRun(context, { lease, job, template, decided });
  return { kind: 'ended', job: freed, ...notBefore(context, failure) };
}

/** What says nothing about the run: a database that is away, or a fault that is in no table. */
const isFault = (error: unknown): boolean =>
  !(error instanceof RunStopped) && (!(error instanceof InletError) || error.code === 'unavailable');

/** Gives the run back in good order: whoever goes on with it begins with a clean count of attempts. */
async function handBack(
  context: Context,
  { lease, until }: { lease: RunLease; until: Date },
): Promise<ImportResult> {
  await lease.save({ attemptsSinceRequeue: 0 });
  return letGo(context, { lease, until });
}

/** After a fault another attempt is worth it, some times: it counts like a worker that died. */
async function tryElsewhere(
  context: Context,
  { lease, error }: { lease: RunLease; error: unknown },
): Promise<ImportResult> {
  context.log.error({ error, runId: lease.run.id }, 'a run met an unexpected error and will be tried again');
  return letGo(context, { lease, until: new Date(context.now().getTime() + RETRY_AFTER_FAULT_MS) });
}

async function letGo(
  context: Context,
  { lease, until }: { lease: RunLease; until: Date },
): Promise<ImportResult> {
  const { projectId, id } = lease.run;
  await context.store.runs.endLease(projectId, id, { owner: ownerOf(lease.run), resumeAt: until });
  // Who asked for the end of a run that was still held leaves it to the holder.
  const run = await context.store.runs.get(projectId, id);
  return { kind: 'waiting', until: run?.isCancelRequested ? context.now() : until };
}

/** A site that says when to come back is not asked before. */
function notBefore(context: Context, { extra }: InletError): { notBefore?: Date } {
  const { retryAfterMs } = extra;
  return typeof retryAfterMs === 'number'
    ? { notBefore: new Date(context.now().getTime() + retryAfterMs) }
    : {};
}
