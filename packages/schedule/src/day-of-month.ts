import type { MonthDay } from '@inlet/contracts';
import { daysInMonth, firstDayOfMonth, modulo, WEEKDAYS, weekdayOfDay } from './civil.js';

const NTH = { first: 0, second: 1, third: 2, fourth: 3 } as const;
const FRIDAY = 4;

/** The day of `on` in a month; null for a month without one, which RFC 5545 leaves out. */
export function dayOfMonth(on: MonthDay, month: number): number | null {
  const first = firstDayOfMonth(month);
  const length = daysInMonth(month);
  const last = first + length - 1;
  switch (on.kind) {
    case 'day':
      return on.day <= length ? first + on.day - 1 : null;
    case 'last_day':
      return last;
    case 'last_working_day':
      return last - Math.max(0, weekdayOfDay(last) - FRIDAY);
    case 'weekday': {
      const weekday = WEEKDAYS.indexOf(on.weekday);
      if (on.nth === 'last') return last - modulo(weekdayOfDay(last) - weekday, 7);
      return first + modulo(weekday - weekdayOfDay(first), 7) + NTH[on.nth] * 7;
    }
  }
}
