import { read } from '@e965/xlsx';
import ExcelJs from 'exceljs';
import { describe, expect, it } from 'vitest';
import { fromBuffer } from 'yauzl';
import { type XlsxCell, type XlsxSheet, xlsxStream } from './xlsx-stream.js';

type Cells = readonly (XlsxCell | undefined)[];

async function* inBatches(rows: Iterable<Cells>): XlsxSheet['rows'] {
  let batch: Cells[] = [];
  for (const row of rows) {
    batch.push(row);
    if (batch.length < 1000) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

async function write(headings: readonly string[], rows: Iterable<Cells>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of xlsxStream({ name: 'Rows', headings, rows: inBatches(rows) })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const ODD_TEXTS = [
  '=1+1',
  'Zürich 😀',
  ' spaces ',
  'two\nlines',
  'carriage\r\nreturn',
  'a\u0001b',
  '_x0041_',
  '<b>&"\'',
  '00123',
  'x'.repeat(32_767),
];

describe('a workbook', () => {
  it('has the same texts, numbers, colours and notes for other readers', async () => {
    const rows: Cells[] = [
      ...ODD_TEXTS.map((text) => [{ text }, undefined]),
      [
        { text: '12', note: 'Too <small>', mark: 'error' },
        { text: '-1.5', isNumber: true, mark: 'warning' },
      ],
    ];
    const bytes = await write(['Text', 'Price'], rows);
    const workbook = new ExcelJs.Workbook();
    await workbook.xlsx.load(bytes as unknown as ArrayBuffer);
    const sheet = workbook.worksheets[0]!;
    const last = sheet.getRow(ODD_TEXTS.length + 2);
    expect([last.getCell(1).text, last.getCell(2).value]).toEqual(['12', -1.5]);
    expect(JSON.stringify(last.getCell(1).note)).toContain('Too <small>');
    expect(last.getCell(1).fill).toMatchObject({ fgColor: { argb: 'FFFFC9C9' } });
    expect(sheet.getCell('A1').font.bold).toBe(true);
    const other = read(bytes, { dense: true });
    const shown = other.Sheets.Rows!['!data']!;
    expect(shown.slice(1, -1).map((row) => row[0]?.v)).toEqual(
      ODD_TEXTS.map((text) => text.replace('\r\n', '\n')),
    );
    expect(shown.at(-1)?.[1]).toMatchObject({ t: 'n', v: -1.5 });
  });

  it('goes on in a second worksheet after the last row that one can have', async () => {
    const count = 1_048_577;
    const bytes = await write(
      ['n'],
      (function* () {
        for (let n = 0; n < count; n += 1) yield [{ text: String(n), isNumber: true }];
      })(),
    );
    const sizes = await new Promise<ReadonlyMap<string, number>>((resolve, reject) => {
      fromBuffer(bytes, { lazyEntries: false }, (error, zip) => {
        if (error) return reject(error);
        const found = new Map<string, number>();
        zip.on('entry', ({ fileName, uncompressedSize }) => found.set(fileName, uncompressedSize));
        zip.on('end', () => resolve(found));
      });
    });
    expect([...sizes.keys()].filter((name) => name.includes('/sheet'))).toHaveLength(2);
    expect(sizes.get('xl/worksheets/sheet2.xml')).toBeLessThan(1000);
  });
});
