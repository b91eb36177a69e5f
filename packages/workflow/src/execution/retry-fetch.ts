import type { ErrorCode, InletError } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import type { Job, Run } from '../ports/model.js';

const TRANSIENT = new Set<ErrorCode>([
  'source_dns_failed',
  'source_refused',
  'source_unreachable',
  'source_timeout',
  'source_too_slow',
  'source_rate_limited',
  'source_server_error',
  'source_interrupted',
]);

const DELAYS_MS = [60_000, 300_000, 900_000];

export interface FailedFetch {
  readonly failure: InletError;
  readonly run: Run;
  readonly job: Job;
}

/**
 * When a scheduled run fetches again after a transient error of its source; null if it should not. It never does so
 * after the job's next tick, which fetches anyway.
 */
export function retryFetchAt(context: Context, { failure, run, job }: FailedFetch): Date | null {
  const delayMs = DELAYS_MS[run.failedFetches];
  if (run.trigger !== 'schedule' || !TRANSIENT.has(failure.code) || delayMs === undefined) return null;
  const { retryAfterMs } = failure.extra;
  const waitMs = typeof retryAfterMs === 'number' ? Math.max(delayMs, retryAfterMs) : delayMs;
  const at = new Date(context.now().getTime() + waitMs);
  return job.nextRunAt && at < job.nextRunAt ? at : null;
}
