import { type Column, columnSchema } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { filledMapping, mappingStatus } from './mapping-status.js';

const column = (key: string, rest: Partial<Column> = {}): Column =>
  columnSchema.parse({ key, name: key, ...rest });
const columns = [
  column('a', { required: true }),
  column('b', { required: { severity: 'warning' } }),
  column('c', { required: true, default: 'x' }),
  column('d', { required: { message: 'Say it' } }),
  column('e'),
];

describe('the status of a mapping', () => {
  it('lists required columns without a value or a default as missing', () => {
    expect(mappingStatus({ columns }, {})).toEqual({ total: 5, mapped: 0, missing: ['a', 'd'] });
    const mapping = { a: { column: 'a', path: 'x' }, e: { column: 'e', path: 'x' } };
    expect(mappingStatus({ columns }, mapping)).toEqual({ total: 5, mapped: 2, missing: ['d'] });
  });

  it('counts a constant text or a combination once it is not empty', () => {
    const mapping = { a: { column: 'a', value: '' }, d: { column: 'd', template: '{{x}}' } };
    expect(mappingStatus({ columns }, mapping)).toEqual({ total: 5, mapped: 1, missing: ['a'] });
    expect(filledMapping({ columns }, mapping)).toEqual([{ column: 'd', template: '{{x}}' }]);
  });

  it('sends the mapping in the order of the template', () => {
    const mapping = { e: { column: 'e', path: '1' }, a: { column: 'a', path: '2' } };
    expect(filledMapping({ columns }, mapping).map((each) => each.column)).toEqual(['a', 'e']);
  });
});
