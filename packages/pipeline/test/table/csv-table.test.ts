import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openTextTable } from '../../src/read/table/open-text-table.js';
import { inChunks } from '../sources.js';
import { readRows, readText } from './read-table.js';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const codes = (warnings: readonly { readonly code: string }[]) => warnings.map(({ code }) => code);

describe('rows of a text file', () => {
  it('are all of them, titles and headings included', async () => {
    const { cells, lines, table } = await readText('Customers\n\nname,city\nAnn,Berlin\nBob,Paris\n');
    expect(cells).toEqual([['Customers'], ['name', 'city'], ['Ann', 'Berlin'], ['Bob', 'Paris']]);
    expect(lines).toEqual([1, 3, 4, 5]);
    expect(table.facts).toMatchObject({ rows: 4, width: 2, blankRows: 1, hiddenRows: 0, warnings: [] });
  });

  it.each([
    ['commas', 'a,b\n1,2\n', ','],
    ['semicolons', 'a;b\n1,5;2,5\n', ';'],
    ['tabs', 'a\tb\n1,5\t2\n', '\t'],
    ['pipes', 'a|b\n1|2\n', '|'],
  ])('are separated by %s', async (_, text, delimiter) => {
    const { table, cells } = await readText(text);
    expect(table.delimiter).toBe(delimiter);
    expect(cells[0]).toEqual(['a', 'b']);
  });

  it('are separated as the line sep= or the person says', async () => {
    const said = await readText('sep=^\r\na,x^b\r\n1^2\r\n');
    expect([said.cells, said.lines, said.table.delimiter]).toEqual([
      [
        ['a,x', 'b'],
        ['1', '2'],
      ],
      [2, 3],
      '^',
    ]);
    const chosen = await readText('a;b,c\n1;2,3\n', { delimiter: ',' });
    expect(chosen.cells).toEqual([
      ['a;b', 'c'],
      ['1;2', '3'],
    ]);
  });

  it('have the line on which they begin, with quoted and mixed line ends', async () => {
    const { lines, cells } = await readText('a,b\r\n"1\r\n\n2",x\r3,"\r"\n\n4,y');
    expect(lines).toEqual([1, 2, 5, 8]);
    expect(cells[1]).toEqual(['1\r\n\n2', 'x']);
  });

  it('of another width are neither shifted nor filled', async () => {
    const { cells, table } = await readText('a,b,c\n1\n1,2,3,4,5\n1,,3\n,,,7\n');
    expect(cells).toStrictEqual([
      ['a', 'b', 'c'],
      ['1'],
      ['1', '2', '3', '4', '5'],
      ['1', undefined, '3'],
      [undefined, undefined, undefined, '7'],
    ]);
    expect(table.facts.width).toBe(5);
  });

  it('that are blank do not count at the end, and are counted between others', async () => {
    const blank = ',,\n"","",\n \n\u00a0,\u200b,\n'.repeat(500);
    const { cells, table } = await readText(`a,b,c\n${blank}1,"",3\n${blank}`);
    expect(cells).toStrictEqual([
      ['a', 'b', 'c'],
      ['1', undefined, '3'],
    ]);
    expect(table.facts).toMatchObject({ rows: 2, blankRows: 2000 });
  });

  it('over the limit are refused, blank ones aside', async () => {
    const text = `a,b\n1,2\n3,4\n${',\n'.repeat(1000)}`;
    expect((await readText(text, { limits: { maxRows: 3 } })).cells.length).toBe(3);
    await expect(readText(text, { limits: { maxRows: 2 } })).rejects.toMatchObject({
      code: 'source_too_large',
    });
  });

  it('keep their text', async () => {
    const { cells } = await readText('id,price\n00123,698.20\n="007", 5 \n');
    expect(cells.slice(1)).toEqual([
      ['00123', '698.20'],
      ['007', ' 5 '],
    ]);
  });

  it('say which cells lost their digits in a spreadsheet program', async () => {
    const { rows } = await readText('id,n\n8.96529E+19,1\n"8,96529E+19",2\n1.5E+03,3\nE+12,4\n');
    expect(rows.map(({ faults }) => faults)).toEqual([
      undefined,
      [{ column: 0, kind: 'digits', text: '8.96529E+19' }],
      [{ column: 0, kind: 'digits', text: '8,96529E+19' }],
      undefined,
      undefined,
    ]);
  });

  it('at the end of a file that is cut off are kept', async () => {
    const { cells } = await readText('a,b\n1,2\n3');
    expect(cells.at(-1)).toEqual(['3']);
    const open = await readText('a,b\n1,2\n3,"x\n4,5');
    expect(open.cells.slice(2)).toEqual([
      ['3', '"x'],
      ['4', '5'],
    ]);
    expect(codes(open.table.facts.warnings)).toEqual(['csv_quote_unclosed']);
  });

  it('that are too large cost no other', async () => {
    const text = `a,b\n${'x'.repeat(1_100_000)},1\n${'y,'.repeat(2_200_000)}\n2,3\n`;
    const { cells, table } = await readText(text, {}, [10_007, 262_144]);
    expect(cells.slice(1)).toEqual([
      [undefined, '1'],
      ['2', '3'],
    ]);
    expect(table.facts.warnings).toMatchObject([
      { code: 'table_cell_too_large', line: 2 },
      { code: 'table_row_too_large', line: 3 },
    ]);
  });

  it('are those of another reader', async () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', 'é', '"', ';', ',', '\n', '1', ' ', '😀'),
      maxLength: 6,
    });
    const cell = text.filter((value) => /[a-z1é]/.test(value) && value === value.trim());
    const table = fc.array(fc.tuple(cell, cell, cell), { minLength: 2, maxLength: 6 });
    const quoted = (value: string) => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const source = rows.map((row) => row.map(quoted).join(',')).join('\r\n');
        const { cells } = await readText(source, { delimiter: ',' });
        expect(cells).toEqual(parse(source));
      }),
      { numRuns: 60 },
    );
  });
});

describe('the encoding of a text file', () => {
  it('is windows-1252 for an accent at the end of a cell', async () => {
    const { cells, table } = await readText(latin1('name;city\r\nJos\xe9;Le\xf3n\r\nAnn;Paris\r\n'));
    expect([table.encoding, table.delimiter, cells[1]]).toEqual(['windows-1252', ';', ['José', 'León']]);
    expect(codes(table.facts.warnings)).toEqual(['encoding_guessed']);
  });

  it('is UTF-16 as spreadsheets write it', async () => {
    const text = Buffer.from('\ufeffname\tcity\r\nJosé\tŁódź\r\n', 'utf16le');
    const { table, cells } = await readText(text);
    expect([table.encoding, table.delimiter, cells[1]]).toEqual(['utf-16le', '\t', ['José', 'Łódź']]);
    expect((await readText(Buffer.from(text).swap16())).cells).toEqual(cells);
  });

  it('is what the person chose, whatever the bytes are', async () => {
    const utf8 = Buffer.from('\ufeffa,b\né,€\n');
    expect((await readText(utf8)).cells[1]).toEqual(['é', '€']);
    const other = await readText(utf8, { encoding: 'latin1' });
    expect([other.table.encoding, other.cells]).toEqual([
      'windows-1252',
      [
        ['ï»¿a', 'b'],
        ['Ã©', 'â‚¬'],
      ],
    ]);
    expect((await readText(utf8, { encoding: 'utf8' })).cells[0]).toEqual(['a', 'b']);
    await expect(readText(utf8, { encoding: 'nonsense' })).rejects.toMatchObject({
      code: 'source_encoding_unknown',
    });
  });
});

describe('a text file that cannot be read', () => {
  it.each([
    ['nothing', '', 'source_empty'],
    ['line ends alone', '\r\n \n', 'source_empty'],
    ['a mark alone', '\ufeff', 'source_empty'],
    ['a PDF', '%PDF-1.7\n', 'source_format_unknown'],
    ['a web page', '<!DOCTYPE html><html><table><tr><td>1</td></tr></table></html>', 'source_format_unknown'],
  ])('is refused: %s', async (_, text, code) => {
    await expect(readText(text)).rejects.toMatchObject({ code });
  });

  it('fails with the error of its source after the rows before it', async () => {
    async function* bytes() {
      yield* inChunks(`a,b\n${'1,2\n'.repeat(50_000)}`);
      throw new Error('connection lost');
    }
    const table = await openTextTable(bytes());
    let rows = 0;
    await expect(
      (async () => {
        for await (const batch of table.rows()) rows += batch.length;
      })(),
    ).rejects.toThrow('connection lost');
    expect(rows).toBe(50_001);
  });

  it('that is too large is refused after the rows that fit', async () => {
    await expect(
      readText(`a,b\n${'1,2\n'.repeat(50_000)}`, { limits: { maxSourceBytes: 150_000 } }),
    ).rejects.toMatchObject({ code: 'source_too_large' });
  });

  it('closes its source when the reader leaves', async () => {
    let isClosed = false;
    async function* bytes() {
      try {
        yield* inChunks(`a,b\n${'1,2\n'.repeat(100_000)}`);
      } finally {
        isClosed = true;
      }
    }
    const table = await openTextTable(bytes());
    for await (const _ of table.rows()) break;
    expect(isClosed).toBe(true);
    await table.close();
    const unread = await openTextTable(bytes());
    isClosed = false;
    await unread.close();
    expect(isClosed).toBe(true);
    expect((await readRows(await openTextTable(bytes()))).rows.length).toBe(100_001);
  });
});
