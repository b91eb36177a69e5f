import { tmpdir } from 'node:os';
import { CFB, utils, type WorkSheet, write } from '@e965/xlsx';
import { InletError } from '@inlet/contracts/errors';
import { Workbook } from 'exceljs';
import fc from 'fast-check';
import { writeXlsx } from 'hucre';
import { describe, expect, it } from 'vitest';
import { openFileTable } from '../../src/read/table/open-file-table.js';
import type { TableOptions } from '../../src/read/table/table.js';
import { fileOf } from '../xlsx/workbook-file.js';
import { readRows } from './read-table.js';

const KINDS = ['xls', 'xlsb', 'xlsx'] as const;
type Kind = (typeof KINDS)[number];
const BOOK_TYPES = { xls: 'biff8', xlsb: 'xlsb', xlsx: 'xlsx' } as const;

const read = async (bytes: Buffer, options: TableOptions = {}) =>
  readRows(await openFileTable(fileOf(bytes), { spillDirectory: tmpdir(), ...options }));

interface Sheets {
  readonly sheets: Readonly<Record<string, WorkSheet>>;
  readonly hidden?: readonly string[];
  readonly is1904?: boolean;
}

/** Writes a workbook with SheetJS. */
function writeBook(kind: Kind | 'biff5' | 'ods', { sheets, hidden = [], is1904 = false }: Sheets): Buffer {
  const book = utils.book_new();
  for (const [name, sheet] of Object.entries(sheets)) utils.book_append_sheet(book, sheet, name);
  book.Workbook = {
    WBProps: { date1904: is1904 },
    Sheets: book.SheetNames.map((name) => ({ name, Hidden: hidden.includes(name) ? 1 : 0 })),
  };
  const bookType = kind === 'biff5' || kind === 'ods' ? kind : BOOK_TYPES[kind];
  return Buffer.from(write(book, { type: 'buffer', bookType, bookSST: kind !== 'biff5' }));
}

const sheetOf = (rows: readonly (readonly unknown[])[]): WorkSheet =>
  utils.aoa_to_sheet(rows.map((row) => [...row]));

describe.each(KINDS)('a worksheet in %s', (kind) => {
  it('has texts, numbers and booleans', async () => {
    const rows = [
      ['name', 'n', 'yes'],
      ['José 😀', 1, true],
      ['00123', -0.5, false],
      ['日本', 698.2, null],
      ['a\nb', 123_456_789_012, true],
      ['x'.repeat(4000), 1e21, null],
    ];
    const { table, cells, lines } = await read(writeBook(kind, { sheets: { Data: sheetOf(rows) } }));
    expect(table).toMatchObject({ format: kind, worksheet: 'Data' });
    expect(cells).toEqual([
      ['name', 'n', 'yes'],
      ['José 😀', '1', 'true'],
      ['00123', '-0.5', 'false'],
      ['日本', '698.2'],
      ['a\nb', '123456789012', 'true'],
      ['x'.repeat(4000), '1000000000000000000000'],
    ]);
    expect(lines).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('keeps the places of cells and rows, and says which are hidden', async () => {
    const sheet: WorkSheet = {
      '!ref': 'A1:D9',
      '!rows': [{}, {}, {}, {}, {}, { hidden: true }],
      B3: { t: 's', v: 'a' },
      D3: { t: 'n', v: 1.5 },
      A6: { t: 's', v: 'b' },
      C9: { t: 'e', v: 42, w: '#N/A' },
    };
    const { rows, table } = await read(writeBook(kind, { sheets: { Data: sheet } }));
    expect(rows).toMatchObject([
      { row: 3, cells: [undefined, 'a', undefined, '1.5'], decimals: [3] },
      // SheetJS writes no properties of rows to XLS.
      { row: 6, cells: ['b'], isHidden: kind !== 'xls' },
      { row: 9, cells: [], faults: [{ column: 2, kind: 'error', text: '#N/A' }] },
    ]);
    expect(table.facts).toMatchObject({ rows: 3, blankRows: 6, hiddenRows: kind === 'xls' ? 0 : 1 });
  });

  it.each([false, true])('has dates and times by their formats, from 1904: %s', async (is1904) => {
    const shift = is1904 ? 1462 : 0;
    const cell = (v: number, z: string) => ({ t: 'n', v, z });
    const sheet = {
      '!ref': 'A1:G1',
      A1: cell(46_356 - shift, 'yyyy-mm-dd'),
      B1: cell(46_356.75 - shift, 'm/d/yy h:mm'),
      C1: cell(0.375, 'h:mm:ss'),
      D1: cell(1.1041666666666667, '[h]:mm:ss'),
      E1: cell(0.25, '0.00%'),
      F1: cell(46_356, '0.00'),
      G1: cell(1_234_567_890_123_456, '0'),
    } as WorkSheet;
    const { rows } = await read(writeBook(kind, { sheets: { Data: sheet }, is1904 }));
    expect(rows[0]?.cells).toEqual([
      '2026-11-30',
      '2026-11-30T18:00:00',
      '09:00:00',
      '26:30:00',
      '0.25',
      '46356',
      '1234567890123456',
    ]);
    expect(rows[0]?.faults).toEqual([{ column: 6, kind: 'digits', text: '1234567890123456' }]);
  });

  it('is proposed if it is visible and has rows, and can be chosen by name', async () => {
    const sheets = { 'Geheim é': sheetOf([['no']]), Empty: sheetOf([]), Data: sheetOf([['yes']]) };
    const bytes = writeBook(kind, { sheets, hidden: ['Geheim é'] });
    const { table, cells } = await read(bytes);
    expect(table.worksheets.map(({ name, isHidden }) => [name, isHidden])).toEqual([
      ['Geheim é', true],
      ['Empty', false],
      ['Data', false],
    ]);
    expect([table.worksheet, cells]).toEqual(['Data', [['yes']]]);
    expect((await read(bytes, { worksheet: 'Geheim é' })).cells).toEqual([['no']]);
  });

  it('is read back as another library wrote it', async () => {
    const text = fc
      .string({ unit: 'grapheme', maxLength: 12 })
      .filter((value) => value.trim() !== '' && !/[\u0000-\u001f\ufffe\uffff_]/.test(value));
    const cell = fc.oneof(
      text,
      fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }),
      fc.integer({ min: -1_000_000, max: 1_000_000 }).map((n) => n / 1000),
      fc.boolean(),
    );
    const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const { cells } = await read(writeBook(kind, { sheets: { Data: sheetOf(rows) } }));
        expect(cells).toEqual(rows.map((row) => row.map((value) => (value === 0 ? '0' : String(value)))));
      }),
      { numRuns: 60 },
    );
  });
});

describe('an old workbook', () => {
  it('of Excel 5 is read', async () => {
    const rows = [
      ['name', 'n'],
      ['Jose', 1.5],
    ];
    const { cells } = await read(writeBook('biff5', { sheets: { Data: sheetOf(rows) } }));
    expect(cells).toEqual([
      ['name', 'n'],
      ['Jose', '1.5'],
    ]);
  });

  it('has texts of formulas', async () => {
    const sheet: WorkSheet = {
      '!ref': 'A1:C1',
      A1: { t: 's', v: 'Foo', f: '"F"&"oo"' },
      B1: { t: 'n', v: 2, f: '1+1' },
      C1: { t: 'b', v: true, f: 'TRUE()' },
    };
    for (const kind of KINDS)
      expect((await read(writeBook(kind, { sheets: { Data: sheet } }))).cells).toEqual([
        ['Foo', '2', 'true'],
      ]);
  });

  it('that is cut off is refused, unless all of its rows are there', async () => {
    const rows = Array.from({ length: 200 }, (_, n) => [`row ${n}`, n]);
    for (const kind of KINDS) {
      const bytes = writeBook(kind, { sheets: { Data: sheetOf(rows) } });
      for (let length = 0; length < bytes.length; length += 997) {
        const code = await read(bytes.subarray(0, length)).then(
          ({ table }) => table.facts.rows,
          ({ code: found }: InletError) => found,
        );
        expect([200, 'source_malformed', 'source_empty', 'source_format_unknown']).toContain(code);
      }
    }
  });
});

describe('a workbook of another library', () => {
  it('has rich texts, dates, hidden rows and merged cells', async () => {
    const book = new Workbook();
    const sheet = book.addWorksheet('Data');
    sheet.addRow(['name', 'since', 'sum']);
    sheet.addRow([
      { richText: [{ text: 'Jo' }, { font: { bold: true }, text: 'sé' }] },
      new Date(Date.UTC(2026, 10, 30)),
      { formula: 'SUM(1,2)', result: 3 },
    ]);
    sheet.addRow(['merged', null, { error: '#N/A' }]);
    sheet.mergeCells('A3:B3');
    sheet.getRow(2).hidden = true;
    const { rows } = await read(Buffer.from(await book.xlsx.writeBuffer()));
    expect(rows).toMatchObject([
      { cells: ['name', 'since', 'sum'] },
      { cells: ['José', '2026-11-30', '3'], isHidden: true },
      { cells: ['merged'], faults: [{ column: 2, kind: 'error', text: '#N/A' }] },
    ]);
  });
});

describe('a damaged workbook', () => {
  const rows = Array.from({ length: 40 }, (_, n) => [`row ${n} é`, n, n / 7, n % 2 === 0]);

  it.each([...KINDS, 'ods'] as const)('is read or refused with a code: %s', async (kind) => {
    const whole = writeBook(kind, { sheets: { Data: sheetOf(rows) } });
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.constantFrom(0, 1, 127, 255)), {
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(damage, async (places) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of places) bytes[at] = value;
        try {
          await read(bytes, { limits: { maxSourceBytes: 50_000_000 } });
        } catch (error) {
          expect(error).toBeInstanceOf(InletError);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('a compound file', () => {
  /** A compound file with these streams. */
  const packStreams = (names: readonly string[]): Buffer => {
    const file = CFB.utils.cfb_new();
    for (const name of names) CFB.utils.cfb_add(file, `/${name}`, Buffer.from('some content'));
    return Buffer.from(CFB.write(file, { type: 'buffer' }) as Buffer);
  };

  it.each([
    ['a protected workbook', ['EncryptionInfo', 'EncryptedPackage'], 'source_password_protected'],
    ['a Word document', ['WordDocument'], 'source_format_unknown'],
    ['a message', ['__properties_version1.0'], 'source_format_unknown'],
    ['anything else', ['Other'], 'source_format_unknown'],
    ['a workbook of no records', ['Workbook'], 'source_malformed'],
  ])('is refused: %s', async (_, names, code) => {
    await expect(read(packStreams(names))).rejects.toMatchObject({ code });
  });

  it('that another library protects is refused', async () => {
    const bytes = await writeXlsx({
      sheets: [{ name: 'Data', rows: [['a']] }],
      encryption: { password: 'secret', spinCount: 100 },
    });
    await expect(read(Buffer.from(bytes))).rejects.toMatchObject({ code: 'source_password_protected' });
  });

  it('with a protected stream of records is refused', async () => {
    const bytes = writeBook('xls', { sheets: { Data: sheetOf([['a']]) } });
    // The record of the code page becomes the one that says how the others are encrypted.
    const at = bytes.indexOf(Buffer.of(0x42, 0, 2, 0));
    bytes[at] = 0x2f;
    await expect(read(bytes)).rejects.toMatchObject({ code: 'source_password_protected' });
  });
});
