const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Delays before the second attempt, the third, and so on. Together they take about a day. */
const DELAYS_MS = [
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  8 * HOUR,
  8 * HOUR,
];

/** Each delay varies by up to this share, so that deliveries which failed together are not retried together. */
const JITTER = 0.2;

export interface DelayOptions {
  /** Returns a number from 0 up to 1. */
  readonly random: () => number;
  /** How long the receiver asked to wait. */
  readonly retryAfterMs?: number | null | undefined;
}

/**
 * Returns how long to wait after a failed attempt; null to give up. `attemptsMade` counts from 1. `retryAfterMs` can
 * only make the delay longer: otherwise a receiver could use up all attempts within seconds.
 */
export function nextAttemptDelayMs(attemptsMade: number, options: DelayOptions): number | null {
  const delayMs = DELAYS_MS[attemptsMade - 1];
  if (delayMs === undefined) return null;
  const jittered = Math.round(delayMs * (1 - JITTER + 2 * JITTER * options.random()));
  return Math.max(jittered, options.retryAfterMs ?? 0);
}
