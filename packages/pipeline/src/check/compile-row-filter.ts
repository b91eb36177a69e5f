import type { Column, FilterCondition, Row, RowFilter } from '@inlet/contracts';
import { compilePattern } from '../values/compile-pattern.js';
import { compileColumnType } from './compile-column-type.js';
import { isRefusal, type Value } from './refusal.js';

/** Whether a filter leaves a row in the import. */
export type IsIncluded = (row: Row) => boolean;

type TestText = (text: string) => boolean;

/**
 * Compiles a filter to a test of mapped rows, before they are checked. A condition on an unknown column never holds.
 * Throws InletError `template_pattern_invalid` for a pattern that RE2 does not support.
 */
export function compileRowFilter(
  { match, include, conditions }: RowFilter,
  columns: readonly Column[],
): IsIncluded {
  const tests = conditions.map((condition) => compileCondition(condition, columns));
  return (row) => {
    const isMatch = match === 'all' ? tests.every((test) => test(row)) : tests.some((test) => test(row));
    return isMatch === include;
  };
}

/** Types whose values are compared as numbers or dates. */
const ORDERED_TYPES: ReadonlySet<string> = new Set(['integer', 'number', 'date', 'date_time']);

/**
 * Returns the indexes of the conditions that can never hold, because their column has numbers or dates and they compare
 * with a value that is neither.
 */
export function findUnreadableLimits(
  { conditions }: Pick<RowFilter, 'conditions'>,
  columns: readonly Column[],
): number[] {
  return conditions.flatMap((condition, index) => {
    const column = columns.find(({ key }) => key === condition.column);
    if (condition.op !== 'greater' || !column || !ORDERED_TYPES.has(column.type)) return [];
    return isRefusal(compileColumnType(column)(String(condition.value).trim())) ? [index] : [];
  });
}

function compileCondition(condition: FilterCondition, columns: readonly Column[]): IsIncluded {
  const position = columns.findIndex(({ key }) => key === condition.column);
  const column = columns[position];
  if (!column) return () => false;
  const test = condition.op === 'empty' ? undefined : compileTest(condition, column);
  return ({ texts }) => {
    const text = texts[position]?.trim() ?? '';
    return test === undefined ? text === '' : text !== '' && test(text);
  };
}

function compileTest(condition: Exclude<FilterCondition, { op: 'empty' }>, column: Column): TestText {
  const read = compileColumnType(column);
  /** The values of a text in the column's type; the text itself if it cannot be read. */
  const valuesOf = (text: string): readonly Exclude<Value, readonly string[]>[] => {
    const value = read(text);
    if (isRefusal(value)) return [text];
    return typeof value === 'object' ? value : [value];
  };
  const firstValueOf = (given: string | number | boolean) => valuesOf(String(given).trim())[0] ?? '';
  switch (condition.op) {
    case 'contains': {
      const wanted = condition.value.toLowerCase();
      return (text) => valuesOf(text).some((value) => String(value).toLowerCase().includes(wanted));
    }
    case 'equals':
    case 'in': {
      const given = condition.op === 'in' ? condition.value : [condition.value];
      const wanted = new Set(given.map((each) => fold(firstValueOf(each))));
      return (text) => valuesOf(text).some((value) => wanted.has(fold(value)));
    }
    case 'greater': {
      const limit = firstValueOf(condition.value);
      return (text) => valuesOf(text).some((value) => typeof value === typeof limit && value > limit);
    }
    case 'regex': {
      const pattern = compilePattern(condition.value);
      return (text) => valuesOf(text).some((value) => pattern.test(String(value)));
    }
  }
}

const fold = (value: Exclude<Value, readonly string[]>): string | number | boolean =>
  typeof value === 'string' ? value.toLowerCase() : value;
