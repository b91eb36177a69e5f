import { type Moment, momentOfWallClock, wallClockMs } from './moment.js';

export interface TimeZone {
  /**
   * The instant (ms since 1970) of a moment, by its offset, or in this zone without one. A local time that a clock
   * change skips moves forward by the gap; a repeated one means the first (Temporal's "compatible").
   */
  toInstant(moment: Moment): number;
  /** The wall clock of the zone, with its offset at that instant. */
  toMoment(instantMs: number): Moment;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** A century of days is 36,525. */
const MOST_DAYS_KEPT = 40_000;

const utc: TimeZone = {
  toInstant: (moment) => wallClockMs(moment) - (moment.time?.offsetMinutes ?? 0) * MINUTE_MS,
  toMoment: (instantMs) => withOffset(instantMs, 0),
};

function withOffset(instantMs: number, offsetMs: number): Moment {
  const moment = momentOfWallClock(instantMs + offsetMs);
  return { ...moment, time: { ...moment.time, offsetMinutes: offsetMs / MINUTE_MS } };
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Asks Intl, which takes some microseconds per call. Whole seconds. */
function askOffset(name: string): (instantMs: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (instantMs) => {
    const seconds = Math.floor(instantMs / 1000) * 1000;
    const part: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(seconds)) part[type] = Number(value);
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = part;
    const time = { hour, minute, second, millisecond: 0 };
    return wallClockMs({ year, month, day, time }) - seconds;
  };
}

/** Remembers the offset of days with a single one; asks each time only for days with a clock change. */
function rememberOffset(ask: (instantMs: number) => number): (instantMs: number) => number {
  const ofDay = new Map<number, number | 'changes'>();
  return (instantMs) => {
    const day = Math.floor(instantMs / DAY_MS);
    let known = ofDay.get(day);
    if (known === undefined) {
      if (ofDay.size >= MOST_DAYS_KEPT) ofDay.clear();
      const first = ask(day * DAY_MS);
      known = first === ask((day + 1) * DAY_MS - 1000) ? first : 'changes';
      ofDay.set(day, known);
    }
    return known === 'changes' ? ask(instantMs) : known;
  };
}

/** Opens a zone by its IANA name; throws a RangeError for an unknown one. Each zone keeps a bounded cache. */
export function openTimeZone(name: string): TimeZone {
  if (name === 'UTC') return utc;
  const offsetAt = rememberOffset(askOffset(name));
  const ofWallClock = (wallMs: number): number => {
    const before = offsetAt(wallMs - DAY_MS);
    const after = offsetAt(wallMs + DAY_MS);
    const first = wallMs - Math.max(before, after);
    if (first + offsetAt(first) === wallMs) return first;
    const second = wallMs - Math.min(before, after);
    if (second + offsetAt(second) === wallMs) return second;
    return wallMs - before;
  };
  return {
    toInstant: (moment) =>
      moment.time?.offsetMinutes === undefined ? ofWallClock(wallClockMs(moment)) : utc.toInstant(moment),
    toMoment: (instantMs) => withOffset(instantMs, offsetAt(instantMs)),
  };
}
