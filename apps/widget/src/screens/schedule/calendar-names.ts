import type { Weekday } from '@inlet/contracts';

/** Monday first, as in ISO 8601. */
const WEEK: readonly Weekday[] = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
];

interface WeekInfo {
  readonly firstDay: number;
}

/** The weekdays, starting with the first day of the week in the locale's region. */
export function weekOf(locale: string): readonly Weekday[] {
  const tag = new Intl.Locale(locale) as Intl.Locale & { getWeekInfo?: () => WeekInfo; weekInfo?: WeekInfo };
  const firstDay = tag.getWeekInfo?.().firstDay ?? tag.weekInfo?.firstDay ?? 1;
  return [...WEEK.slice(firstDay - 1), ...WEEK.slice(0, firstDay - 1)];
}

export const weekdayName = (weekday: Weekday, locale: string, weekdayStyle: 'short' | 'long'): string =>
  // 5 January 1970 was a Monday.
  new Intl.DateTimeFormat(locale, { weekday: weekdayStyle, timeZone: 'UTC' }).format(
    Date.UTC(1970, 0, 5 + WEEK.indexOf(weekday)),
  );

export const monthName = (month: number, locale: string): string =>
  new Intl.DateTimeFormat(locale, { month: 'long', timeZone: 'UTC' }).format(Date.UTC(1970, month - 1, 1));
