import type { ParseOptions } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { inChunks, readAll } from '../../../test/sources.js';
import { outlineSource } from '../outline-source.js';

const TABLE = 'sku,name,price\n1,Foo,2\n2,Bar,3\n';
const ROWS = [
  ['1', 'Foo', '2'],
  ['2', 'Bar', '3'],
];
const PATHS = ['sku', 'name', 'price'];

const read = (text: string, csv?: ParseOptions['csv'], chunkBytes?: number) =>
  readAll(text, { recordPath: '/', paths: PATHS, parseOptions: { csv } }, chunkBytes);

describe('lines above the headings of CSV', () => {
  it.each<[string, string, number]>([
    ['a title in a row of a spreadsheet', `Export of 2026,,\n,,\n${TABLE}`, 2],
    ['a title', `Export of 2026\n${TABLE}`, 1],
    ['a title with an empty line', `Export of 2026\r\n\r\n${TABLE.replaceAll('\n', '\r\n')}`, 2],
    ['a title and a date', `Products\nDate,2026-01-05\n${TABLE}`.replace('Date,', 'Date '), 2],
    ['labels with their values', `Report,Sales\nFrom,2026-01-01\n${TABLE}`, 2],
    ['a title and a label with its value', `Sales report\nFrom,2026-01-01\n${TABLE}`, 2],
    ['comments', `# made by shop\n# 2 rows, one shop\n${TABLE}`, 2],
    ['comments above a few columns', `# made by shop,,\n${TABLE}`, 1],
    ['a title above headings alone', 'Products\nsku,name,price\n', 1],
  ])('are left out: %s', async (_, text, skipLines) => {
    for (const size of [1, 7, 65_536]) {
      const { rows, facts } = await read(text, undefined, size);
      expect(rows).toEqual(text.includes('Foo') ? ROWS : []);
      expect(facts.warnings.map(({ code }) => code)).toEqual(['csv_lines_skipped']);
    }
    const { outline } = await outlineSource(inChunks(text));
    expect(outline.format).toBe('csv');
    expect(outline.parseOptions.csv).toMatchObject({ delimiter: ',', hasHeader: true, skipLines });
    expect(outline.headings.map(({ path }) => path)).toEqual(PATHS);
  });

  it.each<[string, string]>([
    ['headings that begin with #', '#sku,name,price\n1,Foo,2\n'],
    ['a first row with empty cells among others', 'A,,\nB,1,2\nC,3,\nA,4,\n'],
    ['headings that lack the last one', 'sku,name\n1,Foo,2\n2,Bar,3\n3,Baz,4\n'],
    ['a shorter row of words above others', 'a,b\nc,d,e\nf,g,h\ni,j,k\n'],
    ['rows of values that are shorter', 'Ann\nBob,3\nCid,4\n'],
    ['a table of one column', 'email\nann@example.com\nbob@example.com\n'],
  ])('are not seen in %s', async (_, text) => {
    const { outline } = await outlineSource(inChunks(text), { parseOptions: { format: 'csv' } });
    expect(outline.parseOptions.csv?.skipLines).toBeUndefined();
    expect(outline.warnings.map(({ code }) => code)).not.toContain('csv_lines_skipped');
  });

  it('can be chosen, which also chooses the row of the headings', async () => {
    const text = `one,two,three\nfour\n${TABLE}`;
    const { rows, facts } = await read(text, { skipLines: 2 });
    expect(rows).toEqual(ROWS);
    expect(facts.warnings).toMatchObject([
      { message: 'The first 2 lines are not part of the table; left out.' },
    ]);
    const none = await read(`Title,,\n${TABLE}`, { skipLines: 0 });
    expect(none.rows).toEqual([[], [], []].map(() => [undefined, undefined, undefined]));
  });

  it('are read as before by jobs that know of a header and of no lines to skip', async () => {
    const parseOptions = { csv: { delimiter: ',', quote: '"', hasHeader: true } } as const;
    const request = { recordPath: '/', paths: ['Title', 'Column 2'], parseOptions };
    expect((await readAll(`Title,,\n${TABLE}`, request)).rows[1]).toEqual(['1', 'Foo']);
  });

  it('may be more than the source has, or than one block holds', async () => {
    expect((await read(TABLE, { skipLines: 9, hasHeader: true })).rows).toEqual([]);
    const long = `${'x'.repeat(70_000)}\n${'y'.repeat(70_000)}\r\n${TABLE}`;
    expect((await read(long, { skipLines: 2 }, 1000)).rows).toEqual(ROWS);
  });

  it('count in the lines of warnings', async () => {
    const { facts } = await read(`Title\n${TABLE}4\n`);
    expect(facts.warnings).toMatchObject([{ code: 'csv_lines_skipped' }, { code: 'csv_row_short', line: 5 }]);
  });
});

describe('cells of CSV', () => {
  const cells = async (text: string) => {
    const request = { recordPath: '/', paths: ['a', 'b'] };
    const { rows, facts } = await readAll(text, request);
    for (const size of [1, 7]) expect(await readAll(text, request, size)).toMatchObject({ rows, facts });
    return { rows, warnings: facts.warnings.map(({ code }) => code) };
  };

  it.each<[string, string, string[][]]>([
    [
      'formulas that hold text',
      'a,b\n="00123",x\n="1,5",="é"\n',
      [
        ['00123', 'x'],
        ['1,5', 'é'],
      ],
    ],
    [
      'formulas in quotes',
      'a,b\n"=""00123""",x\n"=""é""","y"\n',
      [
        ['00123', 'x'],
        ['é', 'y'],
      ],
    ],
    [
      'quotes after a backslash',
      'a,b\n"say \\"hi\\"",x\n"a \\"b\\", c",y\n',
      [
        ['say "hi"', 'x'],
        ['a "b", c', 'y'],
      ],
    ],
    ['backslashes after a backslash', 'a,b\n"say \\"hi\\" \\\\",x\n', [['say "hi" \\', 'x']]],
    [
      'backslashes that end a cell',
      'a,b\n"C:\\dir\\",x\n"D:\\",y\n',
      [
        ['C:\\dir\\', 'x'],
        ['D:\\', 'y'],
      ],
    ],
    ['formulas that compute', 'a,b\n=A1+B1,x\n', [['=A1+B1', 'x']]],
  ])('are read as meant: %s', async (_, text, rows) => {
    expect(await cells(text)).toEqual({ rows, warnings: [] });
  });

  it('say in the outline that quotes follow a backslash', async () => {
    const { outline } = await outlineSource(inChunks('a,b\n"say \\"hi\\"",x\n'));
    expect(outline.parseOptions.csv).toEqual({
      delimiter: ',',
      quote: '"',
      hasHeader: true,
      escape: 'backslash',
    });
  });
});
