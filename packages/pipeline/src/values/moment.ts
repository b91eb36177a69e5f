/** A date, with a time where one was written, exactly as the text says it: nothing is converted yet. */
export interface Moment {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  readonly time?: TimeOfDay;
}

export interface TimeOfDay {
  /** 24 (with nothing after it) is the end of the day, as in ISO 8601. */
  readonly hour: number;
  readonly minute: number;
  /** 60 in a leap second. */
  readonly second: number;
  readonly millisecond: number;
  /** East of Greenwich; undefined where the text names no zone. */
  readonly offsetMinutes?: number;
}

/** Why a text is no date. */
export type DateFault = 'not_a_date' | 'no_such_day' | 'no_such_time' | 'unknown_zone' | 'ambiguous';

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const isLeapYear = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

/** Whether the (proleptic Gregorian) calendar has this day; years 1 to 9999. */
export function isRealDay(year: number, month: number, day: number): boolean {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return false;
  return day <= (month === 2 && isLeapYear(year) ? 29 : (DAYS[month - 1] ?? 0));
}

/** Years of two digits as RFC 2822, section 4.3, reads them: 00 to 49 are 2000 to 2049, 50 to 99 are 1950 to 1999. */
export const widenYear = (year: number): number => (year < 50 ? 2000 + year : 1900 + year);

/** Milliseconds since 1970 of the wall clock, as if it hung in Greenwich. */
export function wallClockMs({ year, month, day, time }: Moment): number {
  // Date.UTC takes the years 0 to 99 for 1900 to 1999.
  const midnight = new Date(0).setUTCFullYear(year, month - 1, day);
  if (!time) return midnight;
  return midnight + ((time.hour * 60 + time.minute) * 60 + time.second) * 1000 + time.millisecond;
}

export function momentOfWallClock(wallMs: number): Moment & { readonly time: TimeOfDay } {
  const date = new Date(wallMs);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    time: {
      hour: date.getUTCHours(),
      minute: date.getUTCMinutes(),
      second: date.getUTCSeconds(),
      millisecond: date.getUTCMilliseconds(),
    },
  };
}
