import { readdirSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { writeXlsx } from 'hucre';
import { describe, expect, it } from 'vitest';
import { openWorkbook } from '../../src/read/xlsx/open-workbook.js';
import { SharedTexts, type WorksheetRow } from '../../src/read/xlsx/row-builder.js';
import { MarkupScanner } from '../../src/read/xlsx/scan-markup.js';
import { WorksheetRows } from '../../src/read/xlsx/worksheet-rows.js';
import {
  fileOf,
  LIMITS,
  packWorkbook,
  readCells,
  readWorksheet,
  sheet,
  strings,
  styles,
} from './workbook-file.js';

const SHEET = 'xl/worksheets/sheet1.xml';
const STYLES = 'xl/styles.xml';
const STRINGS = 'xl/sharedStrings.xml';

describe('texts of a worksheet', () => {
  it.each<[string, string, string, string | undefined]>([
    ['a shared string', '<si><t>Foo</t></si>', '<c t="s"><v>0</v></c>', 'Foo'],
    [
      'one with runs',
      '<si><r><t>Foo</t></r><r><rPr><b/></rPr><t xml:space="preserve"> Bar</t></r></si>',
      '<c t="s"><v>0</v></c>',
      'Foo Bar',
    ],
    [
      'one with reading aids',
      '<si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></si>',
      '<c t="s"><v>0</v></c>',
      '東京',
    ],
    ['an inline string', '', '<c t="inlineStr"><is><t>Foo</t></is></c>', 'Foo'],
    [
      'an inline string with runs',
      '',
      '<c t="inlineStr"><is><r><t>F</t></r><r><t>oo</t></r></is></c>',
      'Foo',
    ],
    ['the text of a formula', '', '<c t="str"><f>A1&amp;"x"</f><v>Foo</v></c>', 'Foo'],
    ['references and escapes', '', '<c t="str"><v>a &lt;b&gt; &#233; &amp;amp;</v></c>', 'a <b> é &amp;'],
    ['a control character', '<si><t>a_x000D_b_x005F_x000D_</t></si>', '<c t="s"><v>0</v></c>', 'a\rb_x000D_'],
    ['a bracket in an attribute', '', '<c a=">" b=\'">\' d="x>y" t="str"><v>Foo</v></c>', 'Foo'],
    ['CDATA and a comment', '', '<c t="str"><v><![CDATA[a <b>]]><!-- > --> c</v></c>', 'a <b> c'],
    ['a string that is not there', '<si><t>Foo</t></si>', '<c t="s"><v>7</v></c>', undefined],
    ['an id with zeros', '', '<c t="str"><v>00123</v></c>', '00123'],
  ])('%s', async (_, items, cell, expected) => {
    const cells = await readCells({
      [STRINGS]: strings(items),
      [SHEET]: sheet(`<row><c><v>1</v></c>${cell}</row>`),
    });
    expect(cells).toEqual([expected === undefined ? ['1'] : ['1', expected]]);
  });
});

describe('numbers of a worksheet', () => {
  const read = async (cell: string, format: string | number = 0, workbook = '') => {
    const parts = { [SHEET]: sheet(`<row>${cell}</row>`), [STYLES]: styles(format) };
    const [row] = await readWorksheet(
      await packWorkbook(workbook === '' ? parts : { ...parts, 'xl/workbook.xml': workbook }),
    );
    return row;
  };

  it.each([
    ['1', '1'],
    ['-0.5', '-0.5'],
    ['698.20', '698.2'],
    ['0.1000000000000000055', '0.1'],
    ['1.1000000000000001', '1.1'],
    ['1E-3', '0.001'],
    ['123456789012345', '123456789012345'],
    ['1.5E+20', '150000000000000000000'],
  ])('%s is %s', async (value, expected) => {
    expect((await read(`<c s="1"><v>${value}</v></c>`))?.cells).toEqual([expected]);
  });

  it('say that digits were lost', async () => {
    const row = await read('<c><v>1234567890123456</v></c>');
    expect(row).toMatchObject({
      cells: ['1234567890123456'],
      faults: [{ column: 0, kind: 'digits', text: '1234567890123456' }],
    });
  });

  it('are read by their point', async () => {
    expect(await read('<c><v>5</v></c><c><v>1.234</v></c>')).toMatchObject({
      cells: ['5', '1.234'],
      decimals: [1],
    });
  });

  it('are not percent, but fractions', async () => {
    expect((await read('<c s="1"><v>0.25</v></c>', '0.00%'))?.cells).toEqual(['0.25']);
  });

  it.each<[string | number, string, string]>([
    [14, '46356', '2026-11-30'],
    [14, '1', '1900-01-01'],
    [14, '59', '1900-02-28'],
    [14, '61', '1900-03-01'],
    [14, '2958465', '9999-12-31'],
    ['yyyy-mm-dd hh:mm', '46356.520833333336', '2026-11-30T12:30:00'],
    ['d.m.yy', '46356', '2026-11-30'],
    ['[$-409]mmmm\\ d\\,\\ yyyy;@', '46356', '2026-11-30'],
    ['dd/mm/yyyy', '46356.75', '2026-11-30T18:00:00'],
    ['h:mm AM/PM', '0.375', '09:00:00'],
    [20, '0.999988425925926', '23:59:59'],
    ['hh:mm:ss.000', '0.5000058', '12:00:00.501'],
    ['[h]:mm', '1.1041666666666667', '26:30:00'],
    ['mmm yy', '46356', '2026-11-30'],
    ['yyyy"年"m"月"d"日"', '46356', '2026-11-30'],
    [31, '46356', '2026-11-30'],
  ])('are dates and times by their format: %s, %s', async (format, value, expected) => {
    expect((await read(`<c s="1"><v>${value}</v></c>`, format))?.cells).toEqual([expected]);
  });

  it.each([
    '0.00',
    '#,##0.00 "days"',
    '[Red]0',
    '0.00E+00',
    '[$€-407] #,##0.00',
    '0\\d',
    '_-* #,##0_-',
    'General',
    '@',
    '# ?/?',
  ])('stay numbers with the format %s', async (format) => {
    expect((await read('<c s="1"><v>46356</v></c>', format))?.cells).toEqual(['46356']);
  });

  it('that are no date stay numbers', async () => {
    for (const value of ['-1', '60', '3000000'])
      expect((await read(`<c s="1"><v>${value}</v></c>`, 14))?.cells).toEqual([value]);
  });

  it('count from 1904 in old workbooks of the Mac', async () => {
    const workbook =
      '<workbook><workbookPr date1904="1"/><sheets><sheet name="D" sheetId="1" r:id="rId1"/></sheets></workbook>';
    expect((await read('<c s="1"><v>44894</v></c>', 14, workbook))?.cells).toEqual(['2026-11-30']);
  });

  it('are the same in every time zone', async () => {
    const zone = process.env.TZ;
    try {
      for (const name of ['America/St_Johns', 'Asia/Kolkata', 'Pacific/Apia']) {
        process.env.TZ = name;
        expect((await read('<c s="1"><v>40907.25</v></c>', 22))?.cells).toEqual(['2011-12-30T06:00:00']);
      }
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });
});

describe('cells of a worksheet', () => {
  it('stand in their columns', async () => {
    const rows = '<row r="2"><c r="B2"><v>1</v></c><c><v>2</v></c><c r="AA2"><v>3</v></c></row>';
    const [row] = await readWorksheet(await packWorkbook({ [SHEET]: sheet(rows) }));
    expect(row?.row).toBe(2);
    expect(row?.cells.length).toBe(27);
    expect([row?.cells[0], row?.cells[1], row?.cells[2], row?.cells[26]]).toEqual([undefined, '1', '2', '3']);
  });

  it('have the values of booleans, and none for errors', async () => {
    const rows = '<row><c t="b"><v>1</v></c><c t="b"><v>0</v></c><c t="e"><v>#N/A</v></c></row>';
    expect(await readWorksheet(await packWorkbook({ [SHEET]: sheet(rows) }))).toEqual([
      {
        row: 1,
        isHidden: false,
        cells: ['true', 'false'],
        faults: [{ column: 2, kind: 'error', text: '#N/A' }],
      },
    ]);
  });

  it('of blank rows are left out, and rows keep their numbers', async () => {
    const rows =
      '<row r="3"><c><v>1</v></c></row><row r="4"><c s="1"/></row><row r="5" hidden="1"><c t="str"><v>a</v></c></row><row r="6"><c t="str"><v></v></c></row>';
    const found = await readWorksheet(await packWorkbook({ [SHEET]: sheet(rows), [STYLES]: styles(14) }));
    expect(found.map(({ row, isHidden, cells }) => [row, isHidden, cells])).toEqual([
      [3, false, ['1']],
      [5, true, ['a']],
    ]);
  });

  it('may have elements with a prefix, and the strict namespace', async () => {
    const rows = '<x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>Foo</x:t></x:is></x:c></x:row>';
    expect(
      await readCells({ [SHEET]: `<x:worksheet><x:sheetData>${rows}</x:sheetData></x:worksheet>` }),
    ).toEqual([['Foo']]);
  });

  it('may be in UTF-16', async () => {
    const bytes = Buffer.from(`\ufeff${sheet('<row><c t="str"><v>é€</v></c></row>')}`, 'utf16le');
    expect(await readCells({ [SHEET]: bytes })).toEqual([['é€']]);
  });

  it('are the same however the part is cut into chunks', () => {
    const xml = Buffer.from(
      sheet(
        '<!-- > --><row r="1"><c r="A1" t="inlineStr"><is><t>é € &amp; &#x1F600; &lt;</t></is></c><c s=\'1\' r=\'B1\'><v>1.5</v></c></row><row r="9"><c t="str"><v><![CDATA[<]]]>]]></v></c></row>',
      ),
    );
    const read = (size: number) => {
      const found: WorksheetRow[] = [];
      const rows = new WorksheetRows({
        texts: new SharedTexts(),
        kinds: [],
        is1904: false,
        onRow: (row) => found.push(row),
      });
      const scanner = new MarkupScanner(rows);
      for (let at = 0; at < xml.length; at += size) scanner.push(xml.subarray(at, at + size));
      scanner.end();
      return found;
    };
    const whole = read(xml.length);
    expect(whole.map(({ row, cells }) => [row, cells])).toEqual([
      [1, ['é € & 😀 <', '1.5']],
      [9, ['<]]]>']],
    ]);
    for (const size of [1, 2, 3, 7, 64]) expect(read(size)).toEqual(whole);
  });
});

describe('a workbook', () => {
  it('lists its worksheets with their sizes', async () => {
    const workbook =
      '<workbook><sheets><sheet name="A &amp; B" sheetId="1" r:id="rId1"/><sheet name="Secret" sheetId="2" state="veryHidden" r:id="rId1"/></sheets></workbook>';
    const part = sheet('<row/>').replace('<sheetData>', '<dimension ref="A1:K1000"/><sheetData>');
    const bytes = await packWorkbook({ 'xl/workbook.xml': workbook, [SHEET]: part });
    const { worksheets, close } = await openWorkbook(fileOf(bytes), LIMITS);
    close();
    expect(worksheets).toEqual([
      { name: 'A & B', isHidden: false, rows: 1000 },
      { name: 'Secret', isHidden: true, rows: 1000 },
    ]);
  });

  it('keeps a large table of texts in a file that leaves nothing behind', async () => {
    const spillDirectory = await mkdtemp(join(tmpdir(), 'inlet-spill-'));
    const texts = Array.from({ length: 20_000 }, (_, n) => `${n} é ${'x'.repeat(n % 90)}`);
    const items = texts.map((text) => `<si><t>${text}</t></si>`).join('');
    // Far apart, so that blocks are read again.
    const order = texts.map((_, n) => (n * 7919) % texts.length);
    const rows = order.map((n) => `<row><c t="s"><v>${n}</v></c></row>`).join('');
    const bytes = await packWorkbook({ [STRINGS]: strings(items), [SHEET]: sheet(rows) });
    const limits = { spillDirectory, mostBytesInMemory: 300_000 };
    expect((await readWorksheet(bytes, { limits })).map(({ cells }) => cells[0])).toEqual(
      order.map((n) => texts[n]),
    );
    expect(readdirSync(spillDirectory)).toEqual([]);
  });

  it('that unpacks to too much is refused', async () => {
    const bytes = await packWorkbook({
      [SHEET]: sheet(`<row><c t="str"><v>${'x'.repeat(3_000_000)}</v></c></row>`),
    });
    await expect(readWorksheet(bytes, { limits: { maxPartBytes: 1_000_000 } })).rejects.toMatchObject({
      code: 'source_decompression_bomb',
    });
  });

  it('that is damaged is refused with a sentence', async () => {
    const whole = await packWorkbook({ [SHEET]: sheet('<row><c><v>1</v></c></row>') });
    const faulty = [
      whole.subarray(0, 400),
      Buffer.from('PK\u0003\u0004'),
      Buffer.alloc(0),
      await packWorkbook({ 'xl/workbook.xml': '<workbook><sheets/></workbook>' }),
      await packWorkbook({ [SHEET]: '<worksheet><sheetData><row><c><v>1</v' }),
    ];
    for (const bytes of faulty)
      await expect(readWorksheet(bytes)).rejects.toMatchObject({ code: 'source_malformed' });
  });

  it('that another library wrote is read back', async () => {
    const text = fc
      .string({ unit: 'grapheme', maxLength: 12 })
      .filter((value) => value.trim() !== '' && !/[\u0000-\u001f\ufffe\uffff_]/.test(value));
    const cell = fc.oneof(text, fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.boolean());
    const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const bytes = await writeXlsx({ sheets: [{ name: 'Data', rows }] });
        const found = await readWorksheet(Buffer.from(bytes));
        expect(found.map(({ cells }) => cells)).toEqual(rows.map((row) => row.map(String)));
      }),
      { numRuns: 60 },
    );
  });
});
