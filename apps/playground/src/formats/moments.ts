const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });
const dayAndTime = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "5 sec. ago", "in 2 min.", and from a day on the date and time. */
export function relativeTo(nowMs: number, iso: string): string {
  const seconds = Math.round((Date.parse(iso) - nowMs) / 1000);
  const size = Math.abs(seconds);
  if (size < 5) return 'now';
  if (size < MINUTE) return relative.format(seconds, 'second');
  if (size < HOUR) return relative.format(Math.round(seconds / MINUTE), 'minute');
  if (size < DAY) return relative.format(Math.round(seconds / HOUR), 'hour');
  return dayAndTime.format(new Date(iso));
}

export const exactly = (iso: string): string => dayAndTime.format(new Date(iso));
