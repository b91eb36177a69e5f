import type { MonthDay, Schedule } from '@inlet/contracts';
import { dayOfWall, minuteOfDay, modulo, monthOfDay, WEEKDAYS } from './civil.js';
import { normalizeCron } from './parse-cron.js';
import { alignedTimes } from './recurrence.js';
import { openZone, wallOf } from './zone.js';

const NTH = { first: '#1', second: '#2', third: '#3', fourth: '#4', last: 'L' } as const;

type Calendar = Extract<Schedule, { time: string }>;

/**
 * The cron expression with exactly the same meaning in the schedule's zone, or null if none exists: cron restarts with
 * each hour, day, month and year, so it cannot express "every 7 minutes", "every 5 hours" or "every 2 weeks". Ignores
 * `startsAt` and `endsAt`.
 * @throws InletError schedule_cron_invalid, schedule_zone_unknown
 */
export function toCron(schedule: Schedule): string | null {
  if (schedule.kind === 'cron') return normalizeCron(schedule.expression);
  if (schedule.kind === 'minutes' || schedule.kind === 'hours') {
    const times = alignedTimes(schedule);
    return times === null ? null : timesToCron(times);
  }
  const days = daysToCron(schedule);
  if (days === null) return null;
  const minute = minuteOfDay(schedule.time);
  return `${minute % 60} ${Math.floor(minute / 60)} ${days}`;
}

/** Times with the same minutes in each of their hours. */
function timesToCron(times: readonly number[]): string {
  const minutes = [...new Set(times.map((time) => time % 60))];
  const hours = [...new Set(times.map((time) => Math.floor(time / 60)))];
  return `${fieldOf(minutes, 60)} ${fieldOf(hours, 24)} * * *`;
}

/** `*`, a step if the values divide the field evenly from 0, otherwise a list. */
function fieldOf(values: readonly number[], size: number): string {
  if (values.length === size) return '*';
  const step = size / values.length;
  const isStep = values.length > 1 && values.every((value, index) => value === index * step);
  return isStep ? `*/${step}` : values.join(',');
}

function daysToCron(schedule: Calendar): string | null {
  switch (schedule.kind) {
    case 'days':
      if (schedule.every > 1) return null;
      return schedule.onlyWeekdays ? '* * 1-5' : '* * *';
    case 'weeks':
      return schedule.every > 1 ? null : `* * ${weekdaysToCron(schedule.weekdays)}`;
    case 'months': {
      const months = monthsToCron(schedule);
      return months === null ? null : monthDayToCron(schedule.on, months);
    }
    case 'years':
      return schedule.every > 1 ? null : monthDayToCron(schedule.on, String(schedule.month));
  }
}

function weekdaysToCron(weekdays: readonly (typeof WEEKDAYS)[number][]): string {
  const numbers = WEEKDAYS.flatMap((weekday, index) => (weekdays.includes(weekday) ? [(index + 1) % 7] : []));
  if (numbers.length === 7) return '*';
  return numbers.join() === '1,2,3,4,5' ? '1-5' : numbers.join();
}

/** Months that divide the year evenly are the same every year, given the month from which they count. */
function monthsToCron(schedule: Extract<Schedule, { kind: 'months' }>): string | null {
  const { every, startsAt } = schedule;
  if (every === 1) return '*';
  if (startsAt === undefined || 12 % every !== 0) return null;
  const anchor = monthOfDay(dayOfWall(wallOf(openZone(schedule.timeZone), Date.parse(startsAt))));
  const first = modulo(anchor, every);
  return Array.from({ length: 12 / every }, (_, index) => first + index * every + 1).join();
}

function monthDayToCron(on: MonthDay, months: string): string {
  switch (on.kind) {
    case 'day':
      return `${on.day} ${months} *`;
    case 'last_day':
      return `L ${months} *`;
    case 'last_working_day':
      return `LW ${months} *`;
    case 'weekday':
      return `* ${months} ${(WEEKDAYS.indexOf(on.weekday) + 1) % 7}${NTH[on.nth]}`;
  }
}
