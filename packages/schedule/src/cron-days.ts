import {
  daysInMonth,
  firstDayOfMonth,
  LAST_MONTH,
  MONTHS_OF_CALENDAR,
  modulo,
  monthOfDay,
  weekdayOfDay,
} from './civil.js';
import type { CronExtra, ParsedCronField } from './parse-cron-field.js';
import type { DayPattern } from './wall-pattern.js';

interface CronDays {
  /** 1 to 12. */
  readonly months: ReadonlySet<number>;
  readonly day: ParsedCronField;
  readonly weekday: ParsedCronField;
}

/** A day in its month; the weekday is 0 (Sunday) to 6, as in cron. */
interface MonthDate {
  readonly date: number;
  readonly weekday: number;
  readonly length: number;
}

const SATURDAY = 6;
const SUNDAY = 0;

/** Compiles the three day fields of a cron expression. */
export function compileCronDays(fields: CronDays): DayPattern {
  return {
    nextDay(from) {
      const start = monthOfDay(from);
      const end = Math.min(LAST_MONTH, start + MONTHS_OF_CALENDAR);
      for (let month = start; month <= end; month += 1) {
        const day = fields.months.has(modulo(month, 12) + 1) ? firstOfMonth(fields, month, from) : null;
        if (day !== null) return day;
      }
      return null;
    },
  };
}

function firstOfMonth(fields: CronDays, month: number, from: number): number | null {
  const first = firstDayOfMonth(month);
  const length = daysInMonth(month);
  for (let day = Math.max(first, from); day < first + length; day += 1) {
    const date = { date: day - first + 1, weekday: (weekdayOfDay(day) + 1) % 7, length };
    if (isNamed(date, fields)) return day;
  }
  return null;
}

function isNamed(date: MonthDate, { day, weekday }: CronDays): boolean {
  const isDay = day.values.has(date.date) || day.extras.some((extra) => isExtra(extra, date));
  const isWeekday =
    weekday.values.has(date.weekday) ||
    (date.weekday === SUNDAY && weekday.values.has(7)) ||
    weekday.extras.some((extra) => isExtra(extra, date));
  return day.isFree || weekday.isFree ? isDay && isWeekday : isDay || isWeekday;
}

function isExtra(extra: CronExtra, { date, weekday, length }: MonthDate): boolean {
  switch (extra.kind) {
    case 'last_day':
      return date === length;
    case 'last_working_day':
      return date === workingDayNear(length, { date, weekday, length });
    case 'working_day_near':
      return extra.day <= length && date === workingDayNear(extra.day, { date, weekday, length });
    case 'nth_weekday':
      return weekday === extra.weekday && Math.ceil(date / 7) === extra.nth;
    case 'last_weekday':
      return weekday === extra.weekday && date + 7 > length;
  }
}

/** The working day (Monday to Friday) nearest to a day, in the same month. */
function workingDayNear(day: number, { date, weekday, length }: MonthDate): number {
  const itsWeekday = modulo(weekday + day - date, 7);
  if (itsWeekday === SATURDAY) return day > 1 ? day - 1 : day + 2;
  if (itsWeekday === SUNDAY) return day < length ? day + 1 : day - 2;
  return day;
}
