import type { MonthDay, Schedule, Weekday } from '@inlet/contracts';
import { momentOfWall, wallOfMoment } from './wall-time.js';

const SCHEDULE_KINDS = ['minutes', 'hours', 'days', 'weeks', 'months', 'years', 'cron'] as const;
export type ScheduleKind = (typeof SCHEDULE_KINDS)[number];

/** The fields of all kinds at once, so that switching from weeks to months and back loses nothing. */
export interface ScheduleForm {
  readonly kind: ScheduleKind;
  readonly every: number;
  readonly minute: number;
  readonly onlyWeekdays: boolean;
  readonly weekdays: readonly Weekday[];
  readonly on: MonthDay;
  readonly month: number;
  /** `HH:mm`. */
  readonly time: string;
  /** Hours of the day for kind `hours`; null for "every N hours". */
  readonly hours: readonly number[] | null;
  readonly expression: string;
  readonly timeZone: string;
  /** `YYYY-MM-DDTHH:mm` in the form's time zone; null for now. */
  readonly startsAt: string | null;
  /** In the same format; null for never. */
  readonly endsAt: string | null;
}

/** The maximum of `every` for each kind, equal to the limits of `scheduleSchema`. */
export const MOST_EVERY: Readonly<Record<Exclude<ScheduleKind, 'cron'>, number>> = {
  minutes: 1440,
  hours: 168,
  days: 366,
  weeks: 52,
  months: 120,
  years: 100,
};

export const newScheduleForm = (timeZone: string): ScheduleForm => ({
  kind: 'days',
  every: 1,
  minute: 0,
  onlyWeekdays: false,
  weekdays: ['monday'],
  on: { kind: 'day', day: 1 },
  month: 1,
  time: '09:00',
  hours: null,
  expression: '0 9 * * 1-5',
  timeZone,
  startsAt: null,
  endsAt: null,
});

/** Converts the form to a job's schedule; null while a field is empty or out of range. */
export function toSchedule(form: ScheduleForm): Schedule | null {
  const { kind, timeZone, time, weekdays, on } = form;
  const startsAt = momentOf(form.startsAt, timeZone);
  const endsAt = momentOf(form.endsAt, timeZone);
  const isUnread = (wall: string | null, moment: string | undefined) => wall !== null && moment === undefined;
  if (isUnread(form.startsAt, startsAt) || isUnread(form.endsAt, endsAt)) return null;
  const bounds = { timeZone, startsAt, endsAt };
  if (kind === 'cron') {
    const expression = form.expression.trim();
    return expression === '' ? null : { kind, expression, ...bounds };
  }
  const { every } = form;
  if (!Number.isInteger(every) || every < 1 || every > MOST_EVERY[kind]) return null;
  if (kind === 'minutes') return { kind, every, ...bounds };
  if (kind === 'hours') {
    const hours = form.hours?.length ? [...form.hours] : undefined;
    return { kind, every: form.hours ? 1 : every, minute: form.minute, hours, ...bounds };
  }
  if (!/^\d\d:\d\d$/.test(time)) return null;
  if (kind === 'days') return { kind, every, onlyWeekdays: form.onlyWeekdays, time, ...bounds };
  if (kind === 'weeks')
    return weekdays.length === 0 ? null : { kind, every, weekdays: [...weekdays], time, ...bounds };
  if (kind === 'months') return { kind, every, on, time, ...bounds };
  return { kind, every, month: form.month, on, time, ...bounds };
}

/** Converts a job's schedule to the form; fields that its kind does not use get their defaults. */
export function toScheduleForm(schedule: Schedule): ScheduleForm {
  const { timeZone, startsAt, endsAt } = schedule;
  const defaults = newScheduleForm(timeZone);
  const { startsAt: _, endsAt: __, hours, ...own } = { hours: undefined, ...schedule };
  return {
    ...defaults,
    ...own,
    hours: hours ?? null,
    startsAt: startsAt ? wallOfMoment(startsAt, timeZone) : null,
    endsAt: endsAt ? wallOfMoment(endsAt, timeZone) : null,
  };
}

const momentOf = (wall: string | null, timeZone: string): string | undefined =>
  wall ? (momentOfWall(wall, timeZone) ?? undefined) : undefined;
