import type { Log } from '@inlet/workflow';

export interface StopOptions {
  readonly close: () => Promise<void>;
  readonly shutdownMs: number;
  readonly log: Log;
  readonly process: Pick<NodeJS.Process, 'on' | 'exit'>;
}

/** Time beyond the graceful stop for what hangs: then the process ends whatever it is doing. */
const HARD_STOP_MS = 5000;

/** SIGTERM and SIGINT stop gracefully; a second signal, or a stop that takes too long, ends the process at once. */
export function stopOnSignals({ close, shutdownMs, log, process }: StopOptions): void {
  let isStopping = false;
  const stop = async (signal: NodeJS.Signals) => {
    if (isStopping) return process.exit(1);
    isStopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => {
      log.error({}, 'the stop took too long');
      process.exit(1);
    }, shutdownMs + HARD_STOP_MS).unref();
    try {
      await close();
      log.info({}, 'stopped');
      process.exit(0);
    } catch (error) {
      log.error({ error }, 'the stop failed');
      process.exit(1);
    }
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
}
