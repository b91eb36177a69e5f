/** Work of this process that no request waits for. It ends, or stops in good order, before the process does. */
export interface Background {
  /** Starts the work unless work of this name is in progress. A failure is logged. */
  start(name: string, work: (signal: AbortSignal) => Promise<void>): void;
}
