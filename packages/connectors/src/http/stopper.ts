/** One reason to stop, from whichever side it comes first: the caller, a time limit, the body itself. */
export interface Stopper {
  /** Aborted with the reason. */
  readonly signal: AbortSignal;
  readonly stop: (reason: unknown) => void;
  /** Stops after some time unless the returned function is called before. */
  readonly stopAfter: (ms: number, reason: () => Error) => () => void;
  /** Clears what is left of timers and listeners. */
  readonly release: () => void;
}

/** Follows `signal`, with the caller's own reason. */
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
    release: () => {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      signal?.removeEventListener('abort', follow);
    },
  };
}
