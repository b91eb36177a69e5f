/** A date with an optional time, exactly as written and not converted. */
export interface Moment {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  readonly time?: TimeOfDay;
}

export interface TimeOfDay {
  /** 24 is the end of the day, as in ISO 8601. */
  readonly hour: number;
  readonly minute: number;
  /** 60 in a leap second. */
  readonly second: number;
  readonly millisecond: number;
  /** East of Greenwich; undefined if the text has no zone. */
  readonly offsetMinutes?: number;
}

/** Why a text is not a date. */
export type DateFault = 'not_a_date' | 'no_such_day' | 'no_such_time' | 'unknown_zone' | 'ambiguous';

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const isLeapYear = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

/** Whether the (proleptic Gregorian) calendar has this day; years 1 to 9999. */
export function isRealDay(year: number, month: number, day: number): boolean {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return false;
  return day <= (month === 2 && isLeapYear(year) ? 29 : (DAYS[month - 1] ?? 0));
}

/** Years of two digits by RFC 2822, section 4.3: 00 to 49 are 2000 to 2049, 50 to 99 are 1950 to 1999. */
export const widenYear = (year: number): number => (year < 50 ? 2000 + year : 1900 + year);

const DAY_MS = 86_400_000;

/**
 * Days since 1970, several times faster than Date: years begin in March, so that the leap day comes last. From Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms"; years 0 and later.
 */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** Milliseconds since 1970 of a wall clock, as if it showed UTC. */
export function wallClockMs({ year, month, day, time }: Moment): number {
  const midnight = daysSinceEpoch(year, month, day) * DAY_MS;
  if (!time) return midnight;
  return midnight + ((time.hour * 60 + time.minute) * 60 + time.second) * 1000 + time.millisecond;
}

/** The inverse of `wallClockMs`. */
export function momentOfWallClock(wallMs: number): Moment & { readonly time: TimeOfDay } {
  const days = Math.floor(wallMs / DAY_MS);
  const ms = wallMs - days * DAY_MS;
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const leaps = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month < 3 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
    time: {
      hour: Math.floor(ms / 3_600_000),
      minute: Math.floor(ms / 60_000) % 60,
      second: Math.floor(ms / 1000) % 60,
      millisecond: ms % 1000,
    },
  };
}
