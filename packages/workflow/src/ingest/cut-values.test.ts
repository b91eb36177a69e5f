import { expect, it } from 'vitest';
import { createValueCutter } from './cut-values.js';

const cut = createValueCutter({ rows: 20, columns: 4 });

it('leaves values unchanged that a person can read', () => {
  const values = { a: 'x'.repeat(2000), b: 1.5, c: null, d: ['one', 'two'], e: true, f: '' };
  expect(cut(values)).toEqual(values);
});

it('cuts a text visibly, says how long it is, and splits no surrogate pair', () => {
  expect(cut({ a: `${'x'.repeat(1999)}🥊${'y'.repeat(1000)}` })).toEqual({
    a: `${'x'.repeat(1999)}… (3001 characters)`,
  });
});

it('cuts a list visibly, and says how many values it has', () => {
  expect(cut({ a: Array.from({ length: 5000 }, () => 'abcde') })).toEqual({
    a: [...Array.from({ length: 400 }, () => 'abcde'), '… (5000 values)'],
  });
  expect(cut({ a: ['x'.repeat(3000), 'y'] })).toEqual({
    a: [`${'x'.repeat(2000)}… (3000 characters)`, '… (2 values)'],
  });
});

it('bounds all rows together, however many columns they have', () => {
  const columns = 500;
  const text = '日'.repeat(1_000_000);
  const values = Object.fromEntries(Array.from({ length: columns }, (_, index) => [`c${index}`, text]));
  const shown = JSON.stringify(createValueCutter({ rows: 200, columns })(values));
  expect(Buffer.byteLength(shown) * 200).toBeLessThan(12_000_000);
  const sample = JSON.stringify(createValueCutter({ rows: 20, columns })(values));
  expect(Buffer.byteLength(sample) * 20).toBeLessThan(5_000_000);
});
