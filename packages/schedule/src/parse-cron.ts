import { InletError } from '@inlet/contracts';
import { isValidCron } from 'cron-validator';
import { Cron } from 'croner';
import { DAY } from './civil.js';
import type { WallPattern } from './wall-pattern.js';

/** Seconds, years and random values (`H`) are for other schedulers; `@reboot` is no time. */
const NICKNAMES: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);

const FIELD_NAMES = ['minute', 'hour', 'day of month', 'month', 'day of week'] as const;

/** What the validator of plain fields does not know, and the scheduler does. */
const EXTRA_DAY_OF_MONTH = /^(?:L|LW|\d{1,2}W)$/i;
const EXTRA_DAY_OF_WEEK = /^(?:[0-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(?:L|#[1-5])$/i;

/**
 * The five fields of an expression, with nicknames such as `@daily` written out and spaces made single.
 * @throws InletError schedule_cron_invalid; `detail` names the field
 */
export function normalizeCron(expression: string): string {
  const text = expression.trim();
  const fields = (NICKNAMES.get(text.toLowerCase()) ?? text).split(/\s+/);
  if (text.startsWith('@') && fields.length === 1) {
    throw invalid(`"${text}" is not known; use ${[...NICKNAMES.keys()].join(', ')} or five fields.`);
  }
  if (text === '' || fields.length !== 5) {
    const count = text === '' ? 0 : fields.length;
    throw invalid(`It has ${count === 1 ? 'one field' : `${count} fields`}; it needs five.`);
  }
  const fault = faultOf(fields);
  if (fault !== null) throw fault;
  return fields.join(' ');
}

/**
 * Reads a cron expression: five fields, with `L`, `LW`, `15W`, `5#2`, `5L` and the nicknames. When both day
 * fields are restricted, either of them is enough, as in Vixie cron.
 * @throws InletError schedule_cron_invalid
 */
export function parseCron(expression: string): WallPattern {
  const [minute = '', hour = '', ...days] = normalizeCron(expression).split(' ');
  const minutes = expandField(minute, 59);
  const times = expandField(hour, 23).flatMap((at) => minutes.map((past) => at * 60 + past));
  const atMidnight = openCron(['0', '0', ...days].join(' '));
  return {
    times,
    nextDay(from) {
      const next = atMidnight.nextRun(new Date(from * DAY - 1));
      return next === null ? null : next.getTime() / DAY;
    },
  };
}

/** The offset keeps croner from looking at zones: it walks plain dates, and the zone is applied by us. */
const openCron = (expression: string) => new Cron(expression, { mode: '5-part', utcOffset: 0, paused: true });

/** The scheduler has the last word, since it knows more than the validator and refuses more. */
function findFault(fields: readonly string[]): unknown {
  const plain = fields.map((field, index) => {
    const parts = field.split(',').filter((part) => !isExtra(part, index));
    return parts.length === 0 ? '*' : parts.join(',');
  });
  try {
    openCron(fields.join(' '));
  } catch (cause) {
    return cause;
  }
  const isPlainValid = isValidCron(plain.join(' '), {
    alias: true,
    allowBlankDay: true,
    allowSevenAsSunday: true,
  });
  return isPlainValid ? null : new Error('it uses signs that are not known here.');
}

/** Which of the fields is at fault shows when each is tried alone. */
function faultOf(fields: readonly string[]): InletError | null {
  if (findFault(fields) === null) return null;
  for (const [index, name] of FIELD_NAMES.entries()) {
    const field = fields[index]!;
    const cause = findFault(fields.map((_, at) => (at === index ? field : '*')));
    if (cause !== null) {
      return invalid(`The ${name} field, "${field}", cannot be read: ${reasonOf(cause)}`, cause);
    }
  }
  return invalid('Its fields do not go together.');
}

const isExtra = (part: string, index: number) =>
  (index === 2 && EXTRA_DAY_OF_MONTH.test(part)) || (index === 4 && EXTRA_DAY_OF_WEEK.test(part));

const reasonOf = (cause: unknown) =>
  `${cause instanceof Error ? cause.message.replace(/^CronPattern: (?:Syntax error, )?/, '') : cause}`;

const invalid = (detail: string, cause?: unknown) =>
  new InletError('schedule_cron_invalid', { detail, cause });

/** The values of a checked minute or hour field, ascending. */
export function expandField(field: string, max: number): number[] {
  const values = new Set(field.split(',').flatMap((part) => expandPart(part, max)));
  return [...values].sort((a, b) => a - b);
}

function expandPart(part: string, max: number): number[] {
  const [range = '', step = '1'] = part.split('/');
  const [from = 0, to = from] = /^[*?]$/.test(range) ? [0, max] : range.split('-').map(Number);
  const length = Math.floor((to - from) / Number(step)) + 1;
  return Array.from({ length }, (_, index) => from + index * Number(step));
}
