import { isCron, readForeignCron } from '@inlet/schedule';
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
  if (isCron(expression)) return { result: 'valid' };
  const otherDialect = checkOtherDialect(expression);
  if (otherDialect) return otherDialect;
  const fields = expression.trim().split(/\s+/).filter(Boolean);
  if (fields.length !== FIELDS.length || expression.trim().startsWith('@'))
    return { result: 'wrong_count', count: fields.length };
  const plain = withoutDayLetters(fields);
  const field = FIELDS.find((_, index) => !isValidCron(alone(plain[index] ?? '', index), ANY_DIALECT));
  return field ? { result: 'wrong_field', field } : { result: 'unreadable' };
}

/** Returns null if there are no seconds, or if the fields are no cron expression in any dialect. */
function checkOtherDialect(expression: string): CronCheck | null {
  const foreign = readForeignCron(expression);
  if (foreign === null || foreign.seconds === null) return null;
  const { seconds, year, fields, replacement } = foreign;
  if (year !== null && !/^(\*|[\d,/*-]+)$/.test(year)) return null;
  const text = [seconds, ...withoutDayLetters(fields)].join(' ');
  if (!isValidCron(text, { ...ANY_DIALECT, seconds: true })) return null;
  if (foreign.hasSeveralSeconds) return { result: 'other_dialect', extra: 'several_seconds', replacement };
  const extra = year === null ? 'seconds' : year === '*' ? 'any_year' : 'one_year';
  return { result: 'other_dialect', extra, replacement };
}

/** Replaces `L`, `LW`, `15W` and `5L`, which cron-validator does not know, by plain values. */
const withoutDayLetters = (fields: readonly string[]): string[] =>
  fields.map((field, index) => {
    if (index === 2) return field.replace(/^(L|LW|L-\d+)$/i, '1').replace(/^(\d+)W$/i, '$1');
    if (index === 4) return field.replace(/^L$/i, '6').replace(/^([0-7]|[a-z]{3})L$/i, '$1');
    return field;
  });

const alone = (field: string, position: number): string =>
  FIELDS.map((_, index) => (index === position ? field : '*')).join(' ');
