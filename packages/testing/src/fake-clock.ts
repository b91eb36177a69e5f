/** A clock that stands still until it is moved. */
export interface FakeClock {
  readonly now: () => Date;
  /** The same in milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Moves on and returns the new time. */
  readonly advance: (ms: number) => Date;
  readonly set: (time: Date | string) => void;
}

/** A clock for tests. Takes the first instant as a date or ISO 8601 text. */
export function fakeClock(start: Date | string = '2026-01-05T09:00:00.000Z'): FakeClock {
  let time = toMs(start);
  return {
    now: () => new Date(time),
    nowMs: () => time,
    advance: (ms) => {
      time += ms;
      return new Date(time);
    },
    set: (next) => {
      time = toMs(next);
    },
  };
}

function toMs(time: Date | string): number {
  const ms = new Date(time).getTime();
  if (Number.isNaN(ms)) throw new Error(`Not a time: ${String(time)}`);
  return ms;
}
