import { seededRandom } from '@inlet/testing';
import { describe, expect, it } from 'vitest';
import { nextAttemptDelayMs } from './next-attempt-delay-ms.js';

const middle = { random: () => 0.5 };

describe('nextAttemptDelayMs', () => {
  it('returns growing delays for about a day and then null', () => {
    const seconds = Array.from({ length: 11 }, (_, i) => nextAttemptDelayMs(i + 1, middle)).map(
      (ms) => ms && ms / 1000,
    );
    expect(seconds).toEqual([5, 30, 120, 600, 1800, 3600, 7200, 14_400, 28_800, 28_800, null]);
    expect(seconds.reduce<number>((sum, each) => sum + (each ?? 0), 0)).toBe(85_355);
  });

  it('varies each delay by up to a fifth', () => {
    const random = seededRandom(3).next;
    const delays = Array.from({ length: 500 }, () => nextAttemptDelayMs(2, { random }) ?? 0);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(24_000);
    expect(Math.max(...delays)).toBeLessThanOrEqual(36_000);
    expect(new Set(delays).size).toBeGreaterThan(400);
  });

  it('waits longer if the receiver asks for it, but not shorter', () => {
    expect(nextAttemptDelayMs(1, { ...middle, retryAfterMs: 60_000 })).toBe(60_000);
    expect(nextAttemptDelayMs(1, { ...middle, retryAfterMs: 1000 })).toBe(5000);
    expect(nextAttemptDelayMs(1, { ...middle, retryAfterMs: null })).toBe(5000);
    expect(nextAttemptDelayMs(11, { ...middle, retryAfterMs: 60_000 })).toBeNull();
  });
});
