import { DateTime } from 'luxon';

/** Zones that are odd in some way, and plain ones. */
export const ZONES = [
  'UTC',
  'Europe/Berlin',
  'Europe/London',
  'America/New_York',
  'America/St_Johns', // half an hour, and changed at 00:01 until 2011
  'America/Sao_Paulo', // midnight was missing until 2018
  'America/Havana', // midnight is missing
  'America/Santiago', // midnight, in the southern hemisphere
  'Africa/Casablanca', // less than its standard time during Ramadan
  'Africa/Cairo',
  'Asia/Beirut', // midnight is missing
  'Asia/Tehran',
  'Asia/Kathmandu', // +05:45
  'Asia/Kolkata',
  'Australia/Lord_Howe', // half an hour of summer time
  'Pacific/Chatham', // +12:45
  'Pacific/Apia', // 30 December 2011 did not exist
  'Antarctica/Troll', // two hours of summer time
] as const;

/** The first instants of days (UTC) in which the clocks of a zone change, as luxon sees it. */
export function daysOfChange(zone: string, years: readonly number[]): number[] {
  return years.flatMap((year) => {
    const days = Array.from({ length: 366 }, (_, day) => Date.UTC(year, 0, 1 + day));
    const offset = (instant: number) => DateTime.fromMillis(instant, { zone }).offset;
    return days.filter((day) => offset(day) !== offset(day + 86_400_000));
  });
}
