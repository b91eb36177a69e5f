import type { Schedule } from '@inlet/contracts';
import { dayOfWall, HOUR, MINUTE, MINUTES_PER_DAY, minuteOfDay, modulo } from './civil.js';
import { everyNthDay, everyNthMonth, everyNthWeek, everyNthYear } from './day-patterns.js';
import { parseCron } from './parse-cron.js';
import { DAILY, runsEveryHour, timesEvery, type WallPattern } from './wall-pattern.js';
import { wallOf, type Zone } from './zone.js';

/** A schedule reduced to steps of real time, or to times on the clocks of a zone. */
export type Recurrence =
  | { readonly kind: 'elapsed'; readonly base: number; readonly step: number }
  | { readonly kind: 'wall'; readonly pattern: WallPattern; readonly isEveryHour: boolean };

type Minutes = Extract<Schedule, { kind: 'minutes' }>;
type Hours = Extract<Schedule, { kind: 'hours' }>;

/**
 * @param options.anchor the instant from which "every N" counts, in milliseconds
 * @throws InletError schedule_cron_invalid
 */
export function recurrenceOf(schedule: Schedule, options: { zone: Zone; anchor: number }): Recurrence {
  const { zone, anchor } = options;
  if (schedule.kind === 'minutes' || schedule.kind === 'hours') {
    const times = alignedTimes(schedule);
    if (times !== null) return onTheWall({ times, ...DAILY });
    return elapsed(schedule, { zone, anchor });
  }
  return onTheWall(calendarPattern(schedule, dayOfWall(wallOf(zone, anchor))));
}

const onTheWall = (pattern: WallPattern): Recurrence => ({
  kind: 'wall',
  pattern,
  isEveryHour: runsEveryHour(pattern),
});

/**
 * The times of the day of a schedule that divides the hour or the day evenly, which are the same every day and for any
 * start; null for any other schedule.
 */
export function alignedTimes(schedule: Minutes | Hours): number[] | null {
  if (schedule.kind === 'hours' && schedule.hours !== undefined) {
    return [...new Set(schedule.hours)].sort((a, b) => a - b).map((hour) => hour * 60 + schedule.minute);
  }
  const step = schedule.kind === 'hours' ? schedule.every * 60 : schedule.every;
  const isEven = 60 % step === 0 || (step % 60 === 0 && MINUTES_PER_DAY % step === 0);
  if (!isEven) return null;
  return timesEvery(step).map((time) => time + (schedule.kind === 'hours' ? schedule.minute : 0));
}

/** The origin of counting: the whole minute of the anchor, or for hours the chosen minute of the anchor's hour. */
function elapsed(schedule: Minutes | Hours, { zone, anchor }: { zone: Zone; anchor: number }): Recurrence {
  if (schedule.kind === 'minutes') {
    return { kind: 'elapsed', base: anchor - modulo(anchor, MINUTE), step: schedule.every * MINUTE };
  }
  const hour = anchor - modulo(wallOf(zone, anchor), HOUR);
  return { kind: 'elapsed', base: hour + schedule.minute * MINUTE, step: schedule.every * HOUR };
}

function calendarPattern(schedule: Exclude<Schedule, Minutes | Hours>, anchor: number): WallPattern {
  if (schedule.kind === 'cron') return parseCron(schedule.expression);
  const times = [minuteOfDay(schedule.time)];
  const { every } = schedule;
  switch (schedule.kind) {
    case 'days':
      return { times, ...everyNthDay({ every, anchor, onlyWeekdays: schedule.onlyWeekdays }) };
    case 'weeks':
      return { times, ...everyNthWeek({ every, anchor, weekdays: schedule.weekdays }) };
    case 'months':
      return { times, ...everyNthMonth({ every, anchor, on: schedule.on }) };
    case 'years':
      return { times, ...everyNthYear({ every, anchor, month: schedule.month, on: schedule.on }) };
  }
}
