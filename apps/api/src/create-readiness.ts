import { InletError } from '@inlet/contracts';
import type { Context } from '@inlet/workflow';

/** Whether this process can do its work. */
export interface Readiness {
  /** Throws `unavailable` with what is missing: the database, the queue, or that the process is stopping. */
  check(): Promise<void>;
}

/** Ready while the database answers and the queue runs, until `stop` is called. */
export function createReadiness(options: {
  context: Pick<Context, 'store'>;
  isQueueRunning: () => boolean;
}): Readiness & { stop(): void } {
  let isStopping = false;
  return {
    stop: () => {
      isStopping = true;
    },
    check: async () => {
      if (isStopping) throw new InletError('unavailable', { detail: 'This process is stopping.' });
      if (!options.isQueueRunning())
        throw new InletError('unavailable', { detail: 'The queue takes no work.' });
      await options.context.store.ping();
    },
  };
}
