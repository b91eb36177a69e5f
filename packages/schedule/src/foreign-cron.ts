import { asFiveFields, type FiveFields, parseFiveFields } from './parse-five-fields.js';

/**
 * An expression of six or seven fields: with seconds first, as Quartz and Spring write them, with a year last, as AWS
 * does, or with both, as Quartz does.
 */
export interface ForeignCron {
  /** The first field; null in an expression without seconds. */
  readonly seconds: string | null;
  /** The field for seconds is no plain number, so the expression may be due several times a minute. */
  readonly hasSeveralSeconds: boolean;
  /** The last field; null in an expression without a year. */
  readonly year: string | null;
  /** The fields between them, as written. They need not be valid. */
  readonly fields: FiveFields;
  /** The same schedule in five fields; null if five fields cannot express it. */
  readonly replacement: string | null;
}

/** Tells the fields of a foreign expression apart. Returns null for an expression of another number of fields. */
export function readForeignCron(expression: string): ForeignCron | null {
  const parts = splitForeignCron(expression);
  if (parts === null) return null;
  const { inOurForm, ...foreign } = parts;
  return { ...foreign, replacement: foreign.hasSeveralSeconds ? null : inOurForm };
}

/**
 * Returns a sentence that names the five fields to use; null if there are none. Of an expression that is due several
 * times a minute, these are the fields without the seconds: once a minute is the most that five fields can express.
 */
export function explainExtraFields(expression: string): string | null {
  const parts = splitForeignCron(expression);
  if (parts === null || parts.inOurForm === null) return null;
  const { seconds, year, inOurForm } = parts;
  if (seconds === null) return `This has six fields, as AWS writes them; leave out the year: "${inOurForm}".`;
  const [count, author, extra] =
    year === null
      ? ['six', 'Quartz and Spring write', 'the seconds']
      : ['seven', 'Quartz writes', 'the seconds and the year'];
  return `This has ${count} fields, as ${author} them; leave out ${extra}: "${inOurForm}".`;
}

interface ForeignParts extends Omit<ForeignCron, 'replacement'> {
  /** The five fields between seconds and year, as our cron writes them; null if they are not valid. */
  readonly inOurForm: string | null;
}

function splitForeignCron(expression: string): ForeignParts | null {
  const all = expression.trim().split(/\s+/);
  const hasYearOnly = all.length === 6 && /^\d{4}/.test(all[5] ?? '');
  const fields = asFiveFields(hasYearOnly ? all.slice(0, 5) : all.slice(1, 6));
  if (fields === null || all.length > 7) return null;
  const seconds = hasYearOnly ? null : (all[0] ?? null);
  const year = hasYearOnly ? (all[5] ?? null) : (all[6] ?? null);
  const hasSeveralSeconds = seconds !== null && !/^\d+$/.test(seconds);
  const repaired = repairFields(fields, { isQuartz: year !== null || fields.includes('?') });
  const inOurForm = isValid(repaired) ? repaired.join(' ') : null;
  return { seconds, hasSeveralSeconds, year, fields, inOurForm };
}

function isValid(fields: FiveFields): boolean {
  try {
    parseFiveFields(fields);
    return true;
  } catch {
    return false;
  }
}

/** Writes the fields of a foreign expression in our form. */
function repairFields(
  [minute, hour, day, month, weekday]: FiveFields,
  { isQuartz }: { isQuartz: boolean },
): FiveFields {
  const free = (field: string): string => (field === '?' ? '*' : field);
  return [
    withRanges(free(minute), 59),
    withRanges(free(hour), 23),
    withRanges(free(day), 31),
    withRanges(free(month), 12),
    withRanges(isQuartz ? withWeekdayNames(free(weekday)) : free(weekday), 7),
  ];
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
