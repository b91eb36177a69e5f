import type { Schedule } from '@inlet/contracts';
import { LAST_WALL } from './civil.js';
import { nextInstant } from './next-instant.js';
import { recurrenceOf } from './recurrence.js';
import { openZone } from './zone.js';

export interface NextOptions {
  /** The result is strictly later than this. */
  readonly after: Date;
  /** From where "every N" counts when the schedule has no `startsAt`: the moment the job was created. */
  readonly anchor: Date;
}

/**
 * The next time at which a schedule runs: after `after`, not before `startsAt`, not after `endsAt`. Its cost does
 * not depend on how long ago the schedule began.
 * @returns null when it never runs again
 * @throws InletError schedule_zone_unknown, schedule_cron_invalid
 */
export function nextTime(schedule: Schedule, options: NextOptions): Date | null {
  return nextTimes(schedule, { ...options, count: 1 })[0] ?? null;
}

/** The next `count` times, fewer when the schedule ends before. Errors as for `nextTime`. */
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
 * How many times the schedule would have run in (from, to], at most `limit`: what was missed while nothing ran.
 * Errors as for `nextTime`.
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

/** The ticks of a schedule as one function from an instant to the next, within its bounds. */
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
