import { formatMinute, hourCycleOf } from '@inlet/schedule';

const SECOND = 1000;
const UNITS = [
  ['minute', 60 * SECOND],
  ['hour', 3600 * SECOND],
] as const;

/** Units of sizes, by their number of bytes. */
const SIZES = [
  ['byte', 0],
  ['kilobyte', 1e3],
  ['megabyte', 1e6],
  ['gigabyte', 1e9],
] as const;

export type Formats = ReturnType<typeof createFormats>;

/** Creates the formats of a locale for numbers, sizes and times. */
export function createFormats({ locale, now }: { locale: string; now: () => number }) {
  const number = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const moment = (at: string | number, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, options).format(new Date(at));

  const hourCycle = hourCycleOf(locale);
  /** The hour and minute on the clock that the sentences about schedules use too. */
  const clock = {
    hour: hourCycle === 'h23' ? '2-digit' : 'numeric',
    minute: '2-digit',
    hourCycle,
  } as const;

  const isOtherYear = (at: string) => new Date(at).getFullYear() !== new Date(now()).getFullYear();

  /** Day and time in a zone, with the year if it is not the current one. */
  const dateTime = (at: string, timeZone?: string) =>
    moment(at, {
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      ...clock,
      year: isOtherYear(at) ? 'numeric' : undefined,
      timeZone,
    });

  /** A calendar day, which is the same in every zone. */
  const date = (day: string) =>
    moment(day, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });

  return {
    number: (value: number) => number.format(value),
    percent: (share: number) => percent.format(share),
    bytes: (bytes: number) => {
      const [unit, size] = SIZES.findLast(([, least]) => bytes >= least) ?? ['byte', 1];
      return new Intl.NumberFormat(locale, {
        style: 'unit',
        unit,
        unitDisplay: bytes < 1000 ? 'long' : 'short',
        maximumFractionDigits: bytes < 1e6 ? 0 : 1,
      }).format(bytes / Math.max(1, size));
    },
    dateTime,
    date,
    /** Day and time without the weekday, for table cells. */
    shortDateTime: (at: string, timeZone: string) =>
      moment(at, {
        day: 'numeric',
        month: 'short',
        ...clock,
        year: isOtherYear(at) ? 'numeric' : undefined,
        timeZone,
      }),
    /** Keeps the number of decimals. Groups digits only from 10,000, so that years stay readable. */
    decimal: (text: string) => {
      const digits = /\.(\d+)$/.exec(text)?.[1]?.length ?? 0;
      return new Intl.NumberFormat(locale, {
        useGrouping: 'min2',
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }).format(Number(text));
    },
    /** A time of day, given as `HH:mm`. */
    time: (time: string) => {
      const [hour = 0, minute = 0] = time.split(':').map(Number);
      return formatMinute(hour * 60 + minute, locale);
    },
    utc: (at: string) => moment(at, { ...clock, day: 'numeric', month: 'short', timeZone: 'UTC' }),
    /** Relative up to a day, such as "in 3 hours"; day and time beyond that. */
    when: (at: string, timeZone?: string) => {
      const away = Date.parse(at) - now();
      if (Math.abs(away) >= 24 * 3600 * SECOND) return dateTime(at, timeZone);
      const [unit, size] = UNITS.findLast(([, length]) => Math.abs(away) >= length) ?? ['second', SECOND];
      return relative.format(Math.round(away / size), unit);
    },
    /** At least a tenth of a second, so that no duration is shown as 0. */
    duration: (ms: number) => {
      const seconds = Math.max(0.1, ms / SECOND);
      const [unit, value] = seconds < 90 ? ['second', seconds] : ['minute', seconds / 60];
      return new Intl.NumberFormat(locale, {
        style: 'unit',
        unit: unit as string,
        unitDisplay: 'short',
        maximumFractionDigits: (value as number) < 10 ? 1 : 0,
      }).format(value as number);
    },
    /** Joined by `and` or `or`. */
    list: (items: readonly string[], type: 'conjunction' | 'disjunction' = 'conjunction') =>
      new Intl.ListFormat(locale, { type }).format(items),
  };
}
