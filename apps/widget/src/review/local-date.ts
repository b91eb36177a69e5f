const NUMERIC_DATE = /^(\d{1,2})([./-]|\s)(\d{1,2})\2(\d{4})$/;

/**
 * Turns a date that a person has typed in the usual form of their language into `YYYY-MM-DD`. Any other text stays as it
 * is. Unlike the dates of a file, the order of day and month is known.
 */
export function readLocalDate(text: string, locale: string): string {
  const match = NUMERIC_DATE.exec(text.trim());
  if (!match) return text;
  const numbers = [Number(match[1]), Number(match[3])] as const;
  const isMonthFirst = monthComesFirst(locale);
  const [day, month] = isMonthFirst ? [numbers[1], numbers[0]] : numbers;
  const year = Number(match[4]);
  const date = new Date(Date.UTC(year, month - 1, day));
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isReal ? `${match[4]}-${twoDigits(month)}-${twoDigits(day)}` : text;
}

/** Whether people of a language write the month before the day. */
export function monthComesFirst(locale: string): boolean {
  const parts = new Intl.DateTimeFormat(locale).formatToParts(0).map(({ type }) => type);
  return parts.indexOf('month') < parts.indexOf('day');
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');
