import type { Column, Severity } from '@inlet/contracts';
import { compilePattern } from '../values/compile-pattern.js';
import { createFirstRecords } from '../values/first-records.js';
import { compileColumnType } from './compile-column-type.js';
import type { MessageKey } from './messages.js';
import { isRefusal, type Refusal, type Value } from './refusal.js';

export interface Rule {
  readonly severity: Severity | undefined;
  readonly message: string | undefined;
  test(value: Value, text: string, record: number): Refusal | undefined;
}

type TestValue = Rule['test'];

interface OwnWords {
  readonly severity?: Severity | undefined;
  readonly message?: string | undefined;
}

const rule = (test: TestValue, { severity, message }: OwnWords): Rule => ({ test, severity, message });

/** Compiles the constraints of a column on values of its type, in the order of their issues. */
export function compileRules(column: Column): Rule[] {
  const { length, range, digits, pattern, forbidden, unique } = column;
  const rules: Rule[] = [];
  if (length) rules.push(rule(compileLengthTest(length), length));
  if (pattern && column.type !== 'regex') rules.push(rule(compilePatternTest(pattern), pattern));
  if (range) rules.push(rule(compileRangeTest(column, range), range));
  if (digits) rules.push(rule(compileDigitsTest(digits), digits));
  if (forbidden) rules.push(rule(compileForbiddenTest(column, forbidden), forbidden));
  if (unique) rules.push(rule(compileUniqueTest(), unique === true ? {} : unique));
  return rules;
}

/** Tests the delivered text, each choice of a multi-select, or the source text of other types. */
function eachText(test: (text: string) => Refusal | undefined): TestValue {
  return (value, text) => {
    if (typeof value === 'string') return test(value);
    if (typeof value !== 'object') return test(text);
    for (const choice of value) {
      const refusal = test(choice);
      if (refusal) return refusal;
    }
    return undefined;
  };
}

function countCodePoints(text: string): number {
  let count = text.length;
  for (let at = 1; at < text.length; at++)
    if ((text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800) count--;
  return count;
}

function compileLengthTest({
  min = 0,
  max = Number.POSITIVE_INFINITY,
}: NonNullable<Column['length']>): TestValue {
  return eachText((text) => {
    // A code point is one or two units, so most texts need no counting.
    if (text.length <= max && text.length >= min * 2) return undefined;
    const length = countCodePoints(text);
    if (length < min) return { refused: 'too_short', fill: { min, length } };
    return length > max ? { refused: 'too_long', fill: { max, length } } : undefined;
  });
}

function compilePatternTest(pattern: NonNullable<Column['pattern']>): TestValue {
  const compiled = compilePattern(pattern.regex, pattern);
  const mismatch: Refusal = { refused: 'pattern_mismatch' };
  return eachText((text) => (compiled.testExact(text) ? undefined : mismatch));
}

/** A limit as a value of the column's type; undefined if it has another type. */
export function readColumnLimit(column: Column, limit: number | string): string | number | undefined {
  if (column.type === 'integer' || column.type === 'number') {
    const number = typeof limit === 'number' ? limit : Number(limit.trim() || Number.NaN);
    return Number.isFinite(number) ? number : undefined;
  }
  if (typeof limit === 'number' || (column.type !== 'date' && column.type !== 'date_time')) return undefined;
  const { formats: _, ...withoutFormats } = column;
  const value = compileColumnType(withoutFormats)(limit.trim());
  return typeof value === 'string' ? value : undefined;
}

function compileRangeTest(column: Column, range: NonNullable<Column['range']>): TestValue {
  const min = range.min === undefined ? undefined : readColumnLimit(column, range.min);
  const max = range.max === undefined ? undefined : readColumnLimit(column, range.max);
  const isDate = column.type === 'date' || column.type === 'date_time';
  const below: MessageKey = isDate ? 'too_small:date' : 'too_small';
  const above: MessageKey = isDate ? 'too_large:date' : 'too_large';
  return (value) => {
    if (typeof value !== 'string' && typeof value !== 'number') return undefined;
    if (min !== undefined && value < min) return { refused: below, fill: { min } };
    return max !== undefined && value > max ? { refused: above, fill: { max } } : undefined;
  };
}

/** Counts digits without zeros at either end, except the one of `0.5`. */
function countDigits(value: number): { integer: number; fraction: number } {
  const [mantissa = '', exponent = '0'] = String(Math.abs(value)).split('e');
  const [whole = '', rest = ''] = mantissa.split('.');
  const power = Number(exponent);
  return { integer: Math.max(1, whole.length + power), fraction: Math.max(0, rest.length - power) };
}

function compileDigitsTest(digits: NonNullable<Column['digits']>): TestValue {
  const { integer = Number.POSITIVE_INFINITY, fraction = Number.POSITIVE_INFINITY } = digits;
  return (value) => {
    if (typeof value !== 'number') return undefined;
    const count = countDigits(value);
    if (count.integer > integer) return { refused: 'too_many_digits:integer', fill: { max: integer } };
    if (count.fraction > fraction) return { refused: 'too_many_digits:fraction', fill: { max: fraction } };
    return undefined;
  };
}

const comparable = (value: Value): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Compares values of the column's type, so that 0 forbids `0.00`, and texts. */
function compileForbiddenTest(column: Column, forbidden: NonNullable<Column['forbidden']>): TestValue {
  const fold = (text: string) => (forbidden.ignoreCase ? text.toLowerCase() : text);
  const read = compileColumnType(column);
  const refused = new Set<string>();
  for (const listed of forbidden.values) {
    const text = listed.trim();
    refused.add(fold(text));
    const value = text === '' ? '' : read(text);
    if (!isRefusal(value)) refused.add(fold(comparable(value)));
  }
  const refusal: Refusal = { refused: 'forbidden_value' };
  const isForbidden = (text: string) => refused.has(fold(text));
  return (value, text) => {
    if (isForbidden(text) || isForbidden(comparable(value))) return refusal;
    return typeof value === 'object' && value.some(isForbidden) ? refusal : undefined;
  };
}

/** Compares typed values. The first one stays valid, whatever the other issues of its row. */
function compileUniqueTest(): TestValue {
  const seen = createFirstRecords();
  return (value, _text, record) => {
    const first = seen.add(comparable(value), record);
    return first === undefined ? undefined : { refused: 'not_unique', fill: { first } };
  };
}
