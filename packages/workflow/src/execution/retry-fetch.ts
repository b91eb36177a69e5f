import type { ErrorCode, InletError } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import type { Job, Run } from '../ports/model.js';

/** Faults of a source that may pass by themselves. */
const PASSING = new Set<ErrorCode>([
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

/**
 * When a scheduled run should fetch again after a fault that may pass: only if that is before the job's next
 * tick, which would try anyway. Null when it should not.
 */
export function retryFetchAt(
  context: Context,
  { failure, run, job }: { failure: InletError; run: Run; job: Job },
): Date | null {
  const delayMs = DELAYS_MS[run.failedFetches];
  if (run.trigger !== 'schedule' || !PASSING.has(failure.code) || delayMs === undefined) return null;
  const { retryAfterMs } = failure.extra;
  const waitMs = typeof retryAfterMs === 'number' ? Math.max(delayMs, retryAfterMs) : delayMs;
  const at = new Date(context.now().getTime() + waitMs);
  return job.nextRunAt && at < job.nextRunAt ? at : null;
}
