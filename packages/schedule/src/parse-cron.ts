import { InletError } from '@inlet/contracts';
import { compileCronDays } from './cron-days.js';
import { CRON_FIELDS, parseCronField } from './parse-cron-field.js';
import type { WallPattern } from './wall-pattern.js';

/** Without `@reboot`, which is not a time. */
const NICKNAMES: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);

/**
 * Parses a cron expression: five fields, with `L`, `LW`, `15W`, `5#2`, `5L` and the nicknames. If both day fields are
 * restricted, a day needs to match only one of them, as in Vixie cron.
 * @throws InletError schedule_cron_invalid; `detail` names the faulty field
 */
export function parseCron(expression: string): WallPattern {
  const [minute, hour, day, month, weekday] = splitCron(expression);
  const minutes = ascending(parseCronField(minute, CRON_FIELDS.minute).values);
  const hours = ascending(parseCronField(hour, CRON_FIELDS.hour).values);
  const days = compileCronDays({
    day: parseCronField(day, CRON_FIELDS.day),
    months: parseCronField(month, CRON_FIELDS.month).values,
    weekday: parseCronField(weekday, CRON_FIELDS.weekday),
  });
  return { times: hours.flatMap((at) => minutes.map((past) => at * 60 + past)), ...days };
}

/**
 * The five fields of a valid expression, separated by single spaces; replaces nicknames such as `@daily`.
 * @throws InletError schedule_cron_invalid
 */
export function normalizeCron(expression: string): string {
  parseCron(expression);
  return splitCron(expression).join(' ');
}

const ascending = (values: ReadonlySet<number>) => [...values].sort((a, b) => a - b);

function splitCron(expression: string): readonly [string, string, string, string, string] {
  const text = expression.trim();
  const fields = text === '' ? [] : (NICKNAMES.get(text.toLowerCase()) ?? text).split(/\s+/);
  if (text.startsWith('@') && fields.length === 1) {
    throw invalid(`"${text}" is not known; use ${[...NICKNAMES.keys()].join(', ')} or five fields.`);
  }
  const [minute, hour, day, month, weekday, ...more] = fields;
  if (minute === undefined || hour === undefined || day === undefined) throw wrongCount(fields);
  if (month === undefined || weekday === undefined || more.length > 0) throw wrongCount(fields);
  return [minute, hour, day, month, weekday];
}

const invalid = (detail: string) => new InletError('schedule_cron_invalid', { detail });

const wrongCount = (fields: readonly string[]) =>
  invalid(
    explainExtraFields(fields.join(' ')) ??
      `It has ${fields.length === 1 ? 'one field' : `${fields.length} fields`}; it needs five.`,
  );

/**
 * A sentence for an expression with six or seven fields that has five useful ones: with seconds first, as Quartz and
 * Spring write them, or with a year last, as Quartz and AWS do. Null for any other expression.
 */
export function explainExtraFields(expression: string): string | null {
  const fields = expression.trim().split(/\s+/);
  const count = fields.length === 7 ? 'seven' : 'six';
  const withoutSeconds = fields.slice(1, 6).join(' ');
  if (fields.length === 6 && /^\d{4}/.test(fields[5]!) && isCron(fields.slice(0, 5).join(' ')))
    return `This has six fields, as AWS writes them; leave out the year: "${fields.slice(0, 5).join(' ')}".`;
  if ((fields.length !== 6 && fields.length !== 7) || !isCron(withoutSeconds)) return null;
  const [author, extra] =
    count === 'six'
      ? ['Quartz and Spring write', 'the seconds']
      : ['Quartz writes', 'the seconds and the year'];
  return `This has ${count} fields, as ${author} them; leave out ${extra}: "${withoutSeconds}".${noteOnWeekdays(fields[5]!)}`;
}

/** Quartz counts weekdays from 1 to 7, beginning on Sunday. */
const noteOnWeekdays = (weekday: string): string =>
  /(^|[,-])[1-7]/.test(weekday)
    ? ' Check the day of the week: for Quartz, 1 is Sunday; here, 0 is Sunday and 1 is Monday.'
    : '';

function isCron(expression: string): boolean {
  try {
    parseCron(expression);
    return true;
  } catch {
    return false;
  }
}
