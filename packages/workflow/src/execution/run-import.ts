import { InletError, type Template } from '@inlet/contracts';
import { ingestSheet } from '../ingest/ingest-sheet.js';
import { ingestSource } from '../ingest/ingest-source.js';
import { ingestUndo } from '../ingest/ingest-undo.js';
import { createIssueLog } from '../ingest/issue-log.js';
import { checkCanImport } from '../jobs/check-job.js';
import { findReceiver } from '../outbox/attempt-delivery.js';
import { createBatchStager } from '../outbox/batch-stager.js';
import { deliverBatches } from '../outbox/deliver-batches.js';
import { liveBatches, withDeliveryCounts } from '../outbox/run-counts.js';
import type { Context } from '../ports/context.js';
import { type Job, type Run, type RunRef, type RunUpload, requireFeed, runRef } from '../ports/model.js';
import type { WorkOptions } from '../ports/queue.js';
import { withColumns } from '../templates/with-columns.js';
import { applyDecision, continueRelease, withDecision } from './decided-run.js';
import { dryRun } from './dry-run.js';
import type { Execution, ExecutionWithTemplate, ImportResult } from './execution.js';
import { applyEnding, finishRun, outcomeOf, rejectedEnding } from './finish-run.js';
import { checkGuardRails } from './guard-rails.js';
import { handleRunError } from './handle-run-error.js';
import { holdRun } from './hold-run.js';
import { releaseRun } from './release-run.js';
import { requeueRun } from './requeue-run.js';
import { retryFetchAt } from './retry-fetch.js';
import { newLease, ownerOf, RunStopped, withRunLease } from './run-lease.js';
import { startIngest } from './start-ingest.js';

/** Executions of one run that may end without a result, for example since their worker died. */
const MAX_ATTEMPTS = 5;

/**
 * Executes an import, from the source to the last acknowledgement: ingest, guard, release, deliver, finish. Each phase
 * can be repeated after a crash: nothing is lost, and what is sent again has the same id.
 */
export async function runImport(context: Context, ref: RunRef, options: WorkOptions): Promise<ImportResult> {
  const { leaseOwner: owner, leaseUntil } = newLease(context);
  const lease = { owner, now: context.now(), leaseUntil };
  const run = await context.store.runs.acquireLease(ref, lease);
  if (!run) return { kind: 'not_leased' };
  const stored = await context.store.jobs.get(run);
  const applied = stored && (await applyDecision(context, { run, job: stored }));
  if (applied && applied.kind !== 'executable') return applied;
  const job = applied?.job;
  if (!job || !isCurrent(run, job)) return removeOrphan(context, run);
  const template = await context.store.templates.get(job);
  return runLeasedImport(context, { run, job, template }, options);
}

export interface LeasedImport {
  readonly run: Run;
  readonly job: Job;
  readonly template: Template | null;
}

/** Like `runImport`, for a run whose lease this worker already has. */
export async function runLeasedImport(
  context: Context,
  { run, job, template }: LeasedImport,
  options: WorkOptions,
): Promise<ImportResult> {
  const proposed = run.proposal ? { ...requireFeed(job), ...run.proposal } : job;
  try {
    return await withRunLease(context, { run, stopSignal: options.signal }, (lease) =>
      executeRun(context, {
        lease,
        job: proposed,
        template: template && withColumns(template, proposed.columns),
      }),
    );
  } catch (error) {
    if (error instanceof RunStopped && error.reason === 'lost') return { kind: 'not_leased' };
    throw error;
  }
}

/** Dry runs are never a job's active run; other runs are until their end has been applied to the job. */
const isCurrent = (run: Run, job: Job): boolean =>
  run.isDryRun || run.ending !== null || job.activeRunId === run.id;

/** Removes a run that never started: its job is gone, or never made it the active one. */
async function removeOrphan(context: Context, run: Run): Promise<ImportResult> {
  await context.store.runs.remove(runRef(run), { owner: ownerOf(run) });
  return { kind: 'ended', job: null };
}

async function executeRun(context: Context, execution: Execution): Promise<ImportResult> {
  const { lease, template } = execution;
  const { ending, attemptsSinceRequeue, isDryRun, phase } = lease.run;
  try {
    if (ending) return { kind: 'ended', job: await applyEnding(context, { ...execution, ending }) };
    lease.signal.throwIfAborted();
    if (!template) throw new InletError('template_not_found');
    if (attemptsSinceRequeue > MAX_ATTEMPTS) throw new InletError('run_interrupted');
    if (isDryRun) return await dryRun(context, { ...execution, template });
    const isReleased = phase === 'release' || phase === 'deliver';
    if (isReleased) await continueRelease(context, { ...execution, template });
    const ended = isReleased ? null : await ingestAndRelease(context, { ...execution, template });
    return ended ?? (await deliverAndFinish(context, { ...execution, template }));
  } catch (error) {
    return handleRunError(context, { ...execution, error });
  }
}

/** Ingest, guard, release. Ends the run and returns its end if the source has not changed or a guard rail holds it. */
async function ingestAndRelease(
  context: Context,
  given: ExecutionWithTemplate,
): Promise<ImportResult | null> {
  const { upload, undoes } = given.lease.run;
  if (upload) return ingestAndReleaseSheet(context, { ...given, upload });
  if (undoes !== null) return ingestAndReleaseUndo(context, { ...given, undoes });
  const execution = await withDecision(context, given);
  const { lease, job, template } = execution;
  checkCanImport(template, job);
  await startIngest(context, { lease, job });
  const ingested = await ingestSource(context, {
    job: requireFeed(job),
    template,
    about: lease.run.about,
    batches: createBatchStager(context, lease.run),
    issues: createIssueLog(context, { run: lease.run, firstPage: 0 }),
    signal: lease.signal,
    acceptsCut:
      retryFetchAt(context, { failure: new InletError('source_interrupted'), run: lease.run, job }) === null,
    onProgress: (counts) => lease.note({ counts }),
  });
  const { counts, warnings } = ingested;
  if (ingested.kind === 'unchanged') {
    lease.note({ warnings });
    const { fetchState } = ingested;
    return finishRun(context, { ...execution, ending: { outcome: 'unchanged', counts, fetchState } });
  }
  lease.note({ phase: 'guard', counts, warnings });
  const found = checkGuardRails(job, ingested);
  if (found) {
    const ending = await holdRun(context, { ...execution, ingested, found });
    return finishRun(context, { ...execution, ending });
  }
  lease.signal.throwIfAborted();
  await releaseRun(context, { lease, ingested });
  return null;
}

/** The same for the rows of an upload. No guard rail applies to them, because a person has seen them. */
async function ingestAndReleaseSheet(
  context: Context,
  { lease, job, template, upload }: ExecutionWithTemplate & { readonly upload: RunUpload },
): Promise<null> {
  if (!template.destination) throw new InletError('template_no_destination');
  await startIngest(context, { lease, job });
  const ingested = await ingestSheet(context, {
    job,
    template,
    upload,
    about: lease.run.about,
    batches: createBatchStager(context, lease.run),
    issues: createIssueLog(context, { run: lease.run, firstPage: 0 }),
    signal: lease.signal,
    onProgress: (counts) => lease.note({ counts }),
  });
  lease.note({ phase: 'guard', counts: ingested.counts, warnings: ingested.warnings });
  lease.signal.throwIfAborted();
  await releaseRun(context, { lease, ingested });
  return null;
}

/** The same for the rows that take another run back, which a person has asked for. */
async function ingestAndReleaseUndo(
  context: Context,
  { lease, job, template, undoes }: ExecutionWithTemplate & { readonly undoes: string },
): Promise<null> {
  if (!template.destination) throw new InletError('template_no_destination');
  await startIngest(context, { lease, job });
  const ingested = await ingestUndo(context, {
    job,
    template,
    undoes,
    about: lease.run.about,
    batches: createBatchStager(context, lease.run),
    issues: createIssueLog(context, { run: lease.run, firstPage: 0 }),
    signal: lease.signal,
    onProgress: (counts) => lease.note({ counts }),
  });
  lease.signal.throwIfAborted();
  await releaseRun(context, { lease, ingested });
  return null;
}

async function deliverAndFinish(context: Context, execution: ExecutionWithTemplate): Promise<ImportResult> {
  const { lease, job, template } = execution;
  const { run, signal } = lease;
  const { counts: ingested } = run;
  if (ingested.batches === 0)
    return finishRun(context, { ...execution, ending: { outcome: outcomeOf(ingested), counts: ingested } });
  if (template.destination?.kind === 'frontend') return waitForPage(context, execution);
  const receiver = await findReceiver(context, template);
  const onProgress = (counts: Run['counts']) => lease.note({ counts });
  const delivered = await deliverBatches(context, { job, run, receiver, signal, onProgress });
  const summary = delivered.summary ?? (await context.store.deliveries.summarize(runRef(run)));
  if (summary.pending.batches > 0 && !delivered.goneError) {
    const until = await context.store.deliveries.nextAttemptAt(runRef(run));
    return requeueRun(context, { lease, until: until ?? context.now() });
  }
  // A worker that died may have split a batch without counting its halves.
  const counts = { ...withDeliveryCounts(lease.run, summary), batches: liveBatches(summary) };
  const ending =
    summary.failed.batches > 0 || delivered.goneError
      ? await rejectedEnding(context, { run, counts, goneError: delivered.goneError })
      : { outcome: outcomeOf(counts), counts };
  return finishRun(context, { ...execution, receiver, ending });
}

/** How long the page that shows the widget may take to answer all batches. */
const PAGE_WAIT_MS = 86_400_000;

/** Ends a run whose batches the page has answered; otherwise it waits without a worker until the next answer. */
async function waitForPage(context: Context, execution: ExecutionWithTemplate): Promise<ImportResult> {
  const { lease } = execution;
  const { run } = lease;
  const summary = await context.store.deliveries.summarize(runRef(run));
  const counts = { ...withDeliveryCounts(run, summary), batches: liveBatches(summary) };
  if (summary.pending.batches === 0)
    return finishRun(context, { ...execution, ending: { outcome: outcomeOf(counts), counts } });
  const until = new Date((run.startedAt ?? run.createdAt).getTime() + PAGE_WAIT_MS);
  if (until <= context.now()) throw new InletError('delivery_not_taken');
  lease.note({ counts });
  return requeueRun(context, { lease, until });
}
