import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { openFileTable } from '../../src/read/table/open-file-table.js';
import type { TableOptions } from '../../src/read/table/table.js';
import { fileOf, packWorkbook, sheet, strings } from '../xlsx/workbook-file.js';
import { readRows } from './read-table.js';

const SHEET = 'xl/worksheets/sheet1.xml';
const spillDirectory = mkdtempSync(join(tmpdir(), 'inlet-file-table-'));

const readFile = async (bytes: Buffer, options: TableOptions = {}) =>
  readRows(await openFileTable(fileOf(bytes), { spillDirectory, ...options }));

type Files = Readonly<Record<string, string | Buffer>>;

async function packFiles(files: Files): Promise<Buffer> {
  const archive = new ZipFile();
  for (const [name, content] of Object.entries(files)) archive.addBuffer(Buffer.from(content), name);
  archive.end();
  return buffer(archive.outputStream);
}

/** An archive with a name that yazl refuses to write. */
async function packAs(name: string): Promise<Buffer> {
  const placeholder = 'x'.repeat(name.length);
  const bytes = await packFiles({ [placeholder]: 'a,b\n1,2\n' });
  return Buffer.from(bytes.toString('latin1').replaceAll(placeholder, name), 'latin1');
}

const cell = (text: string): string => `<c t="str"><v>${text}</v></c>`;
const row = (number: number, cells: string, attributes = ''): string =>
  `<row r="${number}" ${attributes}>${cells}</row>`;

/** A workbook with worksheets of these states and rows. */
function packSheets(
  sheets: readonly (readonly [name: string, state: string, rows: string])[],
): Promise<Buffer> {
  const relation = (index: number) =>
    `<Relationship Id="rId${index}" Type="http://x/worksheet" Target="worksheets/s${index}.xml"/>`;
  const entry = ([name, state]: readonly [string, string, string], index: number) =>
    `<sheet name="${name}" sheetId="${index + 1}" state="${state}" r:id="rId${index}"/>`;
  return packWorkbook({
    'xl/workbook.xml': `<workbook><sheets>${sheets.map(entry).join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${sheets.map((_, index) => relation(index)).join('')}</Relationships>`,
    ...Object.fromEntries(sheets.map(([, , rows], index) => [`xl/worksheets/s${index}.xml`, sheet(rows)])),
  });
}

afterEach(() => {
  expect(readdirSync(spillDirectory)).toEqual([]);
});

describe('a workbook as a table', () => {
  it('has the rows of its first visible worksheet with rows', async () => {
    const bytes = await packSheets([
      ['Secret', 'hidden', row(1, cell('no'))],
      ['Formatted', 'visible', row(1, '<c s="1"/>')],
      ['Data', 'visible', row(2, cell('name')) + row(3, cell('Ann'))],
      ['Other', 'visible', row(1, cell('other'))],
    ]);
    const { table, cells, lines } = await readFile(bytes);
    expect(table).toMatchObject({ format: 'xlsx', worksheet: 'Data', headings: null, encoding: null });
    expect(table.worksheets.map(({ name, isHidden }) => [name, isHidden])).toEqual([
      ['Secret', true],
      ['Formatted', false],
      ['Data', false],
      ['Other', false],
    ]);
    expect([cells, lines]).toEqual([
      [['name'], ['Ann']],
      [2, 3],
    ]);
    expect((await readFile(bytes, { worksheet: 'Secret' })).cells).toEqual([['no']]);
  });

  it('counts blank rows between others and hidden rows', async () => {
    const rows = [
      row(3, cell('a')),
      row(4, cell(' ')),
      row(7, cell('b'), 'hidden="1"'),
      row(9, '<c t="e"><v>#N/A</v></c>'),
      row(10, '<c s="1"/>'),
      row(1_048_576, '<c s="1"/>'),
    ];
    const { table, rows: found } = await readFile(await packWorkbook({ [SHEET]: sheet(rows.join('')) }));
    expect(found).toMatchObject([
      { row: 3, cells: ['a'], isHidden: false },
      { row: 7, cells: ['b'], isHidden: true },
      { row: 9, cells: [], faults: [{ column: 0, kind: 'error', text: '#N/A' }] },
    ]);
    expect(table.facts).toMatchObject({ rows: 3, blankRows: 6, hiddenRows: 1, width: 1 });
  });

  it('does not count a million formatted rows', async () => {
    const blank = Array.from({ length: 200_000 }, (_, n) => row(n + 3, '<c s="1"/>')).join('');
    const bytes = await packWorkbook({ [SHEET]: sheet(row(1, cell('a')) + row(2, cell('b')) + blank) });
    const { table } = await readFile(bytes, { limits: { maxRows: 2 } });
    expect(table.facts).toMatchObject({ rows: 2, blankRows: 0 });
    await expect(readFile(bytes, { limits: { maxRows: 1 } })).rejects.toMatchObject({
      code: 'source_too_large',
    });
  });

  it('reads shared strings as far as its rows need them', async () => {
    const cells = (...indexes: readonly number[]) =>
      indexes.map((index) => `<c t="s"><v>${index}</v></c>`).join('');
    const items = '<si><t>a</t></si><si><t>b</t></si><si><t/></si>';
    const rest = `<si><t>${'x'.repeat(1_000_000)}`;
    const parts = { [SHEET]: sheet(row(1, cells(1, 0, 2))), 'xl/sharedStrings.xml': `<sst>${items}${rest}` };
    expect((await readFile(await packWorkbook(parts))).cells).toEqual([['b', 'a']]);
    const all = {
      [SHEET]: sheet(row(1, cells(2, 1, 0, 2, 9)) + row(2, cells(2))),
      'xl/sharedStrings.xml': strings(items),
    };
    expect((await readFile(await packWorkbook(all))).cells).toEqual([[undefined, 'b', 'a']]);
  });

  it('is refused without rows, and for a worksheet that it lacks', async () => {
    const empty = await packSheets([
      ['A', 'visible', ''],
      ['B', 'hidden', row(1, cell('no'))],
    ]);
    await expect(readFile(empty)).rejects.toMatchObject({
      code: 'source_empty',
      detail: 'Its visible worksheets have no rows.',
    });
    await expect(readFile(empty, { worksheet: 'C' })).rejects.toMatchObject({
      code: 'source_worksheet_unknown',
      extra: { worksheets: ['A', 'B'] },
    });
  });
});

describe('a packed file', () => {
  const CSV = 'a;b\r\n1;2\r\n';

  it.each<[string, () => Buffer | Promise<Buffer>]>([
    ['text', () => Buffer.from(CSV)],
    ['gzip', () => gzipSync(CSV)],
    ['gzip in several members', () => Buffer.concat([gzipSync(CSV.slice(0, 4)), gzipSync(CSV.slice(4))])],
    ['ZIP', () => packFiles({ 'data/rows.csv': CSV })],
    ['ZIP of a Mac', () => packFiles({ 'rows.csv': CSV, '__MACOSX/._rows.csv': 'x', '.DS_Store': 'x' })],
  ])('is read as the file in it: %s', async (_, pack) => {
    const { table, cells } = await readFile(await pack());
    expect([table.format, table.delimiter, cells]).toEqual([
      'csv',
      ';',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ]);
  });

  it('may be a workbook', async () => {
    const workbook = await packWorkbook({ [SHEET]: sheet(row(1, cell('a'))) });
    for (const bytes of [await packFiles({ 'a.xlsx': workbook }), gzipSync(workbook)])
      expect((await readFile(bytes)).cells).toEqual([['a']]);
  });

  it.each<[string, string, () => Buffer | Promise<Buffer>]>([
    ['several files', 'source_archive_ambiguous', () => packFiles({ 'a.csv': CSV, 'b.csv': CSV })],
    ['no file', 'source_archive_ambiguous', () => packFiles({ '.DS_Store': 'x' })],
    [
      'an archive in an archive',
      'source_archive_nested',
      async () => packFiles({ 'a.zip': await packFiles({ a: CSV }) }),
    ],
    ['gzip twice', 'source_archive_nested', () => gzipSync(gzipSync(CSV))],
    ['a name that leaves its folder', 'source_archive_unsafe', () => packAs('../../a.csv')],
    ['an absolute name', 'source_archive_unsafe', () => packAs('/etc/a.csv')],
    ['a name with a drive', 'source_archive_unsafe', () => packAs('C:/a.csv')],
    [
      'a Word document',
      'source_format_unknown',
      () => packFiles({ '[Content_Types].xml': '', 'word/document.xml': '' }),
    ],
    [
      'a Numbers document',
      'source_format_unknown',
      () => packFiles({ 'Index/Document.iwa': '', 'a.plist': '' }),
    ],
    [
      'a picture in an archive',
      'source_format_unknown',
      () => packFiles({ 'a.png': Buffer.from('\x89PNG', 'latin1') }),
    ],
    ['gzip that is cut off', 'source_malformed', () => gzipSync('a,b\n1,2\n'.repeat(9)).subarray(0, 30)],
    [
      'a ZIP archive that is cut off',
      'source_malformed',
      async () => (await packFiles({ a: CSV })).subarray(0, 40),
    ],
  ])('is refused: %s', async (_, code, pack) => {
    await expect(readFile(await pack())).rejects.toMatchObject({ code });
  });

  it('is refused if a password protects it', async () => {
    const bytes = await packFiles({ 'a.csv': CSV });
    // The first bit of the flags, in both headers of the entry.
    for (const [mark, offset] of [
      ['PK\x03\x04', 6],
      ['PK\x01\x02', 8],
    ] as const) {
      const at = bytes.indexOf(mark, 0, 'latin1') + offset;
      bytes.writeUInt16LE(bytes.readUInt16LE(at) | 1, at);
    }
    await expect(readFile(bytes)).rejects.toMatchObject({ code: 'source_password_protected' });
  });

  it('is refused if it unpacks to more than allowed, whatever size it states', async () => {
    const limits = { maxSourceBytes: 1_000_000 };
    const bomb = 'a,b\n'.repeat(1_000_000);
    await expect(readFile(gzipSync(bomb), { limits })).rejects.toMatchObject({
      code: 'source_decompression_bomb',
    });
    const lying = await packFiles({ 'a.csv': bomb });
    for (const [mark, offset] of [
      ['PK\x03\x04', 22],
      ['PK\x01\x02', 24],
    ] as const) {
      const at = lying.indexOf(mark, 0, 'latin1') + offset;
      lying.writeUInt32LE(100, at);
    }
    await expect(readFile(lying, { limits })).rejects.toMatchObject({ code: 'source_decompression_bomb' });
    const workbook = await packWorkbook({ [SHEET]: sheet(row(1, cell('x'.repeat(2_000_000)))) });
    for (const bytes of [workbook, await packFiles({ 'a.xlsx': workbook })])
      await expect(readFile(bytes, { limits })).rejects.toMatchObject({ code: 'source_decompression_bomb' });
  });
});
