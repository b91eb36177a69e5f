/** Calls `then` after some time, unless the returned function is called before. */
export type After = (ms: number, then: () => void) => () => void;

const afterTimeout: After = (ms, then) => {
  const timer = setTimeout(then, ms);
  return () => clearTimeout(timer);
};

export interface Throttled<Value> {
  readonly call: (value: Value) => void;
  /** Drops a value that was not passed on yet. */
  readonly stop: () => void;
}

/**
 * Passes on the first value at once, then the newest one at the end of each `everyMs` in which there was a new one.
 */
export function throttle<Value>(
  tell: (value: Value) => void,
  { everyMs, after = afterTimeout }: { everyMs: number; after?: After },
): Throttled<Value> {
  let waiting: { readonly value: Value } | undefined;
  let stop: (() => void) | undefined;
  const pause = (): void => {
    stop = after(everyMs, () => {
      stop = undefined;
      if (waiting !== undefined) tellNow(waiting.value);
    });
  };
  const tellNow = (value: Value): void => {
    waiting = undefined;
    pause();
    tell(value);
  };
  return {
    call: (value) => {
      if (stop === undefined) tellNow(value);
      else waiting = { value };
    },
    stop: () => stop?.(),
  };
}
