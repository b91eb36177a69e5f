import { type Column, columnSchema, type FilterCondition, type RowFilter } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { compileRowFilter } from './compile-row-filter.js';

const COLUMNS: readonly Column[] = [
  { key: 'title', name: 'Title' },
  { key: 'price', name: 'Price', type: 'number' },
  { key: 'stock', name: 'Stock', type: 'integer' },
  { key: 'day', name: 'Day', type: 'date' },
  { key: 'at', name: 'At', type: 'date_time', timeZone: 'Europe/Berlin' },
  { key: 'used', name: 'Used', type: 'boolean' },
  {
    key: 'size',
    name: 'Size',
    type: 'select',
    options: [
      { value: 'S', alternatives: ['small'] },
      { value: 'L', alternatives: ['large'] },
    ],
  },
  {
    key: 'tags',
    name: 'Tags',
    type: 'multi_select',
    options: [{ value: 'red' }, { value: 'green' }, { value: 'blue' }],
  },
].map((column) => columnSchema.parse(column));

const rowWith = (texts: Readonly<Record<string, string>>) => ({
  record: 1,
  texts: COLUMNS.map(({ key }) => texts[key]),
});

const holds = (condition: FilterCondition, text: string | undefined): boolean => {
  const filter: RowFilter = { match: 'all', include: true, conditions: [condition] };
  return compileRowFilter(filter, COLUMNS)(rowWith(text === undefined ? {} : { [condition.column]: text }));
};

type Case = readonly [condition: FilterCondition, holding: readonly string[], failing: readonly string[]];

describe('a condition', () => {
  it.each<Case>([
    [
      { column: 'title', op: 'contains', value: 'SALE' },
      ['Summer sale', 'sale', ' SALES '],
      ['Sal', '', '  '],
    ],
    [{ column: 'title', op: 'contains', value: 'ß' }, ['Straße'], ['Strasse']],
    [{ column: 'price', op: 'contains', value: '9' }, ['19.50', '9'], ['1.50']],
    [{ column: 'tags', op: 'contains', value: 'RE' }, ['blue, green', 'red'], ['blue']],
    [{ column: 'title', op: 'equals', value: 'Red Shoe' }, ['red shoe', ' RED SHOE '], ['Red Shoes', 'Shoe']],
    [{ column: 'price', op: 'equals', value: 10 }, ['10', '10.00', '10.0 '], ['100', '1', 'ten', '']],
    [{ column: 'price', op: 'equals', value: '10.50' }, ['10.5', '10.50'], ['10.05']],
    [{ column: 'stock', op: 'equals', value: 0 }, ['0', '00'], ['', '10']],
    [
      { column: 'day', op: 'equals', value: '2026-03-01' },
      ['2026-03-01', 'Sun, 01 Mar 2026'],
      ['2026-03-02'],
    ],
    [{ column: 'used', op: 'equals', value: true }, ['yes', 'TRUE', '1'], ['no', '', 'perhaps']],
    [{ column: 'size', op: 'equals', value: 'small' }, ['S', 'Small'], ['L', 'medium']],
    [{ column: 'tags', op: 'equals', value: 'green' }, ['green', 'red, Green'], ['red, blue', '']],
    [{ column: 'title', op: 'in', value: ['a', 'B'] }, ['A', 'b'], ['c', 'ab', '']],
    [{ column: 'stock', op: 'in', value: [1, '2'] }, ['1', '02'], ['3', '12']],
    [{ column: 'tags', op: 'in', value: ['red', 'blue'] }, ['green, blue', 'red'], ['green']],
    [{ column: 'price', op: 'greater', value: 9 }, ['10', '9.01', '100'], ['9', '8.99', '-10', '', 'ten']],
    [{ column: 'price', op: 'greater', value: '9,5' }, ['9.6', '10'], ['9.5', '9']],
    [{ column: 'stock', op: 'greater', value: -1 }, ['0'], ['-1', '-2']],
    [
      { column: 'day', op: 'greater', value: '2025-12-31' },
      ['2026-01-01', 'Thu, 01 Jan 2026'],
      ['2025-12-31', '2024-01-01', ''],
    ],
    [
      { column: 'at', op: 'greater', value: '2026-01-01T00:00:00Z' },
      ['2026-01-01T02:00:00', '2026-01-01T00:00:01Z'],
      ['2026-01-01T00:30:00', '2026-01-01T01:00:00+02:00'],
    ],
    [{ column: 'title', op: 'greater', value: 'M' }, ['N', 'Z'], ['M', 'L', '']],
    [{ column: 'tags', op: 'greater', value: 'green' }, ['blue, red'], ['blue, green']],
    [{ column: 'title', op: 'empty' }, ['', '   '], ['a', '0']],
    [{ column: 'tags', op: 'empty' }, [''], ['red']],
    [
      { column: 'title', op: 'regex', value: '^(Red|Blue) \\d+$' },
      ['Red 12', ' Blue 1 '],
      ['red 12', 'Red 12a'],
    ],
    [{ column: 'title', op: 'regex', value: '(?i)sale' }, ['Big SALE'], ['Big']],
    [{ column: 'tags', op: 'regex', value: '^b' }, ['red, blue'], ['red, green']],
  ])('%j holds for the values that mean it, and for no others', (condition, holding, failing) => {
    expect(holding.filter((text) => !holds(condition, text))).toEqual([]);
    expect(failing.filter((text) => holds(condition, text))).toEqual([]);
  });

  it('on a column without a value only holds if it asks for that', () => {
    const conditions: FilterCondition[] = [
      { column: 'title', op: 'contains', value: 'a' },
      { column: 'title', op: 'equals', value: '' },
      { column: 'title', op: 'in', value: [''] },
      { column: 'price', op: 'greater', value: -1 },
      { column: 'title', op: 'regex', value: '.*' },
      { column: 'title', op: 'empty' },
    ];
    expect(conditions.map((condition) => holds(condition, undefined))).toEqual([
      ...Array.from({ length: 5 }, () => false),
      true,
    ]);
  });

  it('on a column that is gone never holds', () => {
    expect(holds({ column: 'gone', op: 'empty' }, undefined)).toBe(false);
  });

  it('compares a value that cannot be read in the type of its column as text', () => {
    expect(holds({ column: 'price', op: 'equals', value: 'on request' }, 'On request')).toBe(true);
    expect(holds({ column: 'price', op: 'greater', value: 'cheap' }, '10')).toBe(false);
  });

  it('with a pattern that RE2 does not support is refused', () => {
    expect(() => holds({ column: 'title', op: 'regex', value: '(?=a)' }, 'a')).toThrow(
      expect.objectContaining({ code: 'template_pattern_invalid' }),
    );
  });
});

describe('a filter', () => {
  const conditions: FilterCondition[] = [
    { column: 'title', op: 'contains', value: 'shoe' },
    { column: 'price', op: 'greater', value: 50 },
  ];
  const ROWS = {
    both: { title: 'Shoe', price: '60' },
    first: { title: 'Shoe', price: '10' },
    second: { title: 'Hat', price: '60' },
    neither: { title: 'Hat', price: '10' },
    nothing: {},
  };
  it.each<[Pick<RowFilter, 'match' | 'include'>, readonly string[]]>([
    [{ match: 'all', include: true }, ['both']],
    [{ match: 'any', include: true }, ['both', 'first', 'second']],
    [{ match: 'all', include: false }, ['first', 'second', 'neither', 'nothing']],
    [{ match: 'any', include: false }, ['neither', 'nothing']],
  ])('%j leaves these rows in the import', (how, left) => {
    const isIncluded = compileRowFilter({ ...how, conditions }, COLUMNS);
    const names = Object.entries(ROWS).flatMap(([name, texts]) => (isIncluded(rowWith(texts)) ? [name] : []));
    expect(names).toEqual(left);
  });
});
