import type { Schedule } from '@inlet/contracts';
import { LAST_WALL } from './civil.js';
import { nextInstant } from './next-instant.js';
import { recurrenceOf } from './recurrence.js';
import { openZone } from './zone.js';

export interface NextOptions {
  /** The result is strictly later than this. */
  readonly after: Date;
  /** The origin of "every N" for a schedule without `startsAt`: the time at which the job was created. */
  readonly anchor: Date;
}

/**
 * The next time of a schedule: after `after`, not before `startsAt`, not after `endsAt`. Its cost does not depend on the
 * age of the schedule.
 * @returns null if it never runs again
 * @throws InletError schedule_zone_unknown, schedule_cron_invalid
 */
export function nextTime(schedule: Schedule, options: NextOptions): Date | null {
  return nextTimes(schedule, { ...options, count: 1 })[0] ?? null;
}

/** The next `count` times, or fewer if the schedule ends. Errors as for `nextTime`. */
export function nextTimes(schedule: Schedule, options: NextOptions & { readonly count: number }): Date[] {
  const times: Date[] = [];
  const next = openTicks(schedule, options.anchor);
  let at: number | null = options.after.getTime();
  while (times.length < options.count) {
    at = next(at);
    if (at === null) break;
    times.push(new Date(at));
  }
  return times;
}

/**
 * Counts the ticks of a schedule in (from, to], at most `limit`, for example those missed during an outage. Errors as
 * for `nextTime`.
 */
export function countTicks(
  schedule: Schedule,
  options: { readonly from: Date; readonly to: Date; readonly anchor: Date; readonly limit: number },
): number {
  const next = openTicks(schedule, options.anchor);
  const to = options.to.getTime();
  let count = 0;
  let at: number | null = options.from.getTime();
  while (count < options.limit) {
    at = next(at);
    if (at === null || at > to) break;
    count += 1;
  }
  return count;
}

/** A function from an instant to the next tick within the bounds of the schedule. */
function openTicks(schedule: Schedule, anchor: Date): (after: number) => number | null {
  const startsAt = schedule.startsAt === undefined ? null : Date.parse(schedule.startsAt);
  const endsAt = schedule.endsAt === undefined ? LAST_WALL : Math.min(LAST_WALL, Date.parse(schedule.endsAt));
  const zone = openZone(schedule.timeZone);
  const recurrence = recurrenceOf(schedule, { zone, anchor: startsAt ?? anchor.getTime() });
  return (after) => {
    const at = nextInstant(recurrence, {
      zone,
      after: startsAt === null ? after : Math.max(after, startsAt - 1),
    });
    return at === null || at > endsAt ? null : at;
  };
}
