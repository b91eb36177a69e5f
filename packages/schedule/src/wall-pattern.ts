import { DAY, dayOfWall, MINUTE, MINUTES_PER_DAY } from './civil.js';

/** The days on which something runs. */
export interface DayPattern {
  /** The first day of the pattern that is `from` or later; null when none is left. */
  nextDay(from: number): number | null;
}

/** Times of the day, on certain days, as the clocks on the wall show them. */
export interface WallPattern extends DayPattern {
  /** Minutes since midnight, ascending, at least one. */
  readonly times: readonly number[];
}

/** The first wall time of the pattern after `wall`; null when none is left. */
export function nextWall({ times, nextDay }: WallPattern, wall: number): number | null {
  const today = dayOfWall(wall);
  const minute = (wall - today * DAY) / MINUTE;
  const later = times.find((time) => time > minute);
  if (later !== undefined && nextDay(today) === today) return today * DAY + later * MINUTE;
  const day = nextDay(today + 1);
  return day === null ? null : day * DAY + times[0]! * MINUTE;
}

/** Every day has the pattern. */
export const DAILY: DayPattern = { nextDay: (from) => from };

/** The minutes of a day that begin with 0 and are `step` apart. */
export const timesEvery = (step: number): number[] =>
  Array.from({ length: MINUTES_PER_DAY / step }, (_, index) => index * step);

/** True when some time of the pattern lies in each of the 24 hours. */
export const runsEveryHour = ({ times }: WallPattern) =>
  new Set(times.map((time) => Math.floor(time / 60))).size === 24;
