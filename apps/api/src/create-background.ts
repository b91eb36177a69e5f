import type { Background, Log } from '@inlet/workflow';

/** Runs background work until the process stops. */
export interface ProcessBackground extends Background {
  /** Asks all work to stop, and waits until it has. */
  stop(): Promise<void>;
}

export function createBackground(log: Log): ProcessBackground {
  const working = new Map<string, Promise<void>>();
  const stopping = new AbortController();
  return {
    start(name, work) {
      if (working.has(name) || stopping.signal.aborted) return;
      const done = work(stopping.signal)
        .catch((error: unknown) => {
          if (!stopping.signal.aborted) log.error({ error, work: name }, 'background work failed');
        })
        .finally(() => working.delete(name));
      working.set(name, done);
    },
    async stop() {
      stopping.abort();
      await Promise.all(working.values());
    },
  };
}
