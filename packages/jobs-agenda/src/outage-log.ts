import type { Log } from '@inlet/workflow';

/** Logs that the database cannot be reached: when that begins, once a minute while it lasts, and when it is over. */
export interface OutageLog {
  /** Returns the result of a call to the database, and notes whether it failed. */
  watch<Result>(call: () => Promise<Result>): Promise<Result>;
  /** Whether `watch` has already handled this error. */
  knows(error: unknown): boolean;
}

const REMIND_MS = 60_000;

/** Each kind looks for work every second: a line for each failure would bury all other lines. */
export function createOutageLog({ log, now }: { log: Log; now: () => Date }): OutageLog {
  const known = new WeakSet<object>();
  let awaySince: number | null = null;
  let loggedAt = 0;
  let failures = 0;

  const logOutage = (error: unknown, at: number) => {
    const reason = error instanceof Error ? error.message : String(error);
    const seconds = Math.round((at - (awaySince ?? at)) / 1000);
    log.error({ reason, seconds }, 'cannot take work: the database does not answer');
    loggedAt = at;
  };
  const failed = (error: unknown) => {
    if (typeof error === 'object' && error !== null) known.add(error);
    failures += 1;
    const at = now().getTime();
    const isFirst = awaySince === null;
    awaySince ??= at;
    if (isFirst || at - loggedAt >= REMIND_MS) logOutage(error, at);
  };
  const succeeded = () => {
    if (awaySince === null) return;
    const seconds = Math.round((now().getTime() - awaySince) / 1000);
    awaySince = null;
    log.info({ seconds }, 'the database answers again');
  };
  return {
    async watch(call) {
      const failuresBefore = failures;
      try {
        const result = await call();
        // A call that began before the last failure does not prove that the database is back.
        if (failures === failuresBefore) succeeded();
        return result;
      } catch (error) {
        failed(error);
        throw error;
      }
    },
    knows: (error) => typeof error === 'object' && error !== null && known.has(error),
  };
}
