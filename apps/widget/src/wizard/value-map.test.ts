import type { MappedColumn } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { choiceOf, chooseValues, readValueMap } from './value-map.js';

const MAPPED: MappedColumn = { column: 'colour', path: 'Colour', transforms: [{ kind: 'trim' }] };

describe('the choices for values of a file', () => {
  it('are the last transform of the column and its new options, and can be changed one by one', () => {
    const chosen = chooseValues(MAPPED, [
      { text: 'rot', choice: { kind: 'option', value: 'red' } },
      { text: 'n/a', choice: { kind: 'empty' } },
      { text: 'Teal', choice: { kind: 'add' } },
    ]);
    expect(chosen).toEqual({
      column: 'colour',
      path: 'Colour',
      transforms: [
        { kind: 'trim' },
        {
          kind: 'map_values',
          otherwise: 'keep',
          values: [
            { from: 'rot', to: 'red' },
            { from: 'n/a', to: '' },
          ],
        },
      ],
      newOptions: ['Teal'],
    });
    const map = readValueMap(chosen);
    expect(map.base).toEqual(MAPPED);
    expect(['rot', 'n/a', 'Teal', 'blue'].map((text) => choiceOf(map, text))).toEqual([
      { kind: 'option', value: 'red' },
      { kind: 'empty' },
      { kind: 'add' },
      undefined,
    ]);
    const again = chooseValues(chosen, [
      { text: 'Teal', choice: { kind: 'option', value: 'green' } },
      { text: 'rot', choice: { kind: 'none' } },
      { text: 'n/a', choice: { kind: 'none' } },
    ]);
    expect(chooseValues(again, [{ text: 'Teal', choice: { kind: 'none' } }])).toEqual(MAPPED);
  });

  it('leave a list alone that drops all other values', () => {
    const dropping: MappedColumn = {
      column: 'colour',
      path: 'Colour',
      transforms: [{ kind: 'map_values', otherwise: 'empty', values: [{ from: 'a', to: 'red' }] }],
    };
    expect(readValueMap(dropping).base).toEqual(dropping);
  });
});
