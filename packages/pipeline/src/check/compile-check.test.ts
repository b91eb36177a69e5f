import { type CheckedRow, type Column, columnSchema, type UniqueTogether } from '@inlet/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileCheck } from './compile-check.js';

type ColumnInput = Parameters<typeof columnSchema.parse>[0];

const column = (rest: object): Column =>
  columnSchema.parse({ key: 'c', name: 'C', ...rest } satisfies ColumnInput);

function checkAll(
  given: object | object[],
  rows: (string | undefined)[][],
  group?: UniqueTogether,
): CheckedRow[] {
  const columns = (Array.isArray(given) ? given : [given]).map(column);
  const check = compileCheck({ columns, uniqueTogether: group ? [group] : [] });
  return check.checkRows(rows.map((texts, index) => ({ record: index + 1, texts })));
}

/** The value of an accepted cell, or the codes of its issues. */
function outcome(given: object, text: string | undefined): unknown {
  const [row] = checkAll(given, [[text]]);
  return row?.issues ? row.issues.map(({ code }) => code) : row?.cells[0];
}

describe('empty cells', () => {
  it('are null and break no rule but required', () => {
    const rules = { length: { min: 5 }, pattern: { regex: 'x+' }, forbidden: { values: [''] }, unique: true };
    const rows = checkAll(rules, [[undefined], [''], [' \t\u00a0'], [undefined]]);
    expect(rows.map(({ cells, issues, isValid }) => [cells, issues, isValid])).toEqual(
      Array.from({ length: 4 }, () => [[null], undefined, true]),
    );
  });

  it('are one error if the column is required', () => {
    const [row] = checkAll({ required: true, type: 'email' }, [['  ']]);
    expect(row).toEqual({
      record: 1,
      cells: [null],
      isValid: false,
      issues: [
        {
          columnKey: 'c',
          code: 'required',
          message: 'Fill this in: the column needs a value.',
          severity: 'error',
        },
      ],
    });
  });

  it('are null in a multi-select of delimiters alone', () => {
    expect(outcome({ type: 'multi_select', options: [{ value: 'a' }], required: true }, ' , ,')).toEqual([
      'required',
    ]);
  });
});

describe('white space', () => {
  it('around a text does not count', () => {
    expect(outcome({ type: 'text', length: { max: 3 } }, ' \n a b\u00a0')).toBe('a b');
  });

  it('is delivered by a column of type any', () => {
    expect(outcome({ type: 'any' }, ' 007 ')).toBe(' 007 ');
  });
});

describe('text', () => {
  it('keeps leading zeros, long digit strings, phone numbers and signs of formulas', () => {
    for (const text of ['00123', '12345678901234567890', '+49 30 123', '-5', '=1+1', '03/04/2025'])
      expect(outcome({ type: 'text' }, text)).toBe(text);
  });
});

describe('severity and words', () => {
  it('delivers null for a value of the wrong type, even if that is only a warning', () => {
    const [row] = checkAll({ type: 'integer', severity: 'warning' }, [['many']]);
    expect(row).toMatchObject({ cells: [null], isValid: true });
    expect(row?.issues).toEqual([
      {
        columnKey: 'c',
        code: 'not_an_integer',
        message: '“many” is not a whole number.',
        severity: 'warning',
        value: 'many',
      },
    ]);
  });

  it('keeps the value where only a constraint warns', () => {
    const [row] = checkAll({ length: { max: 2, severity: 'warning' } }, [['abc']]);
    expect(row).toMatchObject({ cells: ['abc'], isValid: true });
    expect(row?.issues?.[0]).toMatchObject({ code: 'too_long', severity: 'warning' });
  });

  it("uses the template's own messages unchanged", () => {
    const [row] = checkAll({ required: { message: 'We need {value}', severity: 'warning' } }, [['']]);
    expect(row?.issues?.[0]).toMatchObject({ message: 'We need {value}', severity: 'warning' });
  });

  it('replaces its words with those that were passed, and keeps the others', () => {
    const check = compileCheck({
      columns: [column({ type: 'integer', required: true })],
      uniqueTogether: [],
      messages: { not_an_integer: '„{value}“ ist keine ganze Zahl.' },
    });
    const rows = check.checkRows([
      { record: 1, texts: ['x'] },
      { record: 2, texts: [''] },
    ]);
    expect(rows.map(({ issues }) => issues?.[0]?.message)).toEqual([
      '„x“ ist keine ganze Zahl.',
      'Fill this in: the column needs a value.',
    ]);
  });

  it('cuts the refused text to 200 characters without halving one', () => {
    const [row] = checkAll({ type: 'integer' }, [[`${'x'.repeat(199)}😀tail`]]);
    expect(row?.issues?.[0]?.value).toBe('x'.repeat(199));
    expect(row?.issues?.[0]?.message).toBe(`“${'x'.repeat(59)}…” is not a whole number.`);
  });

  it('tells all breaches of one cell', () => {
    expect(
      outcome({ length: { max: 2 }, pattern: { regex: '\\d+' }, forbidden: { values: ['abc'] } }, 'abc'),
    ).toEqual(['too_long', 'pattern_mismatch', 'forbidden_value']);
  });
});

describe('unique', () => {
  it('leaves the first valid and names its record to the later ones', () => {
    const rows = checkAll({ unique: true }, [['a'], ['b'], ['a'], ['a']]);
    expect(rows.map(({ isValid }) => isValid)).toEqual([true, true, false, false]);
    expect(rows[3]?.issues?.[0]?.message).toBe('“a” is already in record 1. Each value may occur once.');
  });

  it('compares typed values, over all calls of one instance', () => {
    const check = compileCheck({ columns: [column({ type: 'number', unique: true })], uniqueTogether: [] });
    expect(check.checkRows([{ record: 1, texts: ['1.50'] }])[0]?.isValid).toBe(true);
    expect(check.checkRows([{ record: 9, texts: ['1,5'] }])[0]?.issues?.[0]?.code).toBe('not_unique');
  });

  it('does not share what it saw with another instance', () => {
    expect(checkAll({ unique: true }, [['a']])[0]?.isValid).toBe(true);
    expect(checkAll({ unique: true }, [['a']])[0]?.isValid).toBe(true);
  });

  it('finds exactly the repeated ones among many', () => {
    const texts = Array.from({ length: 30_000 }, (_, n) => [`item-${n % 20_000}`]);
    const rows = checkAll({ unique: true }, texts);
    expect(rows.findIndex(({ isValid }) => !isValid)).toBe(20_000);
    expect(rows.filter(({ isValid }) => !isValid)).toHaveLength(10_000);
  });
});

describe('unique together', () => {
  const columns = [
    { key: 'sku', name: 'SKU' },
    { key: 'size', name: 'Size' },
  ];
  const group = { columns: ['sku', 'size'] };

  it('refuses the second row with the same values, as an issue of the row', () => {
    const rows = checkAll(
      columns,
      [
        ['a', 'b'],
        ['a', 'c'],
        ['ab', ''],
        ['a', 'b'],
        ['', ''],
      ],
      group,
    );
    expect(rows.map(({ isValid }) => isValid)).toEqual([true, true, true, false, true]);
    expect(rows[3]?.issues).toEqual([
      {
        columnKey: null,
        code: 'not_unique_together',
        message: '“a, b” is already in record 1. SKU, Size together may occur once.',
        severity: 'error',
        value: 'a, b',
      },
    ]);
  });

  it('takes empty for equal to empty, but not where all are empty', () => {
    const rows = checkAll(
      columns,
      [
        ['a', ''],
        ['a', undefined],
        ['', ''],
        ['', ''],
      ],
      group,
    );
    expect(rows.map(({ isValid }) => isValid)).toEqual([true, false, true, true]);
  });
});

describe('length', () => {
  it('counts code points', () => {
    expect(outcome({ length: { min: 3, max: 3 } }, '😀😀😀')).toBe('😀😀😀');
    expect(outcome({ length: { max: 2 } }, '😀😀😀')).toEqual(['too_long']);
    expect(outcome({ length: { min: 4 } }, '😀😀😀')).toEqual(['too_short']);
  });

  it('agrees with counting by iteration', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 12 }), fc.nat(12), (text, max) => {
        const trimmed = text.trim();
        const isTooLong = trimmed !== '' && Array.from(trimmed).length > max;
        expect(outcome({ length: { max } }, text)).toEqual(isTooLong ? ['too_long'] : trimmed || null);
      }),
    );
  });
});

describe('range', () => {
  it('compares numbers as numbers', () => {
    expect(outcome({ type: 'number', range: { min: 9, max: '10' } }, '9.5')).toBe(9.5);
    expect(outcome({ type: 'number', range: { min: 9 } }, '8,9')).toEqual(['too_small']);
    expect(outcome({ type: 'integer', range: { max: 10 } }, '11')).toEqual(['too_large']);
  });

  it('compares days and instants in their type', () => {
    const day = { type: 'date', formats: ['dd.MM.yyyy'], range: { min: '2025-01-31' } };
    expect(outcome(day, '31.01.2025')).toBe('2025-01-31');
    expect(outcome(day, '30.01.2025')).toEqual(['too_small']);
    const instant = { type: 'date_time', range: { max: '2025-01-31T10:00:00+01:00' } };
    expect(outcome(instant, '2025-01-31T09:00:00Z')).toBe('2025-01-31T09:00:00.000Z');
    expect(outcome(instant, '2025-01-31T09:00:01Z')).toEqual(['too_large']);
  });
});

describe('digits', () => {
  it('counts those of the number, not of its writing', () => {
    const rule = { type: 'number', decimal: '.', digits: { integer: 3, fraction: 2 } };
    expect(outcome(rule, '00999.500')).toBe(999.5);
    expect(outcome(rule, '1000')).toEqual(['too_many_digits']);
    expect(outcome(rule, '0.125')).toEqual(['too_many_digits']);
    expect(outcome(rule, '1.5e-7')).toEqual(['too_many_digits']);
  });
});

describe('pattern', () => {
  it('must match the whole value, in RE2', () => {
    const rule = { pattern: { regex: '[A-Z]{2}|x', ignoreCase: true } };
    expect(outcome(rule, 'ab')).toBe('ab');
    expect(outcome(rule, 'abc')).toEqual(['pattern_mismatch']);
  });

  it('stays fast for patterns on which a backtracking engine would not end', () => {
    expect(outcome({ pattern: { regex: '(a+)+' } }, `${'a'.repeat(5000)}b`)).toEqual(['pattern_mismatch']);
  });

  it('is the type of a regex column, with its own words', () => {
    const [row] = checkAll({ type: 'regex', pattern: { regex: '\\d+', message: 'Digits, please' } }, [['x']]);
    expect(row).toMatchObject({
      cells: [null],
      issues: [{ code: 'pattern_mismatch', message: 'Digits, please' }],
    });
    expect(row?.issues).toHaveLength(1);
  });
});

describe('forbidden values', () => {
  it('are compared in the type of the column', () => {
    const rule = { type: 'number', forbidden: { values: ['0', 'n/a'] } };
    expect(outcome(rule, '0.00')).toEqual(['forbidden_value']);
    expect(outcome(rule, '0.01')).toBe(0.01);
  });

  it('regard case unless told not to', () => {
    expect(outcome({ forbidden: { values: ['Test'] } }, 'TEST')).toBe('TEST');
    expect(outcome({ forbidden: { values: ['Test'], ignoreCase: true } }, 'TEST')).toEqual([
      'forbidden_value',
    ]);
  });

  it('refuse one choice of a multi-select', () => {
    const options = [{ value: 'a' }, { value: 'b', alternatives: ['bee'] }];
    expect(outcome({ type: 'multi_select', options, forbidden: { values: ['b'] } }, 'a,bee')).toEqual([
      'forbidden_value',
    ]);
  });
});

describe('a value that cannot be read', () => {
  const many = (rest: object) => checkAll({ type: 'integer', ...rest }, [['many']])[0];

  it.each([
    ['by default', {}],
    ['if the column says so', { onInvalid: 'empty' }],
  ])('costs only its cell in an optional column %s', (_, rest) => {
    expect(many(rest)).toMatchObject({
      cells: [null],
      isValid: true,
      issues: [{ code: 'not_an_integer', severity: 'warning' }],
    });
  });

  it.each([
    ['if the column says so', { onInvalid: 'reject' }],
    ['if the column is required', { required: true }],
    ['if its severity is an error', { severity: 'error' }],
  ])('costs the row %s', (_, rest) => {
    expect(many(rest)).toMatchObject({ isValid: false, issues: [{ severity: 'error' }] });
  });
});
