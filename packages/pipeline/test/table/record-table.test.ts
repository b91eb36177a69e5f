import { describe, expect, it } from 'vitest';
import { readText } from './read-table.js';

const codes = (warnings: readonly { readonly code: string }[]) => warnings.map(({ code }) => code);

describe('records as a table', () => {
  it.each([
    [
      'json',
      '{"page":1,"items":[{"id":"007","tags":["a","b"],"price":1.250},{"id":"8","price":null,"x":{"y":true}}]}',
    ],
    ['ndjson', '{"id":"007","tags":["a","b"],"price":1.250}\n{"id":"8","price":null,"x":{"y":true}}\n'],
  ])('have the fields of %s as columns', async (format, text) => {
    const { table, rows } = await readText(text);
    expect(table.format).toBe(format);
    expect(table.headings?.slice(0, 4)).toEqual(['id', 'tags', 'price', 'x/y']);
    const at = (row: number, path: string) => rows[row]?.cells[table.headings?.indexOf(path) ?? -1];
    expect([at(0, 'id'), at(0, 'tags'), at(0, 'price')]).toEqual(['007', 'a, b', '1.250']);
    expect([at(1, 'id'), at(1, 'price'), at(1, 'x/y')]).toEqual(['8', undefined, 'true']);
    expect(rows.map(({ row }) => row)).toEqual([1, 2]);
    expect(rows[0]?.decimals).toEqual([table.headings?.indexOf('price')]);
  });

  it('have the elements of XML as columns', async () => {
    const text =
      '<?xml version="1.0" encoding="windows-1252"?><shop><item id="1"><name>Jos\xe9</name></item><item id="2"><name/></item></shop>';
    const { table, cells } = await readText(Buffer.from(text, 'latin1'));
    expect(table).toMatchObject({ format: 'xml', encoding: 'windows-1252', headings: ['@id', 'name'] });
    expect(cells).toEqual([
      ['1', 'José'],
      ['2', undefined],
    ]);
  });

  it('say that their columns come from the beginning of a large file', async () => {
    const items = Array.from({ length: 30_000 }, (_, n) => `{"id":${n},"name":"${'x'.repeat(40)}"}`);
    const text = `[${[...items, '{"id":30000,"late":1}'].join(',')}]`;
    const { table } = await readText(text, {}, [65_536, 262_144]);
    expect([table.headings, table.facts.rows]).toEqual([['id', 'name'], 30_001]);
    expect(codes(table.facts.warnings)).toEqual(['table_columns_partial']);
    expect(codes((await readText('[{"a":1}]')).table.facts.warnings)).toEqual([]);
  });

  it('over the limit are refused after those before', async () => {
    await expect(readText('[{"a":1},{"a":2}]', { limits: { maxRows: 1 } })).rejects.toMatchObject({
      code: 'source_too_large',
    });
  });

  it('of a file that is cut off are those before the cut', async () => {
    const { cells, table } = await readText('[{"a":1},{"a":2},{"a":');
    expect(cells).toEqual([['1'], ['2']]);
    expect(codes(table.facts.warnings)).toEqual(['json_malformed']);
  });

  it.each([
    ['an empty list', '[]', 'source_no_records'],
    ['a list of feeds', '<opml><body><outline xmlUrl="https://a.example/f"/></body></opml>', 'source_opml'],
  ])('are missing from %s', async (_, text, code) => {
    await expect(readText(text)).rejects.toMatchObject({ code });
  });
});
