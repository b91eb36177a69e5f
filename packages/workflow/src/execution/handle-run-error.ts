import { type ErrorCode, InletError, summarize } from '@inlet/contracts';
import { readFinalCounts } from '../outbox/run-counts.js';
import type { Context } from '../ports/context.js';
import { jobRef, type Run } from '../ports/model.js';
import { isStoreFault } from '../ports/store.js';
import { pausesJob } from './end-active-run.js';
import type { Execution, ImportResult } from './execution.js';
import { finishRun } from './finish-run.js';
import { requeueRun } from './requeue-run.js';
import { retractsOfStopped } from './retract-rows.js';
import { retryFetchAt } from './retry-fetch.js';
import { RunStopped } from './run-lease.js';

const RETRY_AFTER_FAULT_MS = 15_000;

/** Requeues a run that met an error, or ends it as cancelled, not started or failed. Throws only `RunStopped` for a lost lease. */
export async function handleRunError(
  context: Context,
  { error: thrown, ...execution }: Execution & { readonly error: unknown },
): Promise<ImportResult> {
  const { lease, job } = execution;
  const error = lease.signal.aborted ? lease.signal.reason : thrown;
  if (error instanceof RunStopped && error.reason === 'lost') throw error;
  if (error instanceof RunStopped && error.reason === 'stopping')
    return requeueRun(context, { lease, until: context.now() });
  if (lease.run.ending || isFault(error)) {
    context.log.error({ error: thrown, runId: lease.run.id }, 'requeued a run after an unexpected error');
    const until = new Date(context.now().getTime() + RETRY_AFTER_FAULT_MS);
    return requeueRun(context, { lease, until, isFault: true });
  }

  const failure = error instanceof RunStopped ? new InletError('run_cancelled') : error;
  const current = (await context.store.jobs.get(jobRef(job))) ?? job;
  const retryAt = retryFetchAt(context, { failure, run: lease.run, job: current });
  if (retryAt) {
    const failedFetches = lease.run.failedFetches + 1;
    lease.note({ phase: 'waiting', failedFetches, error: summarize(failure) });
    return requeueRun(context, { lease, until: retryAt });
  }
  return endWithFailure(context, { ...execution, failure });
}

/** Says nothing about the run: the database is away or full, or the error is not in the error table. */
const isFault = (error: unknown): boolean =>
  !(error instanceof RunStopped) && (!(error instanceof InletError) || isStoreFault(error));

async function endWithFailure(
  context: Context,
  { failure, ...execution }: Execution & { readonly failure: InletError },
): Promise<ImportResult> {
  const outcome = outcomeOfFailure(execution.lease.run, failure);
  const error = summarize(outcome === 'not_started' ? withAdvice(failure) : failure);
  const counts = await readFinalCounts(context, execution.lease.run);
  const retracts = retractsOfStopped(execution.lease.run, counts);
  const ending = { outcome, counts, error, retracts, mustPause: pausesJob(error) };
  const ended = await finishRun(context, { ...execution, ending });
  return { ...ended, notBefore: notBefore(context, failure) };
}

/** Errors of a template that is gone, or that no longer allows the job. */
const NOT_STARTED: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'template_not_found',
  'template_no_destination',
  'destination_needs_server',
  'source_kind_not_allowed',
]);

function outcomeOfFailure({ phase }: Run, { code }: InletError): 'cancelled' | 'not_started' | 'failed' {
  if (code === 'run_cancelled') return 'cancelled';
  const isIngested = phase !== 'waiting' && phase !== 'ingest';
  return NOT_STARTED.has(code) && !isIngested ? 'not_started' : 'failed';
}

/** Users of the widget see the error, and cannot change a template. */
function withAdvice({ code, detail = '' }: InletError): InletError {
  const advice = 'Only the application that this import belongs to can change this.';
  return new InletError(code, { detail: `${detail} ${advice}`.trim() });
}

/** The time before which the source does not want to be fetched again, if it named one. */
function notBefore(context: Context, { extra }: InletError): Date | undefined {
  const { retryAfterMs } = extra;
  return typeof retryAfterMs === 'number' ? new Date(context.now().getTime() + retryAfterMs) : undefined;
}
