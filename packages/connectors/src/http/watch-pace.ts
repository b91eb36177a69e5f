export interface PaceOptions {
  readonly minBytesPerSecond: number;
  readonly windowMs: number;
  readonly now: () => number;
  readonly onTooSlow: () => void;
}

export interface PaceWatch {
  /** From here on the other side is waited for. */
  readonly wait: () => void;
  /** It answered, or failed. */
  readonly rest: () => void;
  /** What came, in bytes. */
  readonly count: (bytes: number) => void;
}

/**
 * Judges the pace of a stream over each window of time spent waiting for it. Time that the reader takes does not
 * count, so that a busy reader does not make the other side look slow.
 */
export function watchPace({ minBytesPerSecond, windowMs, now, onTooSlow }: PaceOptions): PaceWatch {
  const fewest = (minBytesPerSecond * windowMs) / 1000;
  let timer: NodeJS.Timeout | undefined;
  let bytes = 0;
  let waitedMs = 0;
  let since = 0;
  const closeWindow = (): void => {
    if (bytes < fewest) onTooSlow();
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
    wait: () => {
      since = now();
      closeWindowAfter(windowMs - waitedMs);
    },
    rest: () => {
      clearTimeout(timer);
      waitedMs += now() - since;
    },
    count: (more) => {
      bytes += more;
      if (waitedMs >= windowMs) closeWindow();
    },
  };
}
