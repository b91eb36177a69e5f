import { InletError } from '@inlet/contracts';
import { isValidCron } from 'cron-validator';
import { cronDays } from './cron-days.js';
import { CRON_FIELDS, parseCronField } from './parse-cron-field.js';
import type { WallPattern } from './wall-pattern.js';

/** Not `@reboot`, which is no time. */
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
 * Reads a cron expression: five fields, with `L`, `LW`, `15W`, `5#2`, `5L` and the nicknames. When both day
 * fields are restricted, either of them is enough, as in Vixie cron.
 * @throws InletError schedule_cron_invalid; `detail` names the field at fault
 */
export function parseCron(expression: string): WallPattern {
  const [minute, hour, day, month, weekday] = splitCron(expression);
  const minutes = ascending(parseCronField(minute, CRON_FIELDS.minute).values);
  const hours = ascending(parseCronField(hour, CRON_FIELDS.hour).values);
  const days = cronDays({
    day: parseCronField(day, CRON_FIELDS.day),
    months: parseCronField(month, CRON_FIELDS.month).values,
    weekday: parseCronField(weekday, CRON_FIELDS.weekday),
  });
  refuseOddities([minute, hour, day, month, weekday]);
  return { times: hours.flatMap((at) => minutes.map((past) => at * 60 + past)), ...days };
}

/** A second opinion on fields of digits, lists, ranges and steps, which every cron reads alike. */
function refuseOddities(fields: readonly string[]): void {
  if (!fields.every((field) => /^[\d*/,-]+$/.test(field))) return;
  if (isValidCron(fields.join(' '), { allowSevenAsSunday: true })) return;
  throw invalid(`"${fields.join(' ')}" would be read differently by other crons.`);
}

/**
 * The five fields of an expression that `parseCron` accepts, with nicknames such as `@daily` written out and
 * spaces made single.
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
  if (minute === undefined || hour === undefined || day === undefined) throw wrongCount(fields.length);
  if (month === undefined || weekday === undefined || more.length > 0) throw wrongCount(fields.length);
  return [minute, hour, day, month, weekday];
}

const invalid = (detail: string) => new InletError('schedule_cron_invalid', { detail });

const wrongCount = (count: number) =>
  invalid(`It has ${count === 1 ? 'one field' : `${count} fields`}; it needs five.`);
