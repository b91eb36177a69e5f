import type { Schedule, SchedulePreview } from '@inlet/contracts';
import { MINUTE, timeText } from './civil.js';
import { describeSchedule } from './describe-schedule.js';
import { nextTimes } from './next-time.js';
import { toCron } from './to-cron.js';
import { openZone, wallOf, type Zone } from './zone.js';

/**
 * Previews a schedule: its description, its cron expression if an exact one exists, and its next `count` times,
 * counted from now if it has no `startsAt`.
 * @throws InletError schedule_zone_unknown, schedule_cron_invalid
 */
export function previewSchedule(
  schedule: Schedule,
  options: { readonly now: Date; readonly count: number; readonly locale?: string },
): SchedulePreview {
  const { now, count, locale } = options;
  const zone = openZone(schedule.timeZone);
  const times = nextTimes(schedule, { after: now, anchor: now, count });
  return {
    text: describeSchedule(schedule, locale === undefined ? {} : { locale }),
    cron: toCron(schedule),
    timeZone: zone.name,
    next: times.map((time) => ({ at: time.toISOString(), local: localText(zone, time.getTime()) })),
  };
}

/** ISO 8601 with the offset of the zone at that instant: `2026-03-29T03:00:00+02:00`. */
function localText(zone: Zone, instant: number): string {
  const wall = wallOf(zone, instant);
  const offset = (wall - instant) / MINUTE;
  const sign = offset < 0 ? '-' : '+';
  return `${new Date(wall).toISOString().slice(0, 19)}${sign}${timeText(Math.round(Math.abs(offset)))}`;
}
