import { describe, expect, it } from 'vitest';
import { type After, throttle } from './throttle.js';

function throttled() {
  const told: number[] = [];
  const pauses: number[] = [];
  let then: (() => void) | undefined;
  const after: After = (ms, call) => {
    pauses.push(ms);
    then = call;
    return () => {
      then = undefined;
    };
  };
  const { call, stop } = throttle((value: number) => told.push(value), { everyMs: 100, after });
  const pass = () => {
    const call = then;
    then = undefined;
    call?.();
  };
  return { told, pauses, call, stop, pass, isPending: () => then !== undefined };
}

describe('throttle', () => {
  it('tells the first value at once, and of those that come too soon the newest, later', () => {
    const { told, pauses, call, pass } = throttled();
    call(1);
    expect(told).toEqual([1]);
    call(2);
    call(3);
    expect(told).toEqual([1]);
    pass();
    expect(told).toEqual([1, 3]);
    expect(pauses).toEqual([100, 100]);
  });

  it('is at rest after a pause without a value, and then tells at once again', () => {
    const { told, call, pass, isPending } = throttled();
    call(1);
    pass();
    expect(isPending()).toBe(false);
    call(2);
    expect(told).toEqual([1, 2]);
  });

  it('tells nothing more once it is stopped', () => {
    const { told, call, stop, pass } = throttled();
    call(1);
    call(2);
    stop();
    pass();
    expect(told).toEqual([1]);
  });
});
