import { type FieldValue, InletError } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { CHUNK_SIZES, decoded, drain, fixture } from '../../../test/decoded.js';
import { type JsonFormat, type ReadJsonRequest, readJson } from './read-json.js';

interface Expected {
  readonly recordPath: string;
  readonly format?: JsonFormat;
  readonly paths: string[];
  readonly rows: FieldValue[][];
  readonly warnings?: { code: string; parameters?: object; line: number; column: number }[];
}

const FIXTURES: Record<string, Expected> = {
  'feed-1.1.json': {
    recordPath: '/items',
    format: 'json_feed',
    paths: ['id', 'content_text', 'authors/name', 'tags', 'authors', '/title', '/home_page_url', '/nothing'],
    rows: [
      [
        '1',
        'Hei',
        ['Ann', 'Bob'],
        ['a', 'b'],
        ['{"name":"Ann"}', '{"name":"Bob"}'],
        'Nordlys, the "blog"',
        'https://example.com/',
        undefined,
      ],
      [
        '2',
        'på igjen',
        undefined,
        undefined,
        undefined,
        'Nordlys, the "blog"',
        'https://example.com/',
        undefined,
      ],
    ],
  },
  'numbers-beyond-doubles.json': {
    recordPath: '/',
    paths: ['id', 'price', 'big', 'zip', 'neg', 'ok', 'none'],
    rows: [['12345678901234567890', '1.50', '1e400', '01067', '-0.0', 'true', undefined]],
  },
  'nested-groups.json': {
    recordPath: '/groups/items',
    paths: ['n', '/meta/page', '/groups/name', '/total', '/groups/items/n'],
    rows: [
      ['1', '1', 'A', '3', undefined],
      ['2', '1', 'A', '3', undefined],
      ['3', '1', 'C', '3', undefined],
    ],
  },
  'keys-of-objects.json': {
    recordPath: '/',
    paths: ['__proto__', 'constructor/name', 'a~1b/c~0d', 'toString', 'twice', 'o/x', 'o/y', 'valueOf'],
    rows: [['p', 'c', '1', 't', 'last', undefined, '2', undefined]],
  },
  'rows-of-values.json': {
    recordPath: '/values',
    paths: ['Column 2', 'Column 1', 'Column 3', '.'],
    rows: [
      ['Age', 'Name', undefined, '["Name","Age"]'],
      ['41', 'Ann', undefined, '["Ann",41]'],
      [undefined, 'Bob', 'extra', '["Bob",null,"extra"]'],
    ],
  },
  'pages-of-objects.json': { recordPath: '/', paths: ['n'], rows: [['1'], ['2'], ['3']] },
  'single-object.json': {
    recordPath: '/',
    paths: ['id', 'tags', 'address/city', 'address', 'name', 'name'],
    rows: [['7', ['x', 'y'], 'Oslo', '{"city":"Oslo"}', 'Ann', 'Ann']],
  },
  'truncated.json': {
    recordPath: '/items',
    paths: ['n'],
    rows: [['1'], ['2']],
    warnings: [{ code: 'json_malformed', parameters: { fault: expect.any(String) }, line: 4, column: 13 }],
  },
  'trailing-commas.json': {
    recordPath: '/items',
    paths: ['n', 't'],
    rows: [
      ['1', 'a'],
      ['2', undefined],
    ],
    warnings: [{ code: 'json_trailing_comma', line: 1, column: 31 }],
  },
  'text-after-the-end.json': {
    recordPath: '/',
    paths: ['n'],
    rows: [['1']],
    warnings: [{ code: 'json_trailing_text', line: 2, column: 1 }],
  },
  'escapes.json': {
    recordPath: '/',
    paths: ['t', 'key', 'raw'],
    rows: [['tab\t quote" slash/ é 🙂 lone \ufffd end', 'x', 'line\nbreak\tand tab']],
  },
  'bad-line.ndjson': {
    recordPath: '/',
    format: 'ndjson',
    paths: ['n'],
    rows: [['1'], ['3'], ['4'], ['5'], ['6'], ['7'], ['8']],
    warnings: [
      { code: 'ndjson_line_invalid', parameters: { fault: expect.any(String) }, line: 2, column: 9 },
    ],
  },
  'first-line-bad.ndjson': {
    recordPath: '/',
    format: 'ndjson',
    paths: ['n'],
    rows: [['2'], ['3']],
    warnings: [
      { code: 'ndjson_line_invalid', parameters: { fault: expect.any(String) }, line: 1, column: 16 },
    ],
  },
  'printed-for-people.ndjson': { recordPath: '/', format: 'ndjson', paths: ['n'], rows: [['1'], ['2']] },
  'plain-values.ndjson': {
    recordPath: '/',
    format: 'ndjson',
    paths: ['.'],
    rows: [['one'], ['2'], ['true'], ['5']],
    warnings: [
      { code: 'ndjson_line_invalid', parameters: { fault: expect.any(String) }, line: 5, column: 5 },
    ],
  },
  'single-object-where-a-list-was.json': { recordPath: '/items', paths: ['n'], rows: [['1']] },
  'empty-list.json': { recordPath: '/results', paths: ['n', '/count'], rows: [] },
};

type Asked = Partial<ReadJsonRequest>;

async function read(source: string | Buffer, asked: Asked, chunkBytes?: number) {
  const input = decoded(source, chunkBytes);
  const request: ReadJsonRequest = {
    recordPath: '/',
    parseOptions: {},
    paths: ['n'],
    format: 'json',
    ...asked,
  };
  const { records, error } = await drain(readJson(input, request));
  return { rows: records.map(({ fields }) => fields), records, error, facts: input.facts };
}

describe.each(Object.entries(FIXTURES))('%s', (name, { rows, warnings = [], ...asked }) => {
  it.each(CHUNK_SIZES)('reads the same in chunks of %i bytes', async (chunkBytes) => {
    const result = await read(fixture(name), asked, chunkBytes);
    expect(result.error).toBeUndefined();
    expect(result.rows).toEqual(rows);
    expect(result.facts.warnings).toEqual(
      warnings.map((warning) => ({ ...warning, message: expect.stringMatching(/\.$/) })),
    );
    expect(result.facts.records).toBe(rows.length);
  });
});

describe('reading JSON', () => {
  it('numbers records from 1 and cuts them into full batches', async () => {
    const text = JSON.stringify(Array.from({ length: 901 }, (_, n) => ({ n })));
    const request: ReadJsonRequest = {
      recordPath: '/',
      parseOptions: {},
      paths: ['n'],
      format: 'json',
      batchSize: 400,
    };
    const batches = [];
    for await (const batch of readJson(decoded(text), request)) batches.push(batch);
    expect(batches.map(({ length }) => length)).toEqual([400, 400, 101]);
    expect(batches.flat().at(-1)).toEqual({ record: 901, fields: ['900'] });
  });

  it.each([
    ['an unquoted key', '[\n {n: 1}]', 2, 3],
    ['a missing comma', '[{"a": "é" "b": 2}]', 1, 12],
    ['an unknown word', '{"n": nope}', 1, 7],
    ['an unknown escape', '["\\x"]', 1, 3],
    ['a number that stops', '[{"n": 1.}]', 1, 10],
    ['a file that stops', '{"n": [1, 2', 1, 12],
    ['a key that stops', '{"n', 1, 4],
    ['a control character', '[\u0001]', 1, 2],
    ['a wrong bracket', '{"a": [1, 2}}', 1, 12],
  ])('says line and column of %s', async (_, text, line, column) => {
    for (const chunkBytes of CHUNK_SIZES) {
      const { error, rows } = await read(text, {}, chunkBytes);
      expect(rows).toEqual([]);
      expect(error).toBeInstanceOf(InletError);
      expect(error).toMatchObject({ code: 'source_malformed', extra: { line, column } });
    }
  });

  it.each([
    [{ recordPath: '/things' }, '{"items": []}', 'source_record_path_unknown'],
    [{}, '  \n ', 'source_empty'],
    [{ format: 'ndjson' as const }, 'no\nnot\n', 'source_malformed'],
    [{ limits: { maxDepth: 4 } }, '[{"n": [[[1]]]}]', 'source_too_deep'],
    [{ limits: { maxDepth: 4 }, recordPath: '/x' }, '[[[[[[1]]]]]]', 'source_too_deep'],
    [{}, '['.repeat(100_000), 'source_too_deep'],
    [{ limits: { maxDepth: 1e9 } }, `[${'{"a":'.repeat(100_000)}`, 'source_too_deep'],
    [
      { limits: { maxRecordBytes: 20 }, recordPath: '/items' },
      `{"title": "${'x'.repeat(200_000)}", "items": []}`,
      'source_record_too_large',
    ],
    [{ limits: { maxRecords: 1 } }, '[{"n": 1}, {"n": 2}]', 'source_too_large'],
  ])('refuses %j of %.30s with %s', async (asked, text, code) => {
    for (const chunkBytes of [7, 65_536]) {
      const { error } = await read(text, asked, chunkBytes);
      expect(error).toMatchObject({ code });
    }
  });

  it('skips a record without an end without keeping it, and stops where the text does', async () => {
    async function* chunks() {
      yield Buffer.from('[{"n": 1}, {"n": "');
      for (let sent = 0; sent < 2e7; sent += 65_536) yield Buffer.alloc(65_536, 'x');
    }
    const request: ReadJsonRequest = {
      recordPath: '/',
      parseOptions: {},
      paths: ['n'],
      format: 'json',
      limits: { maxRecordBytes: 200_000 },
    };
    const input = { ...decoded(''), chunks: chunks() };
    const { records, error } = await drain(readJson(input, request));
    expect(error).toBeUndefined();
    expect(records).toEqual([{ record: 1, fields: ['1'] }]);
    expect(input.facts.incomplete?.reason).toBe('text_cut');
  });

  it('reads the rest of a file whose list stands behind megabytes of something else', async () => {
    const noise = Array.from({ length: 100_000 }, (_, n) => ({ id: n, text: `noise ${n}` }));
    const text = JSON.stringify({ noise, title: 'T', items: [{ n: 1 }] });
    expect(text.length).toBeGreaterThan(3_000_000);
    const { rows } = await read(text, { recordPath: '/items', paths: ['n', '/title'] });
    expect(rows).toEqual([['1', 'T']]);
  });

  it('cannot give a value that comes after the records and a megabyte, and says so', async () => {
    const items = Array.from({ length: 100_000 }, (_, n) => ({ n, text: 'x' }));
    const text = JSON.stringify({ first: 'F', items, last: 'L' });
    const asked = { recordPath: '/items', paths: ['n', '/first', '/last', '/never'] };
    for (const chunkBytes of [1000, 262_144]) {
      const { rows, facts } = await read(text, asked, chunkBytes);
      expect(rows).toHaveLength(100_000);
      expect(rows[0]).toEqual(['0', 'F', undefined, undefined]);
      expect(rows.at(-1)).toEqual(['99999', 'F', undefined, undefined]);
      expect(facts.warnings.map(({ code }) => code)).toEqual(['json_value_after_records']);
    }
  });

  it('adds a value after the records to every record if it is within the first megabyte', async () => {
    const { rows } = await read('{"items": [{"n": 1}, {"n": 2}], "last": "L"}', {
      recordPath: '/items',
      paths: ['/last', 'n'],
    });
    expect(rows).toEqual([
      ['L', '1'],
      ['L', '2'],
    ]);
  });

  it('reads a long list inside one record in linear time', async () => {
    const list = Array.from({ length: 300_000 }, (_, n) => n);
    const { rows } = await read(JSON.stringify([{ n: list }]), {});
    expect(rows[0]?.[0]).toHaveLength(300_000);
  });

  it('hands out what came before the source broke off, then throws what it threw', async () => {
    const broken = new Error('connection reset');
    async function* chunks() {
      yield Buffer.from('[{"n": 1}, {"n"');
      throw broken;
    }
    const request: ReadJsonRequest = { recordPath: '/', parseOptions: {}, paths: ['n'], format: 'json' };
    const result = await drain(readJson({ ...decoded(''), chunks: chunks() }, request));
    expect(result).toEqual({ records: [{ record: 1, fields: ['1'] }], error: broken });
  });
});
