import { fakeClock } from '@inlet/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchPace } from './watch-pace.js';

describe('watchPace', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const watch = () => {
    const clock = fakeClock();
    const onTooSlow = vi.fn<() => void>();
    const pace = watchPace({ minBytesPerSecond: 100, windowMs: 10_000, now: clock.nowMs, onTooSlow });
    const pass = (ms: number): void => {
      // The clock and the timers advance together, so that a timer sees the time at which it fires.
      for (let passed = 0; passed < ms; passed += 1) {
        clock.advance(1);
        vi.advanceTimersByTime(1);
      }
    };
    const receiveAfter = (ms: number, bytes: number): void => {
      pace.startWaiting();
      pass(ms);
      pace.stopWaiting();
      pace.count(bytes);
    };
    return { pace, pass, receiveAfter, onTooSlow };
  };

  it('measures the rate over each window of waiting, not over single gaps', () => {
    const { receiveAfter, onTooSlow } = watch();
    for (let second = 0; second < 60; second += 3) receiveAfter(3000, 350);
    expect(onTooSlow).not.toHaveBeenCalled();
    for (let second = 0; second < 21; second += 3) receiveAfter(3000, 250);
    expect(onTooSlow).toHaveBeenCalled();
  });

  it('reports a stream that sends nothing once a whole window has passed', () => {
    const { pace, pass, receiveAfter, onTooSlow } = watch();
    receiveAfter(9000, 1_000_000);
    pace.startWaiting();
    pass(1000);
    pass(9999);
    expect(onTooSlow).not.toHaveBeenCalled();
    pass(1);
    expect(onTooSlow).toHaveBeenCalledTimes(1);
  });

  it('ignores the time that the reader takes', () => {
    const { pass, receiveAfter, onTooSlow } = watch();
    for (let chunk = 0; chunk < 10; chunk += 1) {
      receiveAfter(10, 1);
      pass(60_000);
    }
    expect(onTooSlow).not.toHaveBeenCalled();
  });
});
