import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decoded } from '../../../test/decoded.js';
import { BlockReader } from '../blocks/block-reader.js';
import { CsvScanner } from './csv-scanner.js';

const MAX_RECORD_BYTES = 4096;

interface Scan {
  readonly rows: (string | undefined)[][];
  readonly lines: number[];
  readonly faults: string[];
}

async function scan(text: string, { blockBytes = 65_536, delimiter = ',' } = {}): Promise<Scan> {
  const result: Scan = { rows: [], lines: [], faults: [] };
  const scanner = new CsvScanner({
    dialect: { delimiter, quote: '"' },
    maxRecordBytes: MAX_RECORD_BYTES,
    maxFieldChars: MAX_RECORD_BYTES,
    onRecord: (fields, width, line) => {
      result.rows.push(Array.from({ length: width }, (_, column) => fields[column]?.toString()));
      result.lines.push(line);
    },
    onFault: (fault, line, column) => result.faults.push(`${fault} ${line}:${column}`),
  });
  const reader = new BlockReader(decoded(text).chunks, blockBytes);
  await reader.fill(0);
  for (;;) {
    const consumed = scanner.scan(reader);
    if (reader.isLast) return result;
    await reader.fill(consumed);
  }
}

const LINE_ENDS = ['\n', '\r\n', '\r'];
const piece = fc.constantFrom('a', '7', 'é', '椅', '🙂', ' ', ',', ';', '"', '\n', '\r\n', '\t');
const wellFormedCell = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
const anyText = fc.array(
  fc.constantFrom('a', 'é', '🙂', ' ', ',', '"', '""', '\n', '\r', '\r\n', ',"', '"\n'),
  {
    maxLength: 40,
  },
);

function quoted(cell: string): string {
  return /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

describe('the CSV scanner', () => {
  it('reads what was written by the rules, with any line end, as csv-parse does', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(wellFormedCell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 }),
        fc.constantFrom(...LINE_ENDS),
        fc.integer({ min: 1, max: 9 }),
        async (rows, lineEnd, blockBytes) => {
          const filled = rows.filter((row) => row.some((cell) => cell !== ''));
          const text = filled.map((row) => row.map(quoted).join(',') + lineEnd).join('');
          const oracle: string[][] = parse(text, { relax_column_count: true, record_delimiter: LINE_ENDS });
          const result = await scan(text, { blockBytes });
          expect(result.rows.map((row) => row.map((cell) => cell ?? ''))).toEqual(oracle);
          expect(oracle).toEqual(filled);
          expect(result.faults).toEqual([]);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('reads any text at all the same in blocks of every size, without an error', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.integer({ min: 1, max: 9 }), async (pieces, blockBytes) => {
        const text = pieces.join('');
        expect(await scan(text, { blockBytes })).toEqual(await scan(text));
      }),
      { numRuns: 600 },
    );
  });

  it('loses no letter and no digit, however wrong the quotes are', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, async (pieces) => {
        const { rows } = await scan(pieces.join(''));
        const letters = (text: string) => text.replace(/[^aé🙂]/gu, '');
        expect(letters(rows.flat().join(''))).toBe(letters(pieces.join('')));
      }),
      { numRuns: 600 },
    );
  });

  it.each([
    ['a stray quote in a quoted cell', '"12" wide, red",x\n', [['12" wide, red', 'x']]],
    ['text after a closing quote', '"Acme" Ltd,x\n', [['"Acme" Ltd', 'x']]],
    ['a delimiter inside quotes before such text', '"a,b"c,d\n', [['"a,b"c', 'd']]],
    [
      'a quote that is open to the end',
      'a,"b\nc,d\n',
      [
        ['a', '"b'],
        ['c', 'd'],
      ],
    ],
    [
      'a quote that is open up to the next one',
      'a,"b\nc,"d"\n',
      [
        ['a', '"b'],
        ['c', 'd'],
      ],
    ],
    ['a quoted cell with an end of line', 'a,"b\nc",d\n', [['a', 'b\nc', 'd']]],
    ['spaces around quotes', ' "a" ,\t"b"\t\n', [['a', 'b']]],
    ['spaces without quotes', ' a , b \n', [[' a ', ' b ']]],
    ['empty and quoted empty cells', ',"",x\n', [[undefined, '', 'x']]],
    ['a record of one quoted empty cell', '""\nx\n', [[''], ['x']]],
    ['lines of spaces', 'a\n   \nb\n', [['a'], ['b']]],
  ])('reads %s', async (_, text, rows) => {
    for (const blockBytes of [1, 2, 3, 7, 64]) expect((await scan(text, { blockBytes })).rows).toEqual(rows);
  });

  it('tells the line of each record, with all kinds of line ends before it', async () => {
    const { lines } = await scan('a\rb\r\nc\n\n"d\r\nd\rd\nd"\ne\n', { blockBytes: 1 });
    expect(lines).toEqual([1, 2, 3, 5, 9]);
  });

  it('counts columns in characters', async () => {
    expect((await scan('é🙂,"b\nc\n')).faults).toEqual(['csv_quote_unclosed 1:4']);
  });

  it('does not take a tab for a space when it is the delimiter', async () => {
    expect((await scan('"a"\t\t"b"\t\n', { delimiter: '\t' })).rows).toEqual([
      ['a', undefined, 'b', undefined],
    ]);
  });

  it.each([
    ['lines that open a quote', '"""x\n'],
    ['cells that open a quote', '""x, '],
    ['cells that open a quote after a delimiter', '"x,'],
    ['quotes and nothing else', '"'],
    ['quotes with spaces', '"x" '],
  ])('stays linear on many %s', async (_, part) => {
    let looked = 0;
    const bytes = Buffer.from(`${part.repeat(500)}\n`.repeat(Math.ceil(2e5 / (500 * part.length + 1))));
    const counting = new Proxy(bytes, {
      get(target, key) {
        if (typeof key === 'string' && /^\d+$/.test(key)) looked += 1;
        const value: unknown = Reflect.get(target, key);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const scanner = new CsvScanner({
      dialect: { delimiter: ',', quote: '"' },
      maxRecordBytes: 16_384,
      maxFieldChars: 16_384,
      onRecord: () => {},
      onFault: () => {},
    });
    expect(scanner.scan({ bytes: counting, length: bytes.length - 1, isLast: true })).toBe(bytes.length - 1);
    expect(looked).toBeLessThan(40 * bytes.length);
  });
});
