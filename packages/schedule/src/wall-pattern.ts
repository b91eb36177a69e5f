import { DAY, dayOfWall, MINUTE, MINUTES_PER_DAY } from './civil.js';

/** A pattern of days. */
export interface DayPattern {
  /** The first day of the pattern that is `from` or later; null after the last one. */
  nextDay(from: number): number | null;
}

/** Times of the day on the days of a pattern, as wall time. */
export interface WallPattern extends DayPattern {
  /** Minutes since midnight, ascending, at least one. */
  readonly times: readonly number[];
}

/** The first wall time of the pattern after `wall`; null after the last one. */
export function nextWall({ times, nextDay }: WallPattern, wall: number): number | null {
  const today = dayOfWall(wall);
  const minute = (wall - today * DAY) / MINUTE;
  const later = times.find((time) => time > minute);
  if (later !== undefined && nextDay(today) === today) return today * DAY + later * MINUTE;
  const day = nextDay(today + 1);
  return day === null ? null : day * DAY + times[0]! * MINUTE;
}

/** Every day. */
export const DAILY: DayPattern = { nextDay: (from) => from };

/** The minutes of a day from 0 in steps of `step`. */
export const timesEvery = (step: number): number[] =>
  Array.from({ length: MINUTES_PER_DAY / step }, (_, index) => index * step);

/** Whether the pattern has a time in each of the 24 hours. */
export const runsEveryHour = ({ times }: WallPattern) =>
  new Set(times.map((time) => Math.floor(time / 60))).size === 24;
