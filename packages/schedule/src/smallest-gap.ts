import { dayOfWall, MINUTE, MINUTES_PER_DAY } from './civil.js';
import type { Recurrence } from './recurrence.js';
import type { DayPattern } from './wall-pattern.js';

/** Enough for every combination of weekday and day of the month, and for a leap day. */
const SAMPLED_DAYS = 400;

/**
 * The smallest number of minutes between two ticks in wall time, in which every day has 24 hours, even if clocks are
 * set forward. Infinity for at most one tick.
 * @param from the wall time at which to begin, in milliseconds
 */
export function smallestGap(recurrence: Recurrence, from: number): number {
  if (recurrence.kind === 'elapsed') return recurrence.step / MINUTE;
  const { pattern } = recurrence;
  const { times } = pattern;
  const withinDay = times.slice(1).map((time, index) => time - times[index]!);
  const overNight = smallestDayGap(pattern, dayOfWall(from)) * MINUTES_PER_DAY + times[0]! - times.at(-1)!;
  return Math.min(overNight, ...withinDay);
}

function smallestDayGap(pattern: DayPattern, from: number): number {
  let smallest = Number.POSITIVE_INFINITY;
  let day = pattern.nextDay(from);
  for (let seen = 0; day !== null && smallest > 1 && seen < SAMPLED_DAYS; seen += 1) {
    const next = pattern.nextDay(day + 1);
    if (next !== null) smallest = Math.min(smallest, next - day);
    day = next;
  }
  return smallest;
}
