import { type ErrorSummary, InletError, type RunCounts, summarize, type Template } from '@inlet/contracts';
import type { WorkContext } from './ports/queue.js';
import type { Job, Run, RunEnding } from './ports/records.js';
import type { World } from './ports/world.js';
import { withColumns } from './templates/with-columns.js';
import { checkGuardRails } from './work/check-guard-rails.js';
import { deliverRows } from './work/deliver-rows.js';
import { carryOutEnding, type EndingParts, finishRun, isPausing } from './work/finish-run.js';
import { createIssueLog } from './work/issue-log.js';
import { createOutbox, createSample } from './work/outbox.js';
import { finishRelease, releaseRun, removeLeftovers } from './work/release-run.js';
import { retryFetchAt } from './work/retry-fetch.js';
import { countsOf, finalCounts, outcomeOf } from './work/run-counts.js';
import { newHold, ownerOf, type RunLease, RunStopped, withRunLease } from './work/run-lease.js';
import { findAddressee } from './work/send-stored.js';
import { stageRows } from './work/stage-rows.js';

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
  world: World,
  { projectId, runId }: { projectId: string; runId: string },
  context: WorkContext,
): Promise<ImportResult> {
  const run = await takeRun(world, { projectId, runId });
  if (!run) return { kind: 'elsewhere' };
  const job = await world.store.jobs.get(projectId, run.jobId);
  if (!job || !isStillMine(run, job)) return removeRun(world, run);
  const template = await world.store.templates.get(projectId, job.templateId);
  return importTaken(world, { run, job, template }, context);
}

/** The same for a run that is held by now, with what belongs to it. */
export async function importTaken(
  world: World,
  { run, job, template }: { run: Run; job: Job; template: Template | null },
  context: WorkContext,
): Promise<ImportResult> {
  const asRun = { ...job, ...run.proposal };
  const work = withRunLease(world, { run, stopSignal: context.signal }, (lease) =>
    carryOut(world, { lease, job: asRun, template: template && withColumns(template, asRun.columns) }),
  );
  return work.catch(elsewhereIfLost);
}

function elsewhereIfLost(error: unknown): ImportResult {
  if (error instanceof RunStopped && error.reason === 'lost') return { kind: 'elsewhere' };
  throw error;
}

async function takeRun(
  world: World,
  { projectId, runId }: { projectId: string; runId: string },
): Promise<Run | null> {
  const { leaseOwner: owner, leaseUntil } = newHold(world);
  return world.store.runs.claim(projectId, runId, { owner, now: world.now(), leaseUntil });
}

/** Dry runs belong to nobody; others work while they are their job's active one, and see to their end after that. */
const isStillMine = (run: Run, job: Job): boolean =>
  run.isDryRun || run.ending !== null || job.activeRunId === run.id;

/** Removes a run whose job is gone, or was never given to it: one that did not begin. */
async function removeRun(world: World, run: Run): Promise<ImportResult> {
  await world.store.runs.remove(run.projectId, run.id, { owner: ownerOf(run) });
  return { kind: 'ended', job: null };
}

type Parts = EndingParts;
type WithTemplate = Parts & { readonly template: Template };

async function carryOut(world: World, parts: Parts): Promise<ImportResult> {
  try {
    const { lease, template } = parts;
    const { ending, attempts, isDryRun, step } = lease.run;
    if (ending) return await endAsDecided(world, { ...parts, ending });
    lease.signal.throwIfAborted();
    if (!template) throw new InletError('template_not_found');
    if (attempts > MOST_TAKEOVERS) throw new InletError('run_interrupted');
    if (isDryRun) return await rehearse(world, { ...parts, template });
    if (step !== 'delivering') {
      const ended = await stage(world, { ...parts, template });
      if (ended) return ended;
    } else {
      await finishRelease(world, lease.run);
    }
    return await deliver(world, { ...parts, template });
  } catch (error) {
    return conclude(world, { ...parts, error });
  }
}

/** Stage, guard, release. Gives the end of the run where the source had nothing new. */
async function stage(world: World, { lease, job, template }: WithTemplate): Promise<ImportResult | null> {
  if (!template.destination) throw new InletError('template_no_destination');
  await beginStaging(world, { lease, job });
  const { run } = lease;
  const sink = createOutbox(world, run);
  const staged = await stageRows(world, {
    job,
    template,
    lease,
    sink,
    issues: createIssueLog(world, { run, firstPage: 0 }),
  });
  if (staged.kind === 'unchanged') {
    const { counts, warnings, fetchState } = staged;
    lease.note({ warnings });
    const decided = { outcome: 'unchanged', counts, error: null, fetchState } as const;
    return { kind: 'ended', job: await finishRun(world, { lease, job, template, decided }) };
  }
  lease.note({ step: 'guarding', counts: staged.counts, warnings: staged.warnings });
  checkGuardRails(job, staged);
  lease.signal.throwIfAborted();
  await releaseRun(world, { lease, staged });
  return null;
}

/** What is staged from now on counts, and what an earlier claim of the run staged does not. */
async function beginStaging(world: World, { lease, job }: { lease: RunLease; job: Job }): Promise<void> {
  const { run } = lease;
  const isBegun = run.step === 'reading' && run.stagedClaim === run.claims;
  if (isBegun && run.itemStateBefore === job.itemStateId) return;
  await lease.save(stagingBy(world, { run, job }));
  await removeLeftovers(world, lease.run);
}

/** What a run says of itself from the beginning of its staging. */
export const stagingBy = (world: World, { run, job }: { run: Run; job: Job }) => ({
  outcome: 'running' as const,
  step: 'reading' as const,
  stagedClaim: run.claims,
  itemStateBefore: job.itemStateId,
  startedAt: run.startedAt ?? world.now(),
  resumeAt: null,
});

/** Deliver, finish. */
async function deliver(world: World, { lease, job, template }: WithTemplate): Promise<ImportResult> {
  if (lease.run.counts.batches === 0) return endWithoutRows(world, { lease, job, template });
  const addressee = await findAddressee(world, template);
  const { projectId, id: runId } = lease.run;
  const { goneError, ...sent } = await deliverRows(world, { lease, addressee });
  const summary = sent.summary ?? (await world.store.deliveries.summarize(projectId, runId));
  if (summary.pending.batches > 0 && !goneError) {
    const until = await world.store.deliveries.nextAttemptAt(projectId, runId);
    return handBack(world, { lease, until: until ?? world.now() });
  }
  const counts = countsOf(lease.run, summary);
  const decided =
    summary.failed.batches > 0 || goneError
      ? await decideFailure(world, { run: lease.run, counts, goneError })
      : { outcome: outcomeOf(counts), counts, error: null };
  return { kind: 'ended', job: await finishRun(world, { lease, job, template, addressee, decided }) };
}

async function endWithoutRows(world: World, parts: WithTemplate): Promise<ImportResult> {
  const { counts } = parts.lease.run;
  const decided = { outcome: outcomeOf(counts), counts, error: null };
  return { kind: 'ended', job: await finishRun(world, { ...parts, decided }) };
}

/** Batches were refused: their rows are taken back. From a receiver that is gone for good, all of them. */
async function decideFailure(
  world: World,
  { run, counts, goneError }: { run: Run; counts: RunCounts; goneError: ErrorSummary | null },
) {
  const failed = await world.store.deliveries.listFailed(run.projectId, run.id);
  const errors = failed.flatMap(({ attempts }) => attempts.at(-1)?.error ?? []);
  // It may have said so to a worker that died.
  const gone = goneError ?? errors.find(isPausing);
  const error = gone ?? errors.at(-1) ?? summarize(new InletError('delivery_rejected'));
  const takesBack = gone ? ('all' as const) : ('failed' as const);
  return { outcome: 'failed' as const, counts, error, takesBack, mustPause: gone !== undefined };
}

async function endAsDecided(world: World, parts: Parts & { ending: RunEnding }): Promise<ImportResult> {
  return { kind: 'ended', job: await carryOutEnding(world, { ...parts, isFirst: false }) };
}

/** A dry run: all but storing and sending, with the first rows that would be sent. */
async function rehearse(world: World, { lease, job, template }: WithTemplate): Promise<ImportResult> {
  await beginStaging(world, { lease, job });
  const { run } = lease;
  const sink = createSample(SAMPLE_ROWS);
  const issues = createIssueLog(world, { run, firstPage: 0 });
  // Without what is known of the last fetch, the source is read even when it has not changed.
  const unconditional = { ...job, fetchState: { ...job.fetchState, configHash: null } };
  const staged = await stageRows(world, { job: unconditional, template, lease, sink, issues });
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
  return { kind: 'ended', job: await finishRun(world, { lease, job, template, decided }) };
}

/** What follows from an error: the run goes on later, was cancelled, or has failed. */
async function conclude(world: World, parts: Parts & { error: unknown }): Promise<ImportResult> {
  const { lease, job, template } = parts;
  const error = lease.signal.aborted ? lease.signal.reason : parts.error;
  if (error instanceof RunStopped && error.reason === 'lost') throw error;
  if (error instanceof RunStopped && error.reason === 'stopping')
    return handBack(world, { lease, until: world.now() });
  if (lease.run.ending || isFault(error)) return tryElsewhere(world, { lease, error: parts.error });

  const current = (await world.store.jobs.get(job.projectId, job.id)) ?? job;
  const failure = error instanceof RunStopped ? new InletError('run_cancelled') : error;
  const retryAt = retryFetchAt(world, { failure, run: lease.run, job: current });
  if (retryAt) {
    await lease.save({
      step: 'waiting',
      failedFetches: lease.run.failedFetches + 1,
      error: summarize(failure),
    });
    return handBack(world, { lease, until: retryAt });
  }
  const summary = summarize(failure);
  const outcome = failure.code === 'run_cancelled' ? 'cancelled' : 'failed';
  const counts = await finalCounts(world, lease.run);
  const mustPause = isPausing(summary);
  const decided = { outcome, counts, error: summary, takesBack: 'all', mustPause } as const;
  const freed = await finishRun(world, { lease, job, template, decided });
  return { kind: 'ended', job: freed, ...notBefore(world, failure) };
}

/** What says nothing about the run: a database that is away, or a fault that is in no table. */
const isFault = (error: unknown): boolean =>
  !(error instanceof RunStopped) && (!(error instanceof InletError) || error.code === 'unavailable');

/** Gives the run back in good order: whoever goes on with it begins with a clean count of attempts. */
async function handBack(
  world: World,
  { lease, until }: { lease: RunLease; until: Date },
): Promise<ImportResult> {
  await lease.save({ attempts: 0 });
  return letGo(world, { lease, until });
}

/** After a fault another attempt is worth it, some times: it counts like a worker that died. */
async function tryElsewhere(
  world: World,
  { lease, error }: { lease: RunLease; error: unknown },
): Promise<ImportResult> {
  world.log.error({ error, runId: lease.run.id }, 'a run met an unexpected error and will be tried again');
  return letGo(world, { lease, until: new Date(world.now().getTime() + RETRY_AFTER_FAULT_MS) });
}

async function letGo(
  world: World,
  { lease, until }: { lease: RunLease; until: Date },
): Promise<ImportResult> {
  const { projectId, id } = lease.run;
  await world.store.runs.handBack(projectId, id, { owner: ownerOf(lease.run), resumeAt: until });
  // Who asked for the end of a run that was still held leaves it to the holder.
  const run = await world.store.runs.get(projectId, id);
  return { kind: 'waiting', until: run?.isCancelRequested ? world.now() : until };
}

/** A site that says when to come back is not asked before. */
function notBefore(world: World, { extra }: InletError): { notBefore?: Date } {
  const { retryAfterMs } = extra;
  return typeof retryAfterMs === 'number'
    ? { notBefore: new Date(world.now().getTime() + retryAfterMs) }
    : {};
}
