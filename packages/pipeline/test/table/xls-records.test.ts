import { describe, expect, it } from 'vitest';
import { readXlsGlobals } from '../../src/read/xls/xls-globals.js';
import { XlsReader } from '../../src/read/xls/xls-records.js';
import { readXlsRows } from '../../src/read/xls/xls-rows.js';

const shorts = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt16LE(value, 2 * index);
  return bytes;
};
const record = (type: number, ...parts: readonly Buffer[]): Buffer => {
  const data = Buffer.concat(parts);
  return Buffer.concat([shorts(type, data.length), data]);
};
const number = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
};
const narrow = (text: string): Buffer => Buffer.from(text, 'latin1');
const wide = (text: string): Buffer => Buffer.from(text, 'utf16le');

const BEGIN = record(0x809, shorts(0x600, 0x10, 0, 0));
const END = record(0x0a);
const numberCell = (row: number, column: number, value: number) =>
  record(0x203, shorts(row, column, 0), number(value));
const hiddenRow = (row: number) => record(0x208, shorts(row, 0, 9, 255, 0, 0, 0x20, 0));

const GLOBALS = { sheets: [], is1904: false, kinds: [], strings: undefined, decode: undefined };
const TEXTS = { size: 0, get: (index: number) => `text ${index}`, close: () => {} };

const readSheet = (...records: readonly Buffer[]) => {
  const stream = Buffer.concat([BEGIN, ...records, END]);
  return [
    ...readXlsRows(stream, { name: '', isHidden: false, start: 0 }, { ...GLOBALS, texts: TEXTS }),
  ].flat();
};

describe('records of a worksheet in XLS', () => {
  it('say which rows are hidden, in any order', () => {
    const rows = readSheet(hiddenRow(1), numberCell(2, 0, 3), numberCell(1, 1, 2), numberCell(1, 0, 1));
    expect(rows.map(({ row, cells, isHidden }) => [row, cells, isHidden])).toEqual([
      [2, ['1', '2'], true],
      [3, ['3'], false],
    ]);
  });

  it('have several short numbers at once', () => {
    const numbers = [shorts(0, 4 * 7 + 2, 0), shorts(0, 4 * 250 + 3, 0)];
    expect(readSheet(record(0xbd, shorts(0, 1), ...numbers, shorts(2)))[0]?.cells).toEqual([
      undefined,
      '7',
      '2.5',
    ]);
  });

  it('keep the text of a formula behind a shared formula', () => {
    const formula = record(0x06, shorts(0, 0, 0), shorts(0, 0, 0, 0xffff), Buffer.alloc(8));
    const text = record(0x207, shorts(3), Buffer.of(0), narrow('Foo'));
    expect(readSheet(formula, record(0x4bc, Buffer.alloc(10)), text)[0]?.cells).toEqual(['Foo']);
  });

  it('of a chart are no cells', () => {
    expect(readSheet(numberCell(0, 0, 1), BEGIN, numberCell(9, 0, 2), END, numberCell(1, 0, 3)).length).toBe(
      2,
    );
  });

  it('may be booleans, errors and shared texts', () => {
    const flag = (column: number, value: number, isError: number) =>
      record(0x205, shorts(0, column, 0), Buffer.of(value, isError));
    const shared = record(0xfd, shorts(0, 2, 0), shorts(7, 0));
    expect(readSheet(flag(0, 1, 0), flag(1, 42, 1), shared)).toMatchObject([
      { cells: ['true', undefined, 'text 7'], faults: [{ column: 1, kind: 'error', text: '#N/A' }] },
    ]);
  });

  it('without an end are refused', () => {
    const cut = Buffer.concat([BEGIN, numberCell(0, 0, 1)]);
    const rows = readXlsRows(cut, { name: '', isHidden: false, start: 0 }, { ...GLOBALS, texts: TEXTS });
    expect(() => rows.next()).toThrow(expect.objectContaining({ code: 'source_malformed' }));
  });
});

describe('a text in XLS', () => {
  const readText = (...parts: readonly Buffer[]) => {
    const [first = Buffer.alloc(0), ...others] = parts;
    const stream = Buffer.concat([record(0xfc, first), ...others.map((part) => record(0x3c, part))]);
    const reader = new XlsReader(stream, { type: 0xfc, start: 4, end: 4 + first.length });
    return [reader.text(), reader.text()];
  };
  const second = Buffer.concat([shorts(1), Buffer.of(0), narrow('z')]);

  it.each<[string, readonly Buffer[], string]>([
    ['narrow', [Buffer.concat([shorts(4), Buffer.of(0), narrow('Jos\xe9'), second])], 'José'],
    ['wide', [Buffer.concat([shorts(3), Buffer.of(1), wide('a😀'), second])], 'a😀'],
    [
      'cut, with another width behind the cut',
      [
        Buffer.concat([shorts(5), Buffer.of(0), narrow('ab')]),
        Buffer.concat([Buffer.of(1), wide('€cd'), second]),
      ],
      'ab€cd',
    ],
    [
      'cut in front of its first character',
      [Buffer.concat([shorts(2), Buffer.of(1)]), Buffer.concat([Buffer.of(0), narrow('ab'), second])],
      'ab',
    ],
    [
      'with formats and a reading aid, which are cut',
      [
        Buffer.concat([shorts(2), Buffer.of(0x0c), shorts(1), shorts(5, 0), narrow('ab'), Buffer.alloc(6)]),
        Buffer.concat([Buffer.alloc(3), second]),
      ],
      'ab',
    ],
  ])('may be %s', (_, parts, expected) => {
    expect(readText(...parts)).toEqual([expected, 'z']);
  });

  it('that is longer than its records is refused', () => {
    expect(() => readText(Buffer.concat([shorts(9), Buffer.of(0), narrow('ab')]))).toThrow(RangeError);
  });
});

describe('a workbook in XLS', () => {
  const sheet = (type: number, state: number, name: string) =>
    record(0x85, shorts(500, 0), Buffer.of(state, type, name.length, 0), narrow(name));

  it('lists its worksheets, but no charts and macros', () => {
    const stream = Buffer.concat([
      BEGIN,
      sheet(0, 0, 'Data'),
      sheet(2, 0, 'Chart'),
      sheet(0, 2, 'Secret'),
      END,
    ]);
    expect(readXlsGlobals(stream).sheets).toEqual([
      { name: 'Data', isHidden: false, start: 500 },
      { name: 'Secret', isHidden: true, start: 500 },
    ]);
  });

  it.each([
    ['protected', [BEGIN, record(0x2f, Buffer.alloc(6)), sheet(0, 0, 'a'), END], 'source_password_protected'],
    ['older than Excel 5', [record(0x809, shorts(0x400, 0x10)), END], 'source_format_unknown'],
    ['without worksheets', [BEGIN, END], 'source_malformed'],
    ['cut off', [BEGIN, sheet(0, 0, 'a')], 'source_malformed'],
  ])('is refused if it is %s', (_, records, code) => {
    expect(() => readXlsGlobals(Buffer.concat(records))).toThrow(expect.objectContaining({ code }));
  });
});
