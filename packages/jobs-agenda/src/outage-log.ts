import type { Log } from '@inlet/workflow';

/** Tells of a database that is away: once at first, then now and then, and once when it is back. */
export interface OutageLog {
  /** The result of a call to the database, or its error, which is noted. */
  watch<Result>(call: () => Promise<Result>): Promise<Result>;
  /** Whether this error was told of, or left out on purpose. */
  knows(error: unknown): boolean;
}

const REMIND_MS = 60_000;

/** Work is looked for every second by each kind: a line for each failure would bury all other lines. */
export function createOutageLog({ log, now }: { log: Log; now: () => Date }): OutageLog {
  const known = new WeakSet<object>();
  let awaySince: number | null = null;
  let toldAt = 0;
  let failures = 0;

  const tell = (error: unknown, at: number) => {
    const reason = error instanceof Error ? error.message : String(error);
    const seconds = Math.round((at - (awaySince ?? at)) / 1000);
    log.error({ reason, seconds }, 'no work can be taken, as the database does not answer');
    toldAt = at;
  };
  const failed = (error: unknown) => {
    if (typeof error === 'object' && error !== null) known.add(error);
    failures += 1;
    const at = now().getTime();
    const isFirst = awaySince === null;
    awaySince ??= at;
    if (isFirst || at - toldAt >= REMIND_MS) tell(error, at);
  };
  const succeeded = () => {
    if (awaySince === null) return;
    const seconds = Math.round((now().getTime() - awaySince) / 1000);
    awaySince = null;
    log.info({ seconds }, 'the database answers again, and work is taken');
  };
  return {
    async watch(call) {
      const failuresBefore = failures;
      try {
        const result = await call();
        // The answer to a question from before the last failure does not say that the database is back.
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
