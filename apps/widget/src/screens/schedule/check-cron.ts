import { checkSchedule } from '@inlet/schedule';
import { isValidCron } from 'cron-validator';

const FIELDS = ['minute', 'hour', 'day', 'month', 'weekday'] as const;
type CronField = (typeof FIELDS)[number];

export type CronCheck =
  | { readonly result: 'valid' }
  | { readonly result: 'wrong_count'; readonly count: number }
  | { readonly result: 'wrong_field'; readonly field: CronField }
  | { readonly result: 'unreadable' }
  /** More than five fields, as Quartz and Spring write them: seconds first, in Quartz perhaps a year last. */
  | {
      readonly result: 'other_dialect';
      readonly extra: 'seconds' | 'several_seconds' | 'any_year' | 'one_year';
      /** The same schedule in five fields; null if five fields cannot express it. */
      readonly replacement: string | null;
    };

/** Accepts the fields of every dialect. `allowSevenAsSunday` also accepts Quartz's Saturday. */
const ANY_DIALECT = {
  alias: true,
  allowBlankDay: true,
  allowSevenAsSunday: true,
  allowNthWeekdayOfMonth: true,
} as const;

/**
 * Checks an expression while it is typed, and recognises expressions of Quartz and Spring. The scheduler decides what
 * is valid; this check explains why an expression is not.
 */
export function checkCron(expression: string): CronCheck {
  if (isAccepted(expression)) return { result: 'valid' };
  const fields = expression.trim().split(/\s+/).filter(Boolean);
  if (fields.length === 6 || fields.length === 7) {
    const check = checkOtherDialect(fields);
    if (check) return check;
  }
  if (fields.length !== FIELDS.length || expression.trim().startsWith('@'))
    return { result: 'wrong_count', count: fields.length };
  const plain = withoutDayLetters(fields);
  const field = FIELDS.find((_, index) => !isValidCron(alone(plain[index] ?? '', index), ANY_DIALECT));
  return field ? { result: 'wrong_field', field } : { result: 'unreadable' };
}

/** Returns null if the fields after the seconds are no cron expression either. */
function checkOtherDialect(fields: readonly string[]): CronCheck | null {
  const [seconds = '', ...rest] = fields;
  const year = rest.length > FIELDS.length ? rest.pop() : undefined;
  const isRest = isValidCron([seconds, ...withoutDayLetters(rest)].join(' '), {
    ...ANY_DIALECT,
    seconds: true,
  });
  if (!isRest || (year !== undefined && !/^(\*|[\d,/*-]+)$/.test(year))) return null;
  if (!/^\d+$/.test(seconds)) return { result: 'other_dialect', extra: 'several_seconds', replacement: null };
  const replacement = toFiveFields(rest, { isQuartz: year !== undefined || rest.includes('?') });
  return {
    result: 'other_dialect',
    extra: year === undefined ? 'seconds' : /^(\*|\?)$/.test(year) ? 'any_year' : 'one_year',
    replacement: isAccepted(replacement) ? replacement : null,
  };
}

const MAXIMA = [59, 23, 31, 12, 7] as const;

function toFiveFields(fields: readonly string[], { isQuartz }: { isQuartz: boolean }): string {
  return fields
    .map((field) => (field === '?' ? '*' : field))
    .map((field, index) => (isQuartz && index === 4 ? withWeekdayNames(field) : field))
    .map((field, index) => withRanges(field, MAXIMA[index] ?? 0))
    .join(' ');
}

const QUARTZ_WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] as const;

/** Quartz counts weekdays from 1 (Sunday), cron from 0. Names mean the same in both. `L` alone is Saturday. */
const withWeekdayNames = (field: string): string =>
  field === 'L'
    ? 'SAT'
    : field.replace(/(?<![/#\d])[1-7](?!\d)/g, (day) => QUARTZ_WEEKDAYS[Number(day) - 1] ?? day);

/** Quartz writes `0/15` for `0-59/15`. */
const withRanges = (field: string, max: number): string =>
  field
    .split(',')
    .map((part) => part.replace(/^0\/(\d+)$/, '*/$1').replace(/^(\d+)\/(\d+)$/, `$1-${max}/$2`))
    .join(',');

/** Replaces `L`, `LW`, `15W` and `5L`, which cron-validator does not know, by plain values. */
const withoutDayLetters = (fields: readonly string[]): string[] =>
  fields.map((field, index) => {
    if (index === 2) return field.replace(/^(L|LW|L-\d+)$/i, '1').replace(/^(\d+)W$/i, '$1');
    if (index === 4) return field.replace(/^L$/i, '6').replace(/^([0-7]|[a-z]{3})L$/i, '$1');
    return field;
  });

const alone = (field: string, position: number): string =>
  FIELDS.map((_, index) => (index === position ? field : '*')).join(' ');

function isAccepted(expression: string): boolean {
  try {
    checkSchedule(
      { kind: 'cron', expression: expression.trim(), timeZone: 'UTC' },
      { now: new Date(0), minIntervalMinutes: 1 },
    );
    return true;
  } catch (error) {
    return (error as { code?: string }).code !== 'schedule_cron_invalid';
  }
}
