/** Stops a request for the first of several reasons: the caller's signal, a time limit, or a call of `stop`. */
export interface Stopper {
  /** Aborted with the reason. */
  readonly signal: AbortSignal;
  readonly stop: (reason: unknown) => void;
  /** Stops after some time, unless the returned function is called first. */
  readonly stopAfter: (ms: number, reason: () => Error) => () => void;
  /** Clears all timers and listeners. */
  readonly dispose: () => void;
}

/** Creates a stopper that also stops when `signal` is aborted, with the signal's reason. */
export function createStopper(signal?: AbortSignal): Stopper {
  const controller = new AbortController();
  const timers = new Set<NodeJS.Timeout>();
  const follow = (): void => controller.abort(signal?.reason);
  if (signal?.aborted) follow();
  signal?.addEventListener('abort', follow, { once: true });

  return {
    signal: controller.signal,
    stop: (reason) => controller.abort(reason),
    stopAfter: (ms, reason) => {
      const timer = setTimeout(() => controller.abort(reason()), ms);
      timers.add(timer);
      return () => {
        clearTimeout(timer);
        timers.delete(timer);
      };
    },
    dispose: () => {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      signal?.removeEventListener('abort', follow);
    },
  };
}
