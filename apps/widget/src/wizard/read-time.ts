/**
 * Reads a time of day as people type it: `9`, `930`, `9:30`, `21.30`, `9h30`, `9:30 pm`, and with the words and digits of
 * the locale for morning and afternoon.
 * @returns `HH:mm`; null if the text is not a time of day
 */
export function readTime(text: string, locale: string): string | null {
  const plain = text.normalize('NFKC').replace(/[٠-٩۰-۹]/g, (digit) => String(digit.charCodeAt(0) & 0xf));
  const parts = /^(\D*)(\d{1,2})(?:\s*[:.h時]\s*(\d{2})分?|(\d{2}))?(\D*)$/i.exec(plain);
  if (!parts) return null;
  const [, before = '', hourText, afterSign, afterHour, after = ''] = parts;
  const half = halfOfDay(bare(before + after), locale);
  const hour = hourOf(Number(hourText), half);
  const minute = Number(afterSign ?? afterHour ?? 0);
  if (hour === null || minute > 59) return null;
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

type HalfOfDay = 'morning' | 'afternoon' | 'any' | 'unknown';

/** Lower case, without spaces, dots and marks of the direction. */
const bare = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s.\u200e\u200f\u061c]/g, '');

function halfOfDay(word: string, locale: string): HalfOfDay {
  if (['', 'h', 'uhr', '時'].includes(word)) return 'any';
  if (['am', 'a', periodOf(9, locale)].includes(word)) return 'morning';
  return ['pm', 'p', periodOf(21, locale)].includes(word) ? 'afternoon' : 'unknown';
}

/** The word of the locale for the half of the day that an hour is in. */
function periodOf(hour: number, locale: string): string {
  const format = new Intl.DateTimeFormat(locale, { hour: 'numeric', hourCycle: 'h12', timeZone: 'UTC' });
  const parts = format.formatToParts(hour * 3_600_000);
  return bare(parts.find(({ type }) => type === 'dayPeriod')?.value ?? '');
}

function hourOf(hour: number, half: HalfOfDay): number | null {
  if (half === 'unknown') return null;
  if (half === 'any') return hour > 23 ? null : hour;
  if (hour < 1 || hour > 12) return null;
  return (hour % 12) + (half === 'afternoon' ? 12 : 0);
}
