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

/** Every nth day, week, month or year, counted from that of a day. */
interface Steps {
  readonly every: number;
  /** A day. */
  readonly anchor: number;
}

/** Every nth day from a day on, optionally without Saturdays and Sundays. */
export function everyNthDay({
  every,
  anchor,
  onlyWeekdays,
}: Steps & { readonly onlyWeekdays: boolean }): DayPattern {
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
export function everyNthWeek({
  every,
  anchor,
  weekdays: wanted,
}: Steps & { readonly weekdays: readonly Weekday[] }): DayPattern {
  const weekdays = wanted.map((weekday) => WEEKDAYS.indexOf(weekday)).sort((a, b) => a - b);
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
export const everyNthMonth = ({ every, anchor, on }: Steps & { readonly on: MonthDay }): DayPattern =>
  monthPattern({ every, anchorMonth: monthOfDay(anchor), on });

interface MonthSteps {
  readonly every: number;
  readonly anchorMonth: number;
  readonly on: MonthDay;
}

function monthPattern({ every, anchorMonth, on }: MonthSteps): DayPattern {
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

interface DayOfYear {
  /** 1 to 12. */
  readonly month: number;
  readonly on: MonthDay;
}

/** One day of a month in every nth year, counted from the anchor's year. */
export const everyNthYear = ({ every, anchor, month, on }: Steps & DayOfYear): DayPattern =>
  monthPattern({
    every: every * 12,
    anchorMonth: Math.floor(monthOfDay(anchor) / 12) * 12 + modulo(month - 1, 12),
    on,
  });

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
