import { describe, expect, it } from 'vitest';
import { inChunks, readAll } from '../../../test/sources.js';
import { outlineSource } from '../outline-source.js';
import { readRecords } from '../read-records.js';

async function outlineAndRead(value: unknown, chunkBytes?: number) {
  const text = JSON.stringify(value);
  const { outline } = await outlineSource(inChunks(text, chunkBytes));
  const { recordPath, parseOptions, headings } = outline;
  const paths = headings.map(({ path }) => path);
  const { rows, error } = await readAll(text, { recordPath, parseOptions, paths }, chunkBytes);
  if (error !== undefined) throw error;
  return { recordPath, parseOptions, paths, rows, recordCount: outline.recordCount };
}

const ROWS = [
  ['A1', 3],
  ['A2', null],
  ['A3', 5],
];
const EXPECTED = {
  paths: ['sku', 'price'],
  rows: [
    ['A1', '3'],
    ['A2', undefined],
    ['A3', '5'],
  ],
};

describe('columns beside rows', () => {
  it.each<[string, object, string]>([
    ['as texts', { columns: ['sku', 'price'], data: ROWS }, '/columns'],
    ['as objects', { fields: [{ name: 'sku' }, { name: 'price' }], records: ROWS }, '/fields/name'],
    [
      'with their types',
      {
        cols: [
          { label: 'sku', type: 't' },
          { label: 'price', type: 'n' },
        ],
        rows: ROWS,
      },
      '/cols/label',
    ],
    [
      'deeper in the document',
      { meta: { view: { columns: ['sku', 'price'] } }, data: ROWS },
      '/meta/view/columns',
    ],
    ['of one row', { columns: ['sku', 'price'], data: [['A1', 3]] }, '/columns'],
  ])('are the headings: %s', async (_, value, headingsPath) => {
    for (const chunkBytes of [7, 65_536]) {
      const { paths, rows, parseOptions } = await outlineAndRead(value, chunkBytes);
      const own = paths.filter((path) => !path.startsWith('/'));
      expect(own).toEqual(EXPECTED.paths);
      const at = own.map((path) => paths.indexOf(path));
      const count = 'data' in value && Array.isArray(value.data) ? value.data.length : 3;
      expect(rows.map((row) => at.map((index) => row[index]))).toEqual(EXPECTED.rows.slice(0, count));
      expect(parseOptions.csv).toEqual({ hasHeader: false, headingsPath });
    }
  });

  it.each<[string, object]>([
    ['of another number', { columns: ['sku', 'price', 'x'], data: ROWS }],
    ['that repeat', { columns: ['sku', 'sku'], data: ROWS }],
    ['that are numbers', { columns: [1, 2], data: ROWS }],
    ['after the rows', { data: ROWS, columns: ['sku', 'price'] }],
  ])('are no headings if there are some %s', async (_, value) => {
    const { paths } = await outlineAndRead(value);
    expect(paths.filter((path) => !path.startsWith('/'))).toEqual(['Column 1', 'Column 2']);
  });
});

describe('an object of columns', () => {
  const COLUMNS = { sku: ['A1', 'A2', 'A3'], price: [3, null, 5] };

  it.each<[string, object, string]>([
    ['as the document', COLUMNS, '/~rows'],
    ['inside it', { status: 'ok', hourly: COLUMNS }, '/hourly/~rows'],
  ])('is read as rows: %s', async (_, value, recordPath) => {
    for (const chunkBytes of [1, 7, 65_536]) {
      const found = await outlineAndRead(value, chunkBytes);
      expect(found).toMatchObject({ recordPath, recordCount: 3 });
      const at = EXPECTED.paths.map((path) => found.paths.indexOf(path));
      expect(found.rows.map((row) => at.map((index) => row[index]))).toEqual(EXPECTED.rows);
    }
  });

  it('repeats plain values in each row, and leaves nested ones out', async () => {
    const text = JSON.stringify({ s: 'ok', t: [1, [2], { a: 3 }], c: ['x', 'y'] });
    const request = {
      recordPath: '/~rows',
      paths: ['c', 't', 's', 'c'],
      parseOptions: { format: 'json' as const },
    };
    const { rows } = await readAll(text, request);
    expect(rows).toEqual([
      ['x', '1', 'ok', 'x'],
      ['y', undefined, 'ok', 'y'],
      [undefined, undefined, 'ok', undefined],
    ]);
  });

  it('has rows even if no column is requested', async () => {
    const { rows } = await readAll(JSON.stringify(COLUMNS), { recordPath: '/~rows', paths: ['gone'] });
    expect(rows).toEqual([[undefined], [undefined], [undefined]]);
  });

  it('may be larger than a record', async () => {
    const values = Array.from({ length: 40_000 }, (_, n) => `value ${n}`);
    const limits = { maxRecordBytes: 100_000 };
    const text = JSON.stringify({ a: values, b: values });
    const { rows } = await readAll(text, { recordPath: '/~rows', paths: ['b'], limits });
    expect(rows).toHaveLength(40_000);
    expect(rows.at(-1)).toEqual(['value 39999']);
  });

  it('is refused over 64 MB, instead of skipped like a record', async () => {
    async function* bytes() {
      yield Buffer.from('{"a":["x"');
      const value = Buffer.from(`,"${'x'.repeat(1_048_576)}"`);
      for (let n = 0; n < 66; n += 1) yield value;
      yield Buffer.from('],"b":["y"]}');
    }
    const { batches, facts } = readRecords(bytes(), {
      recordPath: '/~rows',
      parseOptions: { format: 'json' },
      paths: ['b'],
    });
    const read = async () => {
      for await (const _ of batches);
    };
    await expect(read()).rejects.toMatchObject({ code: 'source_record_too_large' });
    expect(facts.records).toBe(0);
  });

  it('is incomplete if requested columns have different lengths, and warns', async () => {
    const text = JSON.stringify({ id: [1, 2, 3], title: ['a', 'b'], units: ['kg'] });
    for (const chunkBytes of [1, 7, 65_536]) {
      const read = (paths: string[]) => readAll(text, { recordPath: '/~rows', paths }, chunkBytes);
      const { rows, facts } = await read(['id', 'title']);
      expect(rows).toHaveLength(3);
      expect(facts.incomplete?.reason).toBe('columns_unequal');
      expect(facts.warnings.map(({ code }) => code)).toEqual(['json_columns_unequal']);
      expect((await read(['id'])).facts).toMatchObject({ incomplete: null, warnings: [] });
    }
  });

  it('is incomplete and has no rows if it is cut at any byte', async () => {
    const text = JSON.stringify(COLUMNS);
    for (let end = 1; end < text.length; end += 1) {
      for (const chunkBytes of [1, 7, 65_536]) {
        const request = { recordPath: '/~rows', paths: ['sku'], parseOptions: { format: 'json' as const } };
        const { rows, facts, error } = await readAll(text.slice(0, end), request, chunkBytes);
        expect(error).toBeUndefined();
        expect(rows).toEqual([]);
        expect(facts.incomplete?.reason).toBe('text_cut');
        expect(facts.warnings.map(({ code }) => code)).toEqual(['json_malformed']);
      }
    }
  });

  it.each<[string, object]>([
    ['lists of different lengths', { a: [1, 2, 3], b: [1, 2] }],
    ['one list', { a: [1, 2, 3], b: 'x' }],
    ['lists of one value', { a: [1], b: [2] }],
    ['another object', { a: [1, 2], b: [1, 2], c: {} }],
  ])('is none if it has %s', async (_, value) => {
    const { outline } = await outlineSource(inChunks(JSON.stringify(value)));
    expect(outline.recordPaths.map(({ path }) => path)).not.toContain('/~rows');
  });

  it('is none inside the records of a list', async () => {
    const item = { tags: ['a', 'b'], sizes: ['s', 'm'] };
    const { outline } = await outlineSource(inChunks(JSON.stringify({ items: [item, item] })));
    expect(outline.recordPaths.map(({ path }) => path)).toEqual(['/items', '/']);
  });
});
