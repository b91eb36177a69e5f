import { InletError, type Schedule } from '@inlet/contracts';
import { nextTime } from './next-time.js';
import { recurrenceOf } from './recurrence.js';
import { smallestGap } from './smallest-gap.js';
import { openZone, wallOf } from './zone.js';

/**
 * Refuses a schedule that cannot run.
 * @param options.minIntervalMinutes the shortest allowed time between two ticks, measured on the clocks of the zone, so
 *   that a daily schedule passes a minimum of 1440 even if a day has 23 hours
 * @throws InletError schedule_zone_unknown, schedule_cron_invalid, schedule_end_before_start, schedule_never,
 *   schedule_interval_too_short (with `minIntervalMinutes` and `smallestGapMinutes` in `extra`)
 */
export function checkSchedule(
  schedule: Schedule,
  options: { readonly now: Date; readonly minIntervalMinutes: number },
): void {
  const zone = openZone(schedule.timeZone);
  const anchor = schedule.startsAt === undefined ? options.now : new Date(schedule.startsAt);
  const recurrence = recurrenceOf(schedule, { zone, anchor: anchor.getTime() });
  checkBounds(schedule);
  checkRuns(schedule, { now: options.now, anchor });
  const gap = smallestGap(recurrence, wallOf(zone, anchor.getTime()));
  if (gap >= options.minIntervalMinutes) return;
  throw new InletError('schedule_interval_too_short', {
    detail: `The minimum is ${minutes(options.minIntervalMinutes)} between two runs; here some are ${minutes(gap)} apart.`,
    extra: { minIntervalMinutes: options.minIntervalMinutes, smallestGapMinutes: gap },
  });
}

function checkBounds({ startsAt, endsAt }: Schedule): void {
  if (startsAt === undefined || endsAt === undefined) return;
  if (Date.parse(endsAt) >= Date.parse(startsAt)) return;
  throw new InletError('schedule_end_before_start', {
    detail: `It ends at ${endsAt}, and starts at ${startsAt}.`,
  });
}

function checkRuns(schedule: Schedule, { now, anchor }: { now: Date; anchor: Date }): void {
  if (nextTime(schedule, { after: now, anchor }) !== null) return;
  const { endsAt, ...endless } = schedule;
  const first = nextTime(endless, { after: now, anchor });
  throw new InletError('schedule_never', {
    detail:
      first === null || endsAt === undefined
        ? 'None of its days is in the calendar.'
        : `It ends at ${endsAt}, and its first run would be at ${first.toISOString()}.`,
  });
}

const minutes = (count: number) => (count === 1 ? '1 minute' : `${count} minutes`);
