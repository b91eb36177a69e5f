import { type RowFilter, type TemplateInput, templateInputSchema } from '@inlet/contracts';
import { NO_HINTS } from '@inlet/pipeline';
import { describe, expect, it } from 'vitest';
import type { ReadRowsOptions } from '../ports/change-reader.js';
import { readRows, type SourceRow, warningsOf } from './source-rows.js';

const templateOf = (changes: object = {}): TemplateInput =>
  templateInputSchema.parse({
    code: 'products',
    name: 'Products',
    columns: [
      { key: 'sku', name: 'SKU', required: true },
      { key: 'title', name: 'Title' },
    ],
    ...changes,
  });

const DEFAULTS = {
  identity: { columns: [], decided: { basis: 'id', paths: null }, candidates: null, isContentChosen: false },
  filter: null,
  ignoreColumns: [],
  formerIgnoreColumns: null,
} as const;

const MAPPING = [
  { column: 'sku', path: 'sku' },
  { column: 'title', path: 'title' },
];

async function* streamOf(text: string) {
  yield Buffer.from(text);
}

const reader = (records: readonly object[], changes: Partial<ReadRowsOptions> = {}) =>
  readRows(streamOf(JSON.stringify(records)), {
    template: templateOf(),
    ...DEFAULTS,
    recordPath: '/',
    parseOptions: { format: 'json' },
    mapping: MAPPING,
    hints: NO_HINTS,
    ...changes,
  });

async function read(records: readonly object[], changes: Partial<ReadRowsOptions> = {}) {
  const rows = reader(records, changes);
  const all: SourceRow[] = [];
  const sizes: number[] = [];
  for await (const batch of rows.batches) {
    all.push(...batch);
    sizes.push(batch.length);
  }
  return { rows, all, sizes };
}

const keysOf = ({ all }: { all: readonly SourceRow[] }) => all.map(({ rowKey }) => rowKey);

describe('the values of a row', () => {
  it.each([
    ['plain text', 'Red apple'],
    ['quotes and backslashes', '5" \\ "x"'],
    ['line breaks and control characters', 'one\ntwo\u0001'],
    ['characters outside of the first plane', 'Ä漢😀'],
    ['half of a surrogate pair', 'a\ud800b'],
    ['line separators, which JSON may contain', 'a\u2028b'],
  ])('are the same JSON that JSON.stringify makes: %s', async (_, title) => {
    const { all } = await read([{ sku: '1', title }]);
    const cells = { sku: '1', title: all[0]?.row.cells[1] };
    expect(all[0]?.values).toBe(JSON.stringify(cells));
  });

  it('are in the order of the columns, with null for a missing one, whatever the order of the mapping', async () => {
    const { all } = await read([{ title: 'T', sku: 's' }, { sku: 's' }], { mapping: MAPPING.toReversed() });
    expect(all.map(({ values }) => values)).toEqual(['{"sku":"s","title":"T"}', '{"sku":"s","title":null}']);
  });
});

describe('a row that must fit into the largest batch', () => {
  const KEYS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const ROOM = 8_388_608;
  const frame = JSON.stringify(Object.fromEntries(KEYS.map((key) => [key, '']))).length;
  /** Reads records whose text is in eight columns, since one value may not have so many bytes. */
  const readWide = (texts: readonly string[], required = false) =>
    read(
      texts.map((text) => ({ text })),
      {
        template: templateOf({
          columns: [
            ...KEYS.map((key) => ({ key, name: key })),
            ...(required ? [{ key: 'z', name: 'Z', required: true }] : []),
          ],
        }),
        mapping: [
          ...KEYS.map((column) => ({ column, path: 'text' })),
          ...(required ? [{ column: 'z', path: 'other' }] : []),
        ],
      },
    );
  const each = Math.floor((ROOM - frame) / KEYS.length);

  it.each([
    ['has the bytes that it may have', 'x'.repeat(each)],
    ['has them in characters of two bytes', 'ä'.repeat(Math.floor(each / 2))],
  ])('is valid if it %s', async (_, text) => {
    const { all } = await readWide([text]);
    expect(all.map(({ row }) => [row.isValid, row.issues ?? []])).toEqual([[true, []]]);
  });

  it.each([
    ['is larger', 'x'.repeat(each + 1)],
    ['has fewer characters, but more bytes', 'ä'.repeat(Math.floor(each / 2) + 1)],
  ])('is invalid if it %s, and the rows after it are not affected', async (_, text) => {
    const { all } = await readWide([text, 'small']);
    expect(all.map(({ row }) => row.isValid)).toEqual([false, true]);
    expect(all[0]?.row.issues).toEqual([
      {
        code: 'row_too_large',
        columnKey: null,
        severity: 'error',
        message: `The row has more than ${ROOM} bytes, which is more than one batch may have.`,
      },
    ]);
  });

  it('keeps its other issues', async () => {
    const { all } = await readWide(['x'.repeat(each + 1)], true);
    expect(all[0]?.row.issues?.map(({ code }) => code)).toEqual(['required', 'row_too_large']);
  });
});

describe('the key of a row', () => {
  const records = [
    { sku: '1', title: 'A', note: 'x' },
    { sku: '2', title: 'A', note: 'x' },
  ];

  it('depends on the identity columns alone', async () => {
    const identity = { ...DEFAULTS.identity, columns: ['sku'] };
    const before = keysOf(await read(records, { identity }));
    const after = keysOf(
      await read(
        records.map((record) => ({ ...record, title: 'B' })),
        { identity },
      ),
    );
    expect(after).toEqual(before);
    expect(new Set(before).size).toBe(2);
  });

  it('depends on all values of a file without ids, and not on fields that are not mapped', async () => {
    const before = keysOf(await read(records));
    expect(keysOf(await read(records.map((record) => ({ ...record, note: 'y' }))))).toEqual(before);
    expect(keysOf(await read(records.map((record) => ({ ...record, title: 'B' }))))).not.toEqual(before);
  });
});

describe('mapped paths', () => {
  const none = (path: string) => ({
    code: 'mapping_path_empty',
    parameters: { path },
    message: `No record has a value at "${path}".`,
  });

  it.each([
    ['have a value in one record', [{ sku: '1' }, { sku: '2', title: 'T' }], ['sku', 'title'], []],
    ['are in no record', [{ sku: '1' }], ['sku'], [none('title')]],
    ['are empty in every record', [{ sku: '1', title: '' }], ['sku'], [none('title')]],
    ['are in a file without records', [], [], [none('sku'), none('title')]],
  ])('are reported if none has a value: they %s', async (_, records, present, warnings) => {
    const { rows } = await read(records);
    expect(rows.pathsWithValues()).toEqual(present);
    expect(warningsOf(rows, { hasRows: true })).toEqual(warnings);
  });

  it('are listed once, even if two columns use them', async () => {
    const mapping = MAPPING.map(({ column }) => ({ column, path: 'sku' }));
    const { rows } = await read([{ sku: '1' }], { mapping });
    expect(rows.mappedPaths).toEqual(['sku']);
  });

  it('are known only for what was read so far', async () => {
    const rows = reader([{ sku: '1' }, { title: 'T' }], { batchSize: 1 });
    await rows.batches[Symbol.asyncIterator]().next();
    expect(rows.pathsWithValues()).toEqual(['sku']);
  });
});

describe('records without a value at any mapped path', () => {
  const records = [
    { sku: '1', title: 'T' },
    { sku: ' ', title: '' },
    {},
    { sku: null, note: 'x' },
    { sku: '2' },
  ];

  it('are no rows, and are counted', async () => {
    const { rows, all } = await read(records);
    expect(all.map(({ row }) => row.record)).toEqual([1, 5]);
    expect(rows.emptyRecords()).toBe(3);
    const message = '3 records have no value in any mapped column and were left out.';
    expect(warningsOf(rows, { hasRows: true })).toEqual([
      { code: 'records_empty', parameters: { n: 3 }, message },
    ]);
  });

  it('are no rows because of constants, defaults and values above the records either', async () => {
    const text = JSON.stringify({ title: 'Shop', items: records });
    const rows = readRows(streamOf(text), {
      ...DEFAULTS,
      template: templateOf({
        columns: [
          { key: 'sku', name: 'SKU', default: 'none' },
          { key: 'title', name: 'Title' },
          { key: 'kind', name: 'Kind' },
        ],
      }),
      recordPath: '/items',
      parseOptions: { format: 'json' },
      mapping: [
        { column: 'sku', path: 'sku' },
        { column: 'title', path: '/title' },
        { column: 'kind', value: 'product' },
      ],
      hints: NO_HINTS,
    });
    const all: SourceRow[] = [];
    for await (const batch of rows.batches) all.push(...batch);
    expect(all.map(({ row }) => row.cells)).toEqual([
      ['1', 'Shop', 'product'],
      ['2', 'Shop', 'product'],
    ]);
  });

  it('are rows if only values above the records and constants are mapped', async () => {
    const { all } = await read([{ sku: '1' }, {}], {
      template: templateOf({ columns: [{ key: 'kind', name: 'Kind' }] }),
      mapping: [{ column: 'kind', value: 'product' }],
    });
    expect(all).toHaveLength(2);
  });
});

describe('a value over the limit', () => {
  const big = 'x'.repeat(1_100_000);
  const records = [
    { sku: '1', title: 'A' },
    { sku: '2', title: big },
    { sku: '3', title: 'C' },
  ];

  const templateWith = (title: object) =>
    templateOf({
      columns: [
        { key: 'sku', name: 'SKU', required: true },
        { key: 'title', name: 'Title', ...title },
      ],
    });

  it('is an issue of its row, which is not sent; the others are', async () => {
    const { all } = await read(records, { template: templateWith({ onInvalid: 'reject' }) });
    expect(all.map(({ row }) => [row.isValid, row.cells])).toEqual([
      [true, ['1', 'A']],
      [false, ['2', null]],
      [true, ['3', 'C']],
    ]);
    expect(all[1]?.row.issues).toEqual([
      {
        columnKey: 'title',
        code: 'value_too_large',
        message: 'The value has more than 1048576 characters.',
        severity: 'error',
      },
    ]);
  });

  it('leaves a cell empty that may be empty', async () => {
    const { all } = await read(records, { template: templateWith({}) });
    expect(all[1]?.row).toMatchObject({ isValid: true, cells: ['2', null] });
    expect(all[1]?.row.issues).toMatchObject([{ code: 'value_too_large', severity: 'warning' }]);
  });

  it('is an issue even if it is the only value of its record, and none if it is not mapped', async () => {
    const { all, rows } = await read([{ title: big }, { sku: '2', note: big }]);
    expect(all.map(({ row }) => row.isValid)).toEqual([false, true]);
    expect(rows.emptyRecords()).toBe(0);
  });
});

describe('a record over the limit', () => {
  const large = { sku: '2', parts: Array.from({ length: 9 }, () => 'x'.repeat(500_000)) };

  it('is an issue of its row alone, also under a filter that its values would not pass', async () => {
    const filter: RowFilter = {
      match: 'all',
      include: true,
      conditions: [{ column: 'sku', op: 'in', value: ['1', '3'] }],
    };
    for (const options of [{}, { filter }]) {
      const { all, rows } = await read([{ sku: '1' }, large, { sku: '3' }], options);
      expect(all.map(({ row, isExcluded }) => [row.record, row.isValid, isExcluded])).toEqual([
        [1, true, false],
        [2, false, false],
        [3, true, false],
      ]);
      expect(all[1]?.row.issues).toEqual([
        {
          columnKey: null,
          code: 'row_too_large',
          message: 'The record has more than 4194304 bytes.',
          severity: 'error',
        },
      ]);
      expect(rows.emptyRecords()).toBe(0);
    }
  });
});

describe('reading rows', () => {
  it('returns batches of the asked size, in the order of the source', async () => {
    const records = Array.from({ length: 5 }, (_, index) => ({ sku: `${index}` }));
    const { all, sizes } = await read(records, { batchSize: 2 });
    expect(sizes).toEqual([2, 2, 1]);
    expect(all.map(({ row }) => row.record)).toEqual([1, 2, 3, 4, 5]);
  });

  it('refuses a mapping that the template does not allow before it reads a byte', () => {
    const mapping = [{ column: 'nope', path: 'sku' }];
    expect(() => reader([], { mapping })).toThrow(
      expect.objectContaining({ code: 'mapping_column_unknown' }),
    );
  });

  it('stops at the number of records that the template allows', async () => {
    const template = templateOf({ limits: { maxRecords: 2 } });
    const tooMany = read([{ sku: '1' }, { sku: '2' }, { sku: '3' }], { template });
    await expect(tooMany).rejects.toMatchObject({ code: 'source_too_large' });
    await expect(read([{ sku: '1' }, { sku: '2' }], { template })).resolves.toMatchObject({ sizes: [2] });
  });
});

it('warns of lists in the records of which the columns take one entry', async () => {
  const mapping = [
    { column: 'sku', path: 'variants/sku', repeat: 'first' },
    { column: 'title', path: 'variants/title', repeat: 'first' },
  ] as const;
  const variant = { sku: 's', title: 'T' };
  const { rows } = await read([{ variants: [variant] }, { variants: [variant, variant, variant] }], {
    mapping: [...mapping],
  });
  expect(warningsOf(rows, { hasRows: true })).toMatchObject([
    { code: 'entries_dropped', variant: 'first', parameters: { most: 3, label: 'variants' } },
  ]);
});
