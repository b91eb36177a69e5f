import { InletError } from '@inlet/contracts';
import type { Context } from '@inlet/workflow';
import type { Readiness } from './routes/operations.js';

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
