import { InletError, type ParseOptions } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { CHUNK_SIZES, decoded, drain, fixture } from '../../../test/decoded.js';
import type { ReadRequest } from '../types.js';
import { readCsv } from './read-csv.js';

interface Expected {
  readonly paths: string[];
  readonly rows: (string | undefined)[][];
  readonly warnings?: { code: string; parameters?: object; line: number; column?: number }[];
}

const FIXTURES: Record<string, Expected> = {
  'bom-semicolon.csv': {
    paths: ['Name', 'Preis', 'Datum'],
    rows: [
      ['Käse', '1,50', '01.02.2024'],
      ['Brot', '12,00', '02.02.2024'],
    ],
  },
  'sep-line-of-excel.csv': { paths: ['id', 'name'], rows: [['007', 'Bond, James']] },
  'mixed-line-ends.csv': {
    paths: ['id', 'name'],
    rows: [
      ['1', 'cr'],
      ['2', 'lf'],
      ['3', 'crlf'],
      ['4', 'after blank lines'],
    ],
  },
  'quotes-everywhere.csv': {
    paths: ['text'],
    rows: [
      ['say "hi", twice'],
      ['line one\r\nline two'],
      ['after a space'],
      ['5" screen'],
      ['12" monitor, black'],
      ['"Acme" Ltd'],
      [''],
      [undefined],
    ],
    warnings: [{ code: 'csv_quote_misplaced', line: 7, column: 6 }],
  },
  'unclosed-quote.csv': {
    paths: ['id', 'name', 'city'],
    rows: [
      ['1', '"Ann', 'Rome'],
      ['2', 'Bob', 'Oslo'],
      ['3', 'Cid', 'Bern'],
    ],
    warnings: [{ code: 'csv_quote_unclosed', line: 2, column: 3 }],
  },
  'unclosed-quote-at-end.csv': {
    paths: ['id', 'name'],
    rows: [
      ['1', 'Ann'],
      ['2', '"Bob'],
      ['3', 'Cid'],
    ],
    warnings: [{ code: 'csv_quote_unclosed', line: 3, column: 3 }],
  },
  'ragged-rows.csv': {
    paths: ['id', 'name', 'city', 'Column 4', 'Column 5'],
    rows: [
      ['1', 'Ann', undefined, undefined, undefined],
      ['2', 'Bob', 'Oslo', undefined, undefined],
      ['3', 'Cid', 'Bern', 'extra', 'more'],
      ['4', undefined, undefined, undefined, undefined],
    ],
    warnings: [
      { code: 'csv_row_short', parameters: { width: 2, expected: 3 }, line: 2 },
      { code: 'csv_row_long', parameters: { width: 5, expected: 3, next: 4 }, line: 4 },
    ],
  },
  'headings-twice-and-empty.csv': {
    paths: ['name (3)', 'name (2)', 'name', 'Column 3', 'price~1unit', 'a~0b', 'name'],
    rows: [['w', 'y', 'x', 'z', '1', '2', 'x']],
  },
  'no-headings.csv': {
    paths: ['Column 4', 'Column 1'],
    rows: [
      ['12.50', '1001'],
      ['8.00', '1002'],
      ['7.25', '1003'],
    ],
  },
  'years-as-headings.csv': {
    paths: ['country', '2020'],
    rows: [
      ['DE', '83.2'],
      ['FR', '67.3'],
    ],
  },
  'leading-zeros-long-ids.csv': {
    paths: ['zip', 'ean', 'phone', 'date', 'amount'],
    rows: [
      ['01067', '04006381333931123456', '+49 351 123', '03/04/05', '1.000,50'],
      ['00501', '00000000000000000001', '0044 20 7946', '1919-01-01', '-5'],
    ],
  },
  'single-quoted.csv': {
    paths: ['id', 'name'],
    rows: [
      ['1', 'Ann; the first'],
      ['2', "Bob's"],
    ],
  },
  'tabs-with-commas.csv': {
    paths: ['id', 'name', 'tags'],
    rows: [
      ['1', 'Doe, Jane', 'a,b,c'],
      ['2', 'Roe, Rich', 'd,e'],
    ],
  },
  'only-headings.csv': { paths: ['id'], rows: [] },
  'one-column.csv': { paths: ['email'], rows: [['ann@example.com'], ['bob@example.com']] },
  'empty-rows-of-a-spreadsheet.csv': {
    paths: ['id', 'name', 'city'],
    rows: [
      ['1', 'Ann', 'Rome'],
      ['2', undefined, 'Oslo'],
    ],
  },
  'chinese.csv': {
    paths: ['名称', '价格'],
    rows: [
      ['北欧设计椅子', '12'],
      ['茶壶,青花', '30'],
    ],
  },
  'no-line-end-at-end.csv': {
    paths: ['a', 'b'],
    rows: [
      ['1', '2'],
      ['3', undefined],
    ],
  },
};

const request = (paths: string[], more: Partial<ReadRequest> = {}): ReadRequest => ({
  recordPath: '/',
  parseOptions: {},
  paths,
  ...more,
});

async function read(source: string | Buffer, asked: ReadRequest, chunkBytes?: number) {
  const input = decoded(source, chunkBytes);
  const { records, error } = await drain(readCsv(input, asked));
  return { rows: records.map(({ fields }) => fields), records, error, facts: input.facts };
}

describe.each(Object.entries(FIXTURES))('%s', (name, { paths, rows, warnings = [] }) => {
  it.each(CHUNK_SIZES)('reads the same in chunks of %i bytes', async (chunkBytes) => {
    const result = await read(fixture(name), request(paths), chunkBytes);
    expect(result.error).toBeUndefined();
    expect(result.rows).toEqual(rows);
    expect(result.facts.warnings).toEqual(
      warnings.map((warning) => ({ ...warning, message: expect.stringMatching(/\.$/) })),
    );
    expect(result.facts.records).toBe(rows.length);
  });
});

describe('reading CSV', () => {
  it('numbers records from 1 and cuts them into full batches', async () => {
    const text = `n\n${Array.from({ length: 1001 }, (_, n) => `v${n}`).join('\n')}`;
    const sizes: number[] = [];
    const numbers: number[] = [];
    for await (const batch of readCsv(decoded(text), request(['n'], { batchSize: 400 }))) {
      sizes.push(batch.length);
      numbers.push(...batch.map(({ record }) => record));
    }
    expect(sizes).toEqual([400, 400, 201]);
    expect(numbers).toEqual(Array.from({ length: 1001 }, (_, n) => n + 1));
  });

  it('returns undefined for a path that is not a heading', async () => {
    const { rows } = await read('id,name\n1,Ann\n', request(['nmae', 'Column 1', '/id', 'name']));
    expect(rows).toEqual([[undefined, undefined, undefined, 'Ann']]);
  });

  it('keeps headings with names that objects have by themselves', async () => {
    const { rows } = await read('__proto__,constructor\na,b\n', request(['constructor', '__proto__']));
    expect(rows).toEqual([['b', 'a']]);
  });

  it('follows a dialect that was given against what the content suggests', async () => {
    const csv: ParseOptions['csv'] = { delimiter: ':', quote: "'", hasHeader: false };
    const { rows } = await read("a,b:'c:d'\n", request(['Column 2', 'Column 1'], { parseOptions: { csv } }));
    expect(rows).toEqual([['c:d', 'a,b']]);
  });

  it('recovers from an unclosed quote far from the end of the file, losing no row', async () => {
    const body = Array.from({ length: 30_000 }, (_, n) => `${n},value ${n},x`).join('\n');
    const text = `id,name,kind\n-1,"open,x\n${body}\n`;
    const { rows, facts, error } = await read(
      text,
      request(['id', 'name'], { limits: { maxRecordBytes: 100_000 } }),
    );
    expect(error).toBeUndefined();
    expect(rows).toHaveLength(30_001);
    expect(rows[0]).toEqual(['-1', '"open']);
    expect(rows.at(-1)).toEqual(['29999', 'value 29999']);
    expect(facts.warnings).toMatchObject([{ code: 'csv_quote_unclosed', line: 2, column: 4 }]);
  });

  it('refuses headings that are larger than a record may be', async () => {
    const text = `id,${'x'.repeat(300_000)}\n1,Ann\n`;
    const { rows, error } = await read(text, request(['id'], { limits: { maxRecordBytes: 200_000 } }));
    expect(rows).toEqual([]);
    expect(error).toBeInstanceOf(InletError);
    expect(error).toMatchObject({ code: 'source_record_too_large', extra: { line: 1 } });
  });

  it('leaves out a cell with too many characters, and refuses too many records', async () => {
    const long = await read('a,b\n1,2\n3,äääää\n', request(['a'], { limits: { maxFieldChars: 4 } }));
    expect(long.rows).toEqual([['1'], ['3']]);
    const wanted = await read('a,b\n1,2\n3,äääää\n', request(['b'], { limits: { maxFieldChars: 4 } }));
    expect(wanted.records).toMatchObject([
      { fields: ['2'], oversized: undefined },
      { fields: [undefined], oversized: [0] },
    ]);
    expect(wanted.error).toBeUndefined();
    const many = await read('a\nx1\nx2\nx3\n', request(['a'], { limits: { maxRecords: 2 } }));
    expect(many.rows).toEqual([['x1'], ['x2']]);
    expect(many.error).toMatchObject({ code: 'source_too_large' });
  });

  it('hands out what came before the source broke off, then throws what it threw', async () => {
    const input = decoded('');
    const broken = new Error('connection reset');
    async function* chunks() {
      yield Buffer.from('id,name\n1,Ann\n2,Bo');
      throw broken;
    }
    const result = await drain(readCsv({ ...input, chunks: chunks() }, request(['id'])));
    expect(result).toEqual({ records: [{ record: 1, fields: ['1'] }], error: broken });
  });

  it('closes the source when the consumer stops', async () => {
    let isClosed = false;
    async function* chunks() {
      try {
        for (;;) yield Buffer.from('1,2\n'.repeat(50_000));
      } finally {
        isClosed = true;
      }
    }
    for await (const batch of readCsv({ ...decoded(''), chunks: chunks() }, request(['Column 1']))) {
      expect(batch).toHaveLength(64);
      break;
    }
    expect(isClosed).toBe(true);
  });

  it.each([
    [{ recordPath: '/items' }, 'source_record_path_unknown'],
    [{ parseOptions: { csv: { delimiter: '¦' } } }, 'invalid_request'],
    [{ parseOptions: { csv: { delimiter: '"', quote: '"' as const } } }, 'invalid_request'],
  ])('refuses %j', async (more, code) => {
    const { error } = await read('a,b\n1,2\n', request(['a'], more));
    expect(error).toMatchObject({ code });
  });
});
