import type { Log } from '@inlet/workflow';

export interface StopOptions {
  readonly close: () => Promise<void>;
  readonly shutdownMs: number;
  readonly log: Log;
  readonly process: Pick<NodeJS.Process, 'on' | 'exit'>;
}

/** Extra time after the graceful stop; then the process exits even if something hangs. */
const HARD_STOP_MS = 5000;

/** Stops gracefully on SIGTERM and SIGINT; exits at once on a second signal or if the stop takes too long. */
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
