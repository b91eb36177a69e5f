import {
  type Column,
  columnSchema,
  type FieldValue,
  type Mapping,
  mappingSchema,
  type Transform,
  VALUE_SEPARATOR,
} from '@inlet/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileMapping } from './compile-mapping.js';

const column = (key: string, rest: object = {}): Column => columnSchema.parse({ key, name: key, ...rest });

/** The texts of one record, whose fields are given by path. */
function mapOne(mapping: unknown, columns: Column[], fields: Record<string, FieldValue>) {
  const compiled = compileMapping(mappingSchema.parse(mapping), columns);
  const values = compiled.paths.map((path) => fields[path]);
  return compiled.mapRecords([{ record: 7, fields: values }])[0]?.texts;
}

function transformed(text: FieldValue, transforms: unknown[], rest: object = {}, entry: object = {}) {
  const mapping = [{ column: 'c', path: 'p', transforms, ...entry }];
  return mapOne(mapping, [column('c', rest)], { p: text })?.[0];
}

describe('paths', () => {
  it('are asked for once each, those of templates too', () => {
    const mapping: Mapping = mappingSchema.parse([
      { column: 'a', path: 'title' },
      { column: 'b', template: '{{ title }} by {{dc:creator}}{{}}' },
      { column: 'c', value: '{{no}}' },
      { column: 'd', path: '/rss/channel/title' },
    ]);
    expect(compileMapping(mapping, []).paths).toEqual(['title', 'dc:creator', '/rss/channel/title']);
  });

  it('are followed by fallbacks for a record without a value', () => {
    const mapping = [{ column: 'c', path: 'a', fallbackPaths: ['b', 'd'] }];
    expect(compileMapping(mappingSchema.parse(mapping), []).paths).toEqual(['a', 'b', 'd']);
    expect(mapOne(mapping, [column('c')], { a: 'A', b: 'B', d: 'D' })).toEqual(['A']);
    expect(mapOne(mapping, [column('c')], { a: ' ', d: 'D' })).toEqual(['D']);
    expect(mapOne(mapping, [column('c', { default: 'x' })], {})).toEqual(['x']);
  });

  it('belong to fields by position, and further fields are ignored', () => {
    const { mapRecords } = compileMapping([{ column: 'b', path: 'x' }], [column('a'), column('b')]);
    expect(
      mapRecords([
        { record: 3, fields: ['1', '2'] },
        { record: 4, fields: [undefined, '2'] },
      ]),
    ).toEqual([
      { record: 3, texts: [undefined, '1'] },
      { record: 4, texts: [undefined, undefined] },
    ]);
  });
});

describe('a record without a value', () => {
  it('leaves its own cell empty and shifts no other', () => {
    const { mapRecords } = compileMapping(
      [
        { column: 't', path: 'title' },
        { column: 'd', path: 'description' },
      ],
      [column('t'), column('d')],
    );
    const rows = mapRecords([
      { record: 1, fields: ['A', undefined] },
      { record: 2, fields: ['B', 'about B'] },
    ]);
    expect(rows.map(({ texts }) => texts)).toEqual([
      ['A', undefined],
      ['B', 'about B'],
    ]);
  });

  it('gets the default of the column, as does a column that is not mapped', () => {
    const columns = [
      column('a', { default: 'x' }),
      column('b', { default: 'y' }),
      column('c', { default: ' ' }),
    ];
    expect(mapOne([{ column: 'a', path: 'p' }], columns, { p: ' \n' })).toEqual(['x', 'y', undefined]);
  });

  it('keeps existing text', () => {
    expect(transformed(' 007 ', [], { default: 'x' })).toBe(' 007 ');
  });
});

describe('several values', () => {
  const values = ['News', ' ', 'Sport'];
  it('are joined for text, any and multi-select, and the first counts for other types', () => {
    expect(transformed(values, [], { type: 'text' })).toBe('News, Sport');
    expect(transformed(values, [], { type: 'any' })).toBe('News, Sport');
    const options = [{ value: 'News' }, { value: 'Sport' }];
    expect(transformed(values, [], { type: 'multi_select', options, delimiter: '|' })).toBe('News|Sport');
    expect(transformed(['', '2', '3'], [], { type: 'integer' })).toBe('2');
  });

  it('stay apart in a multi-select if one of them contains its delimiter', () => {
    const column = { type: 'multi_select', options: [{ value: 'Sales, EMEA' }, { value: 'b' }] } as const;
    expect(transformed(['Sales, EMEA', 'b'], [], column)).toBe(`Sales, EMEA${VALUE_SEPARATOR}b`);
    expect(transformed(['b', 'b'], [], column)).toBe('b,b');
    expect(transformed('Sales, EMEA', [], column)).toBe('Sales, EMEA');
  });

  it('follow the options of the mapping', () => {
    expect(transformed(values, [], {}, { repeat: 'first' })).toBe('News');
    expect(transformed(['a', 'b', ''], [], {}, { repeat: 'last' })).toBe('b');
    expect(transformed(values, [], {}, { repeat: 'join', delimiter: ' / ' })).toBe('News / Sport');
    expect(transformed(values, [], {}, { repeat: 'count' })).toBe('3');
    expect(transformed('one', [], {}, { repeat: 'count' })).toBe('1');
    expect(transformed(undefined, [], {}, { repeat: 'count' })).toBe('0');
  });

  it('are transformed one by one before they are joined', () => {
    const mapped = { kind: 'map_values', values: [{ from: 'Sport', to: 'sports' }], otherwise: 'empty' };
    expect(transformed(values, [mapped])).toBe('sports');
  });

  it('stop growing before they take all memory', () => {
    const long = Array.from({ length: 20 }, () => 'x'.repeat(1_000_000));
    expect(transformed(long, [])).toHaveLength(8_400_000);
  });
});

describe('templates and fixed values', () => {
  const columns = [column('c', { default: 'nothing' })];
  it('put values into a text', () => {
    const mapping = [{ column: 'c', template: '{{title}} by {{dc:creator}} {x} {{' }];
    expect(mapOne(mapping, columns, { title: 'A {{b}}', 'dc:creator': ['X', 'Y'] })?.[0]).toBe(
      'A {{b}} by X, Y {x} {{',
    );
    expect(mapOne(mapping, columns, { title: 'A' })?.[0]).toBe('A by  {x} {{');
  });
  it('are empty if no path has a value', () => {
    expect(mapOne([{ column: 'c', template: '{{a}} by {{b}}' }], columns, { a: ' ' })?.[0]).toBe('nothing');
    expect(mapOne([{ column: 'c', template: 'always' }], columns, {})?.[0]).toBe('always');
  });
  it('give the same text to every row, transformed', () => {
    const mapping = [{ column: 'c', value: 'abc', transforms: [{ kind: 'case', to: 'upper' }] }];
    expect(mapOne(mapping, columns, {})?.[0]).toBe('ABC');
    const emptied = [{ column: 'c', value: 'abc', transforms: [{ kind: 'split', delimiter: 'b', take: 5 }] }];
    expect(mapOne(emptied, columns, {})?.[0]).toBe('nothing');
  });
});

describe('transforms', () => {
  const cases: [Transform | Transform[], string, string | undefined][] = [
    [{ kind: 'trim' }, '\n a b ', 'a b'],
    [{ kind: 'collapse_spaces' }, 'a \n\t b', 'a b'],
    [{ kind: 'strip_html' }, '<p>a</p>b &amp; c', 'a b & c'],
    [{ kind: 'case', to: 'upper' }, 'straße', 'STRASSE'],
    [{ kind: 'case', to: 'lower' }, 'ÀB', 'àb'],
    [{ kind: 'case', to: 'title' }, "the NIGHT-train o'neil", "The Night-Train O'neil"],
    [{ kind: 'replace', find: 'a.', with: '$&' }, 'a.ab a.', '$&ab $&'],
    [{ kind: 'replace', find: 'NEW', with: 'old', ignoreCase: true }, 'New new NEWS', 'old old oldS'],
    [{ kind: 'replace', find: 'new', with: 'old' }, 'New new', 'New old'],
    [{ kind: 'replace_pattern', pattern: '(\\d+)-(\\d+)', with: '$2/$1$$' }, 'x 1-22 y', 'x 22/1$ y'],
    [{ kind: 'replace_pattern', pattern: '(?P<w>B)', with: '<$<w>$&>', ignoreCase: true }, 'abc', 'a<bb>c'],
    [{ kind: 'replace_pattern', pattern: 'x*', with: '-' }, 'ab', '-a-b-'],
    [{ kind: 'default', value: 'x' }, ' ', 'x'],
    [{ kind: 'default', value: 'x' }, 'y', 'y'],
    [{ kind: 'split', delimiter: ' > ', take: 2 }, 'A > B > C', 'B'],
    [{ kind: 'split', delimiter: ' > ', take: -1 }, 'A > B > C', 'C'],
    [{ kind: 'split', delimiter: ' > ', take: -4 }, 'A > B > C', undefined],
    [{ kind: 'number', decimal: ',' }, '1.234,50 €', '1234.50'],
    [{ kind: 'number', decimal: ',' }, '-0,125', '-0.125'],
    [{ kind: 'number', decimal: '.' }, '00123', '00123'],
    [{ kind: 'number', decimal: '.' }, 'about 5', 'about 5'],
    [{ kind: 'date', formats: ['dd.MM.yyyy'] }, '5.1.2025', '2025-01-05'],
    [{ kind: 'date', formats: ['dd.MM.yyyy HH:mm'] }, '05.01.2025 23:30', '2025-01-05T23:30:00.000'],
    [
      { kind: 'date', formats: ['dd.MM.yyyy HH:mm'], timeZone: 'America/New_York' },
      '05.01.2025 23:30',
      '2025-01-05T23:30:00.000-05:00',
    ],
    [
      { kind: 'date', formats: ['epoch_s'], timeZone: 'Asia/Kolkata' },
      '1738317600',
      '2025-01-31T15:30:00.000+05:30',
    ],
    [{ kind: 'date', formats: ['dd.MM.yyyy'] }, '31.02.2025', '31.02.2025'],
    [{ kind: 'map_values', values: [{ from: 'Y', to: 'yes' }], otherwise: 'keep' }, ' Y ', 'yes'],
    [{ kind: 'map_values', values: [{ from: 'Y', to: 'yes' }], otherwise: 'keep' }, 'y', 'y'],
    [
      { kind: 'map_values', values: [{ from: 'Y', to: 'yes' }], otherwise: 'empty', ignoreCase: true },
      'y',
      'yes',
    ],
    [{ kind: 'map_values', values: [{ from: 'Y', to: 'yes' }], otherwise: 'empty' }, 'n', undefined],
    [{ kind: 'map_values', values: [{ from: '', to: 'none' }], otherwise: 'keep' }, '', 'none'],
    [
      [{ kind: 'split', delimiter: ',', take: 2 }, { kind: 'trim' }, { kind: 'case', to: 'upper' }],
      'a, b',
      'B',
    ],
  ];
  it.each(cases)('%j makes of %j', (transform, text, result) => {
    expect(transformed(text, [transform].flat())).toBe(result);
  });

  it('work on a missing value as on an empty one', () => {
    expect(transformed(undefined, [{ kind: 'default', value: 'x' }])).toBe('x');
    expect(transformed(undefined, [{ kind: 'case', to: 'upper' }])).toBeUndefined();
  });

  it('write numbers so that the column reads the same number', () => {
    const number = [{ kind: 'number', decimal: ',' }];
    expect(transformed('1,234', number, { type: 'number' })).toBe('1.2340');
    expect(transformed('1,234', number, { type: 'number', decimal: ',' })).toBe('1,234');
    expect(transformed('1,234', number, { type: 'text' })).toBe('1.234');
  });

  it('stop growing before they take all memory', () => {
    const grow = Array.from({ length: 20 }, () => ({ kind: 'replace', find: 'a', with: 'a'.repeat(500) }));
    expect(transformed('a', grow)).toHaveLength(8_400_000);
    const growByPattern = Array.from({ length: 4 }, () => ({
      kind: 'replace_pattern',
      pattern: '.+',
      with: '$&'.repeat(250),
    }));
    expect(transformed('a'.repeat(10_000), growByPattern)).toHaveLength(8_400_000);
  });

  it('replace every literal text as split and join do', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', 'b', '.', '$', '\\', '^', '-'), maxLength: 12 });
    fc.assert(
      fc.property(
        texts,
        texts.filter((text) => text !== ''),
        texts,
        (text, find, insert) => {
          const result = transformed(text, [{ kind: 'replace', find, with: insert }]);
          expect(result).toBe(text.split(find).join(insert) || undefined);
        },
      ),
    );
  });
});
