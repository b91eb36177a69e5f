/** Wakes the one who waits for a change. */
export interface Bell {
  /** Resolves at the next ring; who is woken looks whether it was what they wait for. */
  rings(): Promise<void>;
  ring(): void;
}

export function createBell(): Bell {
  let wake = () => {};
  return {
    rings: () =>
      new Promise((resolve) => {
        wake = resolve;
      }),
    ring: () => wake(),
  };
}
