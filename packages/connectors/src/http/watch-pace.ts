export interface PaceOptions {
  readonly minBytesPerSecond: number;
  readonly windowMs: number;
  readonly now: () => number;
  readonly onTooSlow: () => void;
}

export interface PaceWatch {
  /** Call it before waiting for the sender. */
  readonly startWaiting: () => void;
  /** Call it when the sender has sent something or failed. */
  readonly stopWaiting: () => void;
  /** Adds received bytes. */
  readonly count: (bytes: number) => void;
}

/**
 * Measures the rate of a stream over each window of time spent waiting for it. The time that the reader takes does not
 * count, so that a busy reader does not make the sender look slow.
 */
export function watchPace({ minBytesPerSecond, windowMs, now, onTooSlow }: PaceOptions): PaceWatch {
  const minBytes = (minBytesPerSecond * windowMs) / 1000;
  let timer: NodeJS.Timeout | undefined;
  let bytes = 0;
  let waitedMs = 0;
  let since = 0;
  const closeWindow = (): void => {
    if (bytes < minBytes) onTooSlow();
    bytes = 0;
    waitedMs = 0;
    since = now();
  };
  const closeWindowAfter = (ms: number): void => {
    timer = setTimeout(() => {
      closeWindow();
      closeWindowAfter(windowMs);
    }, ms);
  };
  return {
    startWaiting: () => {
      since = now();
      closeWindowAfter(windowMs - waitedMs);
    },
    stopWaiting: () => {
      clearTimeout(timer);
      waitedMs += now() - since;
    },
    count: (more) => {
      bytes += more;
      if (waitedMs >= windowMs) closeWindow();
    },
  };
}
