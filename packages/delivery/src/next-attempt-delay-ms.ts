const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Before the second attempt, the third, and so on: about a day in all. */
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

/** Each delay is longer or shorter by up to this share, so that deliveries which failed together do not come back together. */
const JITTER = 0.2;

/**
 * How long to wait after a failed attempt; null to give up. `attemptsMade` counts from 1. `random` gives a number
 * from 0 up to 1. A `Retry-After` can only make it longer, or a receiver could use up the attempts within seconds.
 */
export function nextAttemptDelayMs(
  attemptsMade: number,
  options: { random: () => number; retryAfterMs?: number | null },
): number | null {
  const delayMs = DELAYS_MS[attemptsMade - 1];
  if (delayMs === undefined) return null;
  const jittered = Math.round(delayMs * (1 - JITTER + 2 * JITTER * options.random()));
  return Math.max(jittered, options.retryAfterMs ?? 0);
}
