import { type Column, columnSchema, InletError } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { checkColumns } from './check-columns.js';
import { compileCheck } from './compile-check.js';

const column = (rest: object): Column => columnSchema.parse({ key: 'c', name: 'C', ...rest });

function fault(...columns: Column[]): InletError | undefined {
  try {
    checkColumns(columns);
    return undefined;
  } catch (error) {
    if (error instanceof InletError) return error;
    throw error;
  }
}

describe('checkColumns', () => {
  it('takes columns that can work', () => {
    expect(
      fault(
        column({ type: 'regex', pattern: { regex: '\\p{Lu}{1,1000}' } }),
        column({
          type: 'date_time',
          timeZone: 'Europe/Berlin',
          formats: ["d. MMMM yyyy 'um' H:mm", 'yyyy-MM-ddTHH:mm:ss.SSSZ', 'epoch_ms', 'DD/MM/YY'],
        }),
        column({ type: 'date', range: { min: '1900-01-01', max: '31 Dec 2099' } }),
        column({ type: 'phone', country: 'GB' }),
      ),
    ).toBeUndefined();
  });

  it.each(['(?=a)b', '(a)\\1', '[', 'a**', '(a{1000}){1000}'])('refuses the pattern %s', (regex) => {
    const error = fault(column({}), column({ pattern: { regex } }));
    expect(error?.code).toBe('template_pattern_invalid');
    expect(error?.errors?.map(({ path }) => path)).toEqual(['columns.1.pattern.regex']);
  });

  it.each([
    ['formats.0', { type: 'date', formats: ['MM/yyyy'] }],
    ['formats.0', { type: 'date', formats: ['dd.MM.yyyy dd'] }],
    ['formats.0', { type: 'date', formats: ['QQ dd MM yyyy'] }],
    ['formats.0', { type: 'date', formats: ["yyyy-MM-dd 'open"] }],
    ['formats.0', { type: 'date', formats: ['yyyy-MM-dd hh:mm'] }],
    ['formats.1', { type: 'date', formats: ['yyyy-MM-dd', 'constructor'] }],
    ['timeZone', { type: 'date_time', timeZone: 'Mars/Base', range: { min: '2025-01-01' } }],
    ['country', { type: 'phone', country: 'ZZ' }],
    ['range.min', { type: 'date', range: { min: 'yesterday' } }],
    ['range.max', { type: 'date', range: { max: 5 } }],
    ['range.min', { type: 'number', range: { min: '1,5' } }],
    ['range.min', { type: 'text', range: { min: 1 } }],
    ['digits', { type: 'text', digits: { integer: 1 } }],
  ])('refuses %s of %j', (path, rest) => {
    const error = fault(column(rest));
    expect(error?.code).toBe('invalid_request');
    expect(error?.errors?.map((one) => one.path)).toEqual([`columns.0.${path}`]);
  });

  it('is asked before anything is checked', () => {
    const broken = column({ pattern: { regex: '(' } });
    expect(() => compileCheck({ columns: [broken], uniqueTogether: [] })).toThrow(InletError);
  });
});
