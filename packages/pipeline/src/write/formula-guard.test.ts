import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guardFormulas, removeFormulaGuards } from './formula-guard.js';

describe('the guard of formulas', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['-5', '-5'],
    ['+49 30 901820', '+49 30 901820'],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t'=1"],
    ['a;=1', "a;'=1"],
    ["'=1", "''=1"],
    ['plain', 'plain'],
  ])('turns %j into %j and back', (text, guarded) => {
    expect(guardFormulas(text)).toBe(guarded);
    expect(removeFormulaGuards(guarded)).toBe(text);
  });

  it('is taken off again from any text', () => {
    const texts = fc.string({
      unit: fc.constantFrom('=', '-', "'", '"', ' ', ';', '\t', '\r', '\n', 'a', '1'),
    });
    fc.assert(fc.property(texts, (text) => removeFormulaGuards(guardFormulas(text)) === text));
  });
});
