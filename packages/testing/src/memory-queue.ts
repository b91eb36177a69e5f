import type { DeliveryRef, Due, JobQueue, RunRef, TickWork, WorkHandlers, WorkResult } from '@inlet/workflow';

/** A queue in memory; the test decides when its work is done. */
export interface MemoryQueue extends JobQueue {
  /** When each entry is due, by `tick JOB`, `run RUN` and `delivery DELIVERY`. */
  readonly dueTimes: ReadonlyMap<string, Date>;
  /** Passes all work that is due at `now()` to the handlers, one after the other, and the work that follows from it. */
  readonly runDue: (handlers: WorkHandlers, now: () => Date) => Promise<void>;
}

interface Entry {
  readonly at: Date;
  readonly handle: (handlers: WorkHandlers) => Promise<WorkResult>;
}

export function createMemoryQueue(): MemoryQueue {
  const entries = new Map<string, Entry>();
  const options = { signal: new AbortController().signal };
  const nextDue = (now: Date) => [...entries].find(([, { at }]) => at <= now);
  return {
    get dueTimes() {
      return new Map([...entries].map(([key, { at }]) => [key, at]));
    },
    async setTick({ at, ...work }: Due<TickWork>) {
      entries.set(`tick ${work.jobId}`, { at, handle: (handlers) => handlers.tick(work, options) });
    },
    async disableTick(jobId) {
      entries.delete(`tick ${jobId}`);
    },
    async removeTick(jobId) {
      entries.delete(`tick ${jobId}`);
    },
    async setRun({ at, ...work }: Due<RunRef>) {
      entries.set(`run ${work.runId}`, { at, handle: (handlers) => handlers.run(work, options) });
    },
    async setDelivery({ at, ...work }: Due<DeliveryRef>) {
      const handle = (handlers: WorkHandlers) => handlers.delivery(work, options);
      entries.set(`delivery ${work.deliveryId}`, { at, handle });
    },
    async runDue(handlers, now) {
      for (let due = nextDue(now()); due; due = nextDue(now())) {
        const [key, { handle }] = due;
        entries.delete(key);
        const result = await handle(handlers);
        if (result && !entries.has(key)) entries.set(key, { at: result.againAt, handle });
      }
    },
  };
}
