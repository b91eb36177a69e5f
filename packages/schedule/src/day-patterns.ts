import type { MonthDay, Weekday } from '@inlet/contracts';
import {
  firstDayOfWeek,
  LAST_MONTH,
  MONTHS_OF_CALENDAR,
  modulo,
  monthOfDay,
  WEEKDAYS,
  weekdayOfDay,
  weekOfDay,
} from './civil.js';
import { dayOfMonth } from './day-of-month.js';
import type { DayPattern } from './wall-pattern.js';

const SATURDAY = 5;

/** The first of `anchor`, `anchor + step`, `anchor + 2 step`, ... (and back) that is `from` or later. */
const firstStep = (anchor: number, step: number, from: number) =>
  anchor + Math.ceil((from - anchor) / step) * step;

/** Every nth day from a day on, optionally without Saturdays and Sundays. */
export function everyNthDay(options: { every: number; anchor: number; onlyWeekdays: boolean }): DayPattern {
  const { every, anchor, onlyWeekdays } = options;
  const isWanted = (day: number) => !onlyWeekdays || weekdayOfDay(day) < SATURDAY;
  return {
    nextDay(from) {
      const first = firstStep(anchor, every, from);
      // Seven steps reach every weekday that this step can reach.
      for (let day = first; day < first + 7 * every; day += every) if (isWanted(day)) return day;
      return null;
    },
  };
}

/** Weekdays of every nth week, counted from the anchor's week, which begins on Monday. */
export function everyNthWeek(options: {
  every: number;
  anchor: number;
  weekdays: readonly Weekday[];
}): DayPattern {
  const { every, anchor } = options;
  const weekdays = options.weekdays.map((weekday) => WEEKDAYS.indexOf(weekday)).sort((a, b) => a - b);
  return {
    nextDay(from) {
      const week = firstStep(weekOfDay(anchor), every, weekOfDay(from));
      const thisWeek = weekdays.find((weekday) => firstDayOfWeek(week) + weekday >= from);
      return thisWeek === undefined
        ? firstDayOfWeek(week + every) + weekdays[0]!
        : firstDayOfWeek(week) + thisWeek;
    },
  };
}

/** One day of every nth month, counted from the anchor's month. */
export function everyNthMonth(options: { every: number; anchorMonth: number; on: MonthDay }): DayPattern {
  const { every, anchorMonth, on } = options;
  return {
    nextDay(from) {
      const first = firstStep(anchorMonth, every, monthOfDay(from));
      const end = Math.min(LAST_MONTH, first + MONTHS_OF_CALENDAR * (every / gcd(every, MONTHS_OF_CALENDAR)));
      for (let month = first; month <= end; month += every) {
        const day = dayOfMonth(on, month);
        if (day !== null && day >= from) return day;
      }
      return null;
    },
  };
}

/** One day of a month in every nth year, counted from the anchor's year; `month` is 1 to 12. */
export const everyNthYear = (options: { every: number; anchor: number; month: number; on: MonthDay }) =>
  everyNthMonth({
    every: options.every * 12,
    anchorMonth: Math.floor(monthOfDay(options.anchor) / 12) * 12 + modulo(options.month - 1, 12),
    on: options.on,
  });

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
