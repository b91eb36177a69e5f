import type { Log } from '@inlet/workflow';

export interface StopOptions {
  readonly close: () => Promise<void>;
  readonly shutdownMs: number;
  readonly log: Log;
  readonly process: Pick<NodeJS.Process, 'on' | 'exit'>;
}

/** Extra time after the graceful stop; then the process exits even if something hangs. */
const HARD_STOP_MS = 5000;

/** A terminal and the program that started this one may both pass on the same Ctrl+C. */
const SAME_SIGNAL_MS = 1000;

/** Stops gracefully on SIGTERM and SIGINT; exits at once on a second signal or if the stop takes too long. */
export function stopOnSignals({ close, shutdownMs, log, process }: StopOptions): void {
  let stoppingSince: number | undefined;
  const stop = async (signal: NodeJS.Signals) => {
    if (stoppingSince !== undefined) {
      const isSamePress = signal === 'SIGINT' && performance.now() - stoppingSince < SAME_SIGNAL_MS;
      if (!isSamePress) process.exit(1);
      return;
    }
    stoppingSince = performance.now();
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
