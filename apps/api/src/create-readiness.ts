import { InletError } from '@inlet/contracts';
import type { Context } from '@inlet/workflow';
import type { DiskSpace } from './disk-space.js';

/** Why a process works with limits: `disk_full` refuses writes that add data, and all else continues. */
type DegradedReason = 'disk_full';

/** Whether this process can do its work. */
export interface Readiness {
  /**
   * Throws `unavailable` with what is missing: the database, the queue, or that the process is stopping. Returns the
   * limits of a process that can work.
   */
  check(): Promise<readonly DegradedReason[]>;
  /** Throws `unavailable` if this process can never work again. */
  checkHealth(): void;
}

export interface ReadinessOptions {
  readonly context: Pick<Context, 'store'>;
  readonly isQueueRunning: () => boolean;
  /** Whether the thread of the embedded database has ended. */
  readonly isDatabaseLost: () => boolean;
  /** Null if the data are elsewhere. */
  readonly diskSpace: DiskSpace | null;
}

/** Ready while the database answers and the queue runs, until `stop` is called. */
export function createReadiness(options: ReadinessOptions): Readiness & { stop(): void } {
  let isStopping = false;
  const checkHealth = () => {
    if (options.isDatabaseLost())
      throw new InletError('unavailable', { detail: 'The thread of the embedded database has ended.' });
  };
  return {
    stop: () => {
      isStopping = true;
    },
    checkHealth,
    check: async () => {
      if (isStopping) throw new InletError('unavailable', { detail: 'This process is stopping.' });
      checkHealth();
      if (!options.isQueueRunning())
        throw new InletError('unavailable', { detail: 'The queue takes no work.' });
      await options.context.store.ping();
      return options.diskSpace?.isFull() ? ['disk_full'] : [];
    },
  };
}
