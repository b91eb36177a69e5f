import { columnSchema, identitySchema, rowFilterSchema } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { type newSelectionForm, toFilter, toIdentity, toSelectionForm } from './selection-form.js';

const columns = [
  { key: 'title', name: 'Title' },
  { key: 'price', name: 'Price', type: 'number' },
  { key: 'live', name: 'Live', type: 'boolean' },
].map((column) => columnSchema.parse(column));
const filter = (...conditions: ReturnType<typeof newSelectionForm>['filter']['conditions'][number][]) =>
  toFilter({ match: 'all', include: true, conditions }, columns);

describe('the filter of the form', () => {
  it.each([
    [
      { column: 'title', op: 'contains', value: ' tea ' },
      { column: 'title', op: 'contains', value: 'tea' },
    ],
    [
      { column: 'title', op: 'equals', value: '12' },
      { column: 'title', op: 'equals', value: '12' },
    ],
    [
      { column: 'price', op: 'equals', value: '12' },
      { column: 'price', op: 'equals', value: 12 },
    ],
    [
      { column: 'live', op: 'equals', value: 'True' },
      { column: 'live', op: 'equals', value: true },
    ],
    [
      { column: 'price', op: 'greater', value: '1.5' },
      { column: 'price', op: 'greater', value: 1.5 },
    ],
    [
      { column: 'title', op: 'in', value: 'a, b,' },
      { column: 'title', op: 'in', value: ['a', 'b'] },
    ],
    [
      { column: 'title', op: 'empty', value: 'left over' },
      { column: 'title', op: 'empty' },
    ],
    [
      { column: 'title', op: 'regex', value: '^ x' },
      { column: 'title', op: 'regex', value: '^ x' },
    ],
  ] as const)('has the condition %j with a value of the type of its column', (typed, expected) => {
    const made = filter(typed);
    expect(made?.conditions).toEqual([expected]);
    expect(rowFilterSchema.parse(made)).toEqual(made);
  });

  it('leaves out conditions without a value, and is null without any', () => {
    expect(filter({ column: 'title', op: 'contains', value: ' ' })).toBeNull();
    expect(filter({ column: 'title', op: 'in', value: ' , ' })).toBeNull();
    expect(filter()).toBeNull();
  });
});

describe('the identity of the form', () => {
  it('has its columns only if they are the basis, and is automatic without any', () => {
    expect(toIdentity({ by: 'feed', columns: ['title'] })).toEqual({ by: 'feed' });
    expect(toIdentity({ by: 'columns', columns: [] })).toEqual({ by: 'template' });
    const chosen = toIdentity({ by: 'columns', columns: ['title'] });
    expect(identitySchema.parse(chosen)).toEqual({ by: 'columns', columns: ['title'] });
  });
});

it('shows a stored selection as it was made', () => {
  const stored = {
    identity: { by: 'columns', columns: ['title'] },
    filter: {
      match: 'any',
      include: false,
      conditions: [
        { column: 'title', op: 'in', value: ['a', 'b'] },
        { column: 'price', op: 'greater', value: 3 },
        { column: 'title', op: 'empty' },
      ],
    },
    firstRun: { newest: 5 },
  } as const;
  const form = toSelectionForm({
    ...stored,
    identity: identitySchema.parse(stored.identity),
    filter: rowFilterSchema.parse(stored.filter),
  });
  expect(toIdentity(form.identity)).toEqual(stored.identity);
  expect(toFilter(form.filter, columns)).toEqual(stored.filter);
  expect(form.firstRun).toEqual({ newest: 5 });
});
