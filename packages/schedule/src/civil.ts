import type { Weekday } from '@inlet/contracts';

/**
 * Dates without zones. A *wall* is a wall time, as the milliseconds since 1970 of a clock in UTC that shows the same; a
 * *day* is the number of days since 1970-01-01; a *month* is year * 12 + month (January is 0).
 */
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const MINUTES_PER_DAY = 1440;

/** Nothing runs after the year 9999, the last one with four digits in ISO 8601. */
export const LAST_WALL = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
export const LAST_MONTH = 9999 * 12 + 11;

/** After 400 years the calendar repeats with the same weekdays. */
export const MONTHS_OF_CALENDAR = 400 * 12;

export const dayOfWall = (wall: number) => Math.floor(wall / DAY);

/** From Monday. Repeated here so that browsers that show schedules do not load the schemas. */
export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const satisfies readonly Weekday[];

/** 0 is Monday. */
export const weekdayOfDay = (day: number) => modulo(day + 3, 7);

/** Weeks begin on Monday (RFC 5545, WKST=MO). */
export const weekOfDay = (day: number) => Math.floor((day + 3) / 7);
export const firstDayOfWeek = (week: number) => week * 7 - 3;

export function monthOfDay(day: number): number {
  const date = new Date(day * DAY);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

export function firstDayOfMonth(month: number): number {
  // Date.UTC reads the years 0 to 99 as 1900 to 1999.
  const date = new Date(0);
  return date.setUTCFullYear(Math.floor(month / 12), modulo(month, 12), 1) / DAY;
}

export const daysInMonth = (month: number) => firstDayOfMonth(month + 1) - firstDayOfMonth(month);

/** Remainder that is never negative. */
export const modulo = (value: number, divisor: number) => ((value % divisor) + divisor) % divisor;

/** `HH:mm` as minutes since midnight. */
export const minuteOfDay = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

/** Minutes since midnight as `HH:mm`. */
export const timeText = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
