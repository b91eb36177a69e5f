import { InletError } from '@inlet/contracts';
import { explainExtraFields } from './foreign-cron.js';
import { asFiveFields, type FiveFields, parseFiveFields } from './parse-five-fields.js';
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
  return parseFiveFields(splitCron(expression));
}

export function isCron(expression: string): boolean {
  try {
    parseCron(expression);
    return true;
  } catch {
    return false;
  }
}

/**
 * The five fields of a valid expression, separated by single spaces; replaces nicknames such as `@daily`.
 * @throws InletError schedule_cron_invalid
 */
export function normalizeCron(expression: string): string {
  parseCron(expression);
  return splitCron(expression).join(' ');
}

function splitCron(expression: string): FiveFields {
  const text = expression.trim();
  const fields = text === '' ? [] : (NICKNAMES.get(text.toLowerCase()) ?? text).split(/\s+/);
  if (text.startsWith('@') && fields.length === 1) {
    throw invalid(`"${text}" is not known; use ${[...NICKNAMES.keys()].join(', ')} or five fields.`);
  }
  const five = asFiveFields(fields);
  if (five === null) throw wrongCount(fields);
  return five;
}

const invalid = (detail: string) => new InletError('schedule_cron_invalid', { detail });

const wrongCount = (fields: readonly string[]) =>
  invalid(
    explainExtraFields(fields.join(' ')) ??
      `It has ${fields.length === 1 ? 'one field' : `${fields.length} fields`}; it needs five.`,
  );
