import { tmpdir } from 'node:os';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { writeOds } from 'hucre';
import { describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { openFileTable } from '../../src/read/table/open-file-table.js';
import type { TableOptions } from '../../src/read/table/table.js';
import { fileOf } from '../xlsx/workbook-file.js';
import { readRows } from './read-table.js';

const NAMES = ['office', 'table', 'text', 'style', 'calcext', 'draw']
  .map((name) => `xmlns:${name}="urn:${name}"`)
  .join(' ');

async function packOds(content: string, parts: Readonly<Record<string, string>> = {}): Promise<Buffer> {
  const archive = new ZipFile();
  const files = {
    mimetype: 'application/vnd.oasis.opendocument.spreadsheet',
    'content.xml': content,
    ...parts,
  };
  for (const [name, text] of Object.entries(files)) archive.addBuffer(Buffer.from(text), name);
  archive.end();
  return buffer(archive.outputStream);
}

const document = (tables: string, styles = ''): string =>
  `<?xml version="1.0"?><office:document-content ${NAMES}><office:automatic-styles>${styles}</office:automatic-styles><office:body><office:spreadsheet>${tables}</office:spreadsheet></office:body></office:document-content>`;

const table = (rows: string, name = 'Data', style = 'ta1'): string =>
  `<table:table table:name="${name}" table:style-name="${style}"><table:table-column table:number-columns-repeated="1024"/>${rows}</table:table>`;

const row = (cells: string, attributes = ''): string =>
  `<table:table-row ${attributes}>${cells}</table:table-row>`;
const p = (text: string): string =>
  `<table:table-cell office:value-type="string"><text:p>${text}</text:p></table:table-cell>`;

const read = async (bytes: Buffer, options: TableOptions = {}) =>
  readRows(await openFileTable(fileOf(bytes), { spillDirectory: tmpdir(), ...options }));
const readTable = async (rows: string) => read(await packOds(document(table(rows))));

describe('an OpenDocument spreadsheet as a table', () => {
  it.each<[string, string, string | undefined]>([
    ['text', p('Foo'), 'Foo'],
    [
      'text with spaces and breaks',
      p('a<text:s text:c="2"/> b<text:tab/>c<text:line-break/>d\n  e'),
      'a   b\tc\nd e',
    ],
    ['text with a format', p('F<text:span>o</text:span>o &amp; <text:a>bar</text:a>'), 'Foo & bar'],
    [
      'several paragraphs, without a comment and a shape',
      '<table:table-cell office:value-type="string"><office:annotation><text:p>note</text:p></office:annotation><text:p>a<draw:frame><draw:text-box><text:p>shape</text:p></draw:text-box></draw:frame></text:p><text:p>b</text:p></table:table-cell>',
      'a\nb',
    ],
    ['an id with zeros', p('00123'), '00123'],
    [
      'a number',
      '<table:table-cell office:value-type="float" office:value="698.2"><text:p>698,20</text:p></table:table-cell>',
      '698.2',
    ],
    [
      'a number with an error of binary fractions',
      '<table:table-cell office:value-type="float" office:value="1.1000000000000001"/>',
      '1.1',
    ],
    [
      'percent',
      '<table:table-cell office:value-type="percentage" office:value="0.25"><text:p>25%</text:p></table:table-cell>',
      '0.25',
    ],
    [
      'money',
      '<table:table-cell office:value-type="currency" office:value="5" office:currency="EUR"><text:p>5 €</text:p></table:table-cell>',
      '5',
    ],
    [
      'a boolean',
      '<table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>WAHR</text:p></table:table-cell>',
      'true',
    ],
    [
      'a date',
      '<table:table-cell office:value-type="date" office:date-value="2026-11-30"><text:p>30.11.26</text:p></table:table-cell>',
      '2026-11-30',
    ],
    [
      'a date with a time',
      '<table:table-cell office:value-type="date" office:date-value="2026-11-30T09:05:00"/>',
      '2026-11-30T09:05:00',
    ],
    ['a time', '<table:table-cell office:value-type="time" office:time-value="PT09H05M00S"/>', '09:05:00'],
    [
      'a duration',
      '<table:table-cell office:value-type="time" office:time-value="PT26H30M00.5S"/>',
      '26:30:00.500',
    ],
    ['nothing', '<table:table-cell/>', undefined],
  ])('reads %s', async (_, cell, expected) => {
    const { cells } = await readTable(row(p('x') + cell + p('y')));
    expect(cells).toEqual([['x', expected, 'y']]);
  });

  it('keeps the places of repeated cells and rows', async () => {
    const { rows, table: found } = await readTable(
      [
        row(p('a'), 'table:number-rows-repeated="2"'),
        row('<table:table-cell table:number-columns-repeated="1024"/>', 'table:number-rows-repeated="3"'),
        row(
          `<table:table-cell table:number-columns-repeated="2"/>${p('b').replace('office:value-type', 'table:number-columns-repeated="2" office:value-type')}<table:covered-table-cell/>${p('c')}`,
          'table:visibility="filter"',
        ),
        row(
          '<table:table-cell table:number-columns-repeated="16384"/>',
          'table:number-rows-repeated="1048570"',
        ),
      ].join(''),
    );
    expect(rows.map(({ row: number, cells, isHidden }) => [number, cells, isHidden])).toEqual([
      [1, ['a'], false],
      [2, ['a'], false],
      [6, [undefined, undefined, 'b', 'b', undefined, 'c'], true],
    ]);
    expect(found.facts).toMatchObject({ rows: 3, blankRows: 3, hiddenRows: 1, width: 6 });
  });

  it('says which cells are errors or lost digits', async () => {
    const { rows } = await readTable(
      row(
        '<table:table-cell table:formula="of:=NA()" office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="1234567890123456"/>',
      ),
    );
    expect(rows).toMatchObject([
      {
        cells: [undefined, '1234567890123456'],
        faults: [
          { column: 0, kind: 'error', text: '#N/A' },
          { column: 1, kind: 'digits', text: '1234567890123456' },
        ],
      },
    ]);
  });

  it('proposes no hidden table, and reads the chosen one', async () => {
    const styles =
      '<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>';
    const tables = table(row(p('no')), 'Secret', 'ta2') + table('', 'Empty') + table(row(p('yes')), 'Data');
    const bytes = await packOds(document(tables, styles));
    const { table: found, cells } = await read(bytes);
    expect([found.format, found.worksheet, cells]).toEqual(['ods', 'Data', [['yes']]]);
    expect(found.worksheets).toEqual([
      { name: 'Secret', isHidden: true, rows: 1 },
      { name: 'Empty', isHidden: false, rows: 0 },
      { name: 'Data', isHidden: false, rows: 1 },
    ]);
    expect((await read(bytes, { worksheet: 'Secret' })).cells).toEqual([['no']]);
  });

  it.each<[string, string, string, Readonly<Record<string, string>>]>([
    [
      'a password',
      'source_password_protected',
      document(''),
      {
        'META-INF/manifest.xml': '<m:manifest><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>',
      },
    ],
    ['a password around the package', 'source_password_protected', '', { 'encrypted-package': 'x' }],
    ['a text document', 'source_format_unknown', '<office:text/>', {}],
    ['no table', 'source_empty', document(''), {}],
    ['a table that is cut off', 'source_malformed', document(table(row(p('a')))).slice(0, -150), {}],
  ])('is refused: %s', async (_, code, content, parts) => {
    await expect(packOds(content, parts).then(read)).rejects.toMatchObject({ code });
  });

  it('is read back as another library wrote it', async () => {
    const text = fc
      .string({ unit: 'grapheme', maxLength: 12 })
      .filter(
        (value) =>
          value.trim() === value &&
          value !== '' &&
          !/[\u0000-\u001f\u007f-\u009f\ufffe\uffff]| {2}/.test(value),
      );
    const cell = fc.oneof(text, fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.boolean());
    const rows = fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(rows, async (written) => {
        const bytes = await writeOds({ sheets: [{ name: 'Data', rows: written }] });
        expect((await read(Buffer.from(bytes))).cells).toEqual(written.map((cells) => cells.map(String)));
      }),
      { numRuns: 60 },
    );
  });
});
