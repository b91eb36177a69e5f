import { InletError } from '@inlet/contracts';

/** The parts of a field that are not numbers. Weekdays are 0 (Sunday) to 6, as in cron. */
export type CronExtra =
  | { readonly kind: 'last_day' }
  | { readonly kind: 'last_working_day' }
  | { readonly kind: 'working_day_near'; readonly day: number }
  | { readonly kind: 'nth_weekday'; readonly weekday: number; readonly nth: number }
  | { readonly kind: 'last_weekday'; readonly weekday: number };

export interface ParsedCronField {
  readonly values: ReadonlySet<number>;
  readonly extras: readonly CronExtra[];
  /** `*` or `?`: the field restricts nothing. */
  readonly isFree: boolean;
}

interface CronField {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** The first one is the name of `min`. */
  readonly names?: readonly string[];
  readonly extra?: (part: string) => CronExtra | null;
}

const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const WEEKDAYS = 'SUN MON TUE WED THU FRI SAT'.split(' ');

export const CRON_FIELDS = {
  minute: { name: 'minute', min: 0, max: 59 },
  hour: { name: 'hour', min: 0, max: 23 },
  day: { name: 'day of month', min: 1, max: 31, extra: extraDay },
  month: { name: 'month', min: 1, max: 12, names: MONTHS },
  /** Sunday is 0 and 7. */
  weekday: { name: 'day of week', min: 0, max: 7, names: WEEKDAYS, extra: extraWeekday },
} as const satisfies Record<string, CronField>;

/**
 * Parses one field: numbers, names, lists, ranges, steps, and the special parts of day fields.
 * @throws InletError schedule_cron_invalid; `detail` names the field and its fault
 */
export function parseCronField(text: string, field: CronField): ParsedCronField {
  const values = new Set<number>();
  const extras: CronExtra[] = [];
  const refuse = (reason: string) =>
    new InletError('schedule_cron_invalid', {
      detail: `The ${field.name} field, "${text}", cannot be read: ${reason}.`,
    });
  for (const part of text.toUpperCase().split(',')) {
    const extra = field.extra?.(part) ?? null;
    if (extra === null) for (const value of parsePart(part, { field, refuse })) values.add(value);
    else extras.push(extra);
  }
  return { values, extras, isFree: /^[*?]$/.test(text) };
}

interface PartOptions {
  readonly field: CronField;
  readonly refuse: (reason: string) => InletError;
}

function parsePart(part: string, { field, refuse }: PartOptions): number[] {
  const [range = '', stepText, ...rest] = part.split('/');
  if (part === '' || rest.length > 0)
    throw refuse(part === '' ? 'a value is missing' : `"${part}" has two steps`);
  const [from, to] = parseRange(range, { field, refuse });
  if (stepText === undefined) return sequence(from, to, 1);
  const longest = field.max - field.min + 1;
  if (!/^\d{1,2}$/.test(stepText) || Number(stepText) < 1 || Number(stepText) > longest) {
    throw refuse(`the step "${stepText}" is not a number from 1 to ${longest}`);
  }
  if (/^[A-Z0-9]+$/.test(range)) {
    throw refuse(`a step needs a range; write "${range}-${field.max}/${stepText}"`);
  }
  return sequence(from, to, Number(stepText));
}

function parseRange(range: string, { field, refuse }: PartOptions): readonly [number, number] {
  if (range === '*' || (range === '?' && field.extra !== undefined)) return [field.min, field.max];
  const [fromText = '', toText = fromText, ...rest] = range.split('-');
  const from = readValue(fromText, field);
  const to = fromText !== 'SUN' && toText === 'SUN' ? 7 : readValue(toText, field);
  if (from === null || to === null || rest.length > 0) {
    throw refuse(`"${range}" is not a value from ${field.min} to ${field.max}`);
  }
  if (from > to) throw refuse(`the range "${range}" runs backwards`);
  return [from, to];
}

function readValue(text: string, { min, max, names = [] }: CronField): number | null {
  if (names.includes(text)) return min + names.indexOf(text);
  const value = Number(text);
  return /^\d{1,2}$/.test(text) && value >= min && value <= max ? value : null;
}

const sequence = (from: number, to: number, step: number) =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);

function extraDay(part: string): CronExtra | null {
  if (part === 'L') return { kind: 'last_day' };
  if (part === 'LW') return { kind: 'last_working_day' };
  const day = Number(/^(\d{1,2})W$/.exec(part)?.[1] ?? 0);
  return day >= 1 && day <= 31 ? { kind: 'working_day_near', day } : null;
}

function extraWeekday(part: string): CronExtra | null {
  const [, name = '', suffix = ''] = /^([0-7]|[A-Z]{3})(L|#[1-5])$/.exec(part) ?? [];
  const value = readValue(name, CRON_FIELDS.weekday);
  if (value === null) return null;
  const weekday = value % 7;
  return suffix === 'L'
    ? { kind: 'last_weekday', weekday }
    : { kind: 'nth_weekday', weekday, nth: Number(suffix.slice(1)) };
}
