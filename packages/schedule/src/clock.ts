import { timeText } from './civil.js';
import { keepMade } from './keep-made.js';

/**
 * The clock of a BCP 47 tag: of 12 hours if its region writes times so, as `en-US`. A tag without a region has 24 hours,
 * which everybody reads.
 */
export const hourCycleOf = keepMade((locale): 'h12' | 'h23' => {
  if (new Intl.Locale(locale).region === undefined) return 'h23';
  return new Intl.DateTimeFormat(locale, { hour: 'numeric' }).resolvedOptions().hour12 ? 'h12' : 'h23';
});

const minuteFormat = keepMade(
  (locale) =>
    new Intl.DateTimeFormat(locale, {
      hour: 'numeric',
      minute: '2-digit',
      hourCycle: 'h12',
      timeZone: 'UTC',
    }),
);

/** Minutes since midnight on the clock of a locale: `09:00`, `9:00 AM`. */
export function formatMinute(minute: number, locale: string): string {
  if (hourCycleOf(locale) === 'h23') return timeText(minute);
  return minuteFormat(locale).format(minute * 60_000);
}
