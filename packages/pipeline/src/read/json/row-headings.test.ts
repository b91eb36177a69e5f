import type { ParseOptions } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { inChunks, readAll } from '../../../test/sources.js';
import { outlineSource } from '../outline-source.js';

const ROWS = [
  ['sku', 'price', 'a/b', null],
  ['001', 2.5, 'x', 'y'],
  ['002', 3, null, 'z'],
];

const outlineOf = async (value: unknown, parseOptions: ParseOptions = {}) =>
  (await outlineSource(inChunks(JSON.stringify(value)), { parseOptions })).outline;

describe('a list of arrays', () => {
  it('has headings in its first row, which the outline finds and a run reads', async () => {
    const { headings, recordPath, recordCount, parseOptions } = await outlineOf({ values: ROWS });
    expect([recordPath, recordCount]).toEqual(['/values', 2]);
    expect(parseOptions.csv).toEqual({ hasHeader: true });
    expect(headings.map(({ path, samples }) => [path, samples[0]])).toEqual([
      ['sku', '001'],
      ['price', '2.5'],
      ['a~1b', 'x'],
      ['Column 4', 'y'],
    ]);
    for (const size of [1, 7, 65_536]) {
      const request = { recordPath, parseOptions, paths: headings.map(({ path }) => path) };
      const { rows, facts } = await readAll(JSON.stringify({ values: ROWS }), request, size);
      expect(rows).toEqual([
        ['001', '2.5', 'x', 'y'],
        ['002', '3', undefined, 'z'],
      ]);
      expect(facts.records).toBe(2);
    }
  });

  it('may have a title above them', async () => {
    const { headings, parseOptions } = await outlineOf([['Export of 2026'], ...ROWS]);
    expect(parseOptions.csv).toEqual({ hasHeader: true, skipLines: 1 });
    expect(headings.map(({ path }) => path)).toContain('sku');
  });

  it.each<[string, readonly (readonly string[])[]]>([
    ['an empty array', [[]]],
    ['a row of empty cells', [['', '', '', '']]],
  ])('may have a title and %s above them', async (_, blank) => {
    const list = [['Export of 2026', ''], ...blank, ...ROWS];
    const { headings, recordPath, recordCount, parseOptions } = await outlineOf(list);
    expect(recordCount).toBe(2);
    const request = { recordPath, parseOptions, paths: headings.map(({ path }) => path) };
    for (const size of [1, 7, 65_536]) {
      const { rows } = await readAll(JSON.stringify(list), request, size);
      expect(rows.map((row) => row.slice(0, 2))).toEqual([
        ['001', '2.5'],
        ['002', '3'],
      ]);
    }
  });

  it('may have none, and its columns have numbers', async () => {
    const { headings, recordCount, parseOptions } = await outlineOf([
      [1, 2.5],
      [2, 3],
      [3, 1],
    ]);
    expect(parseOptions.csv).toEqual({ hasHeader: false });
    expect([headings.map(({ path }) => path), recordCount]).toEqual([['Column 1', 'Column 2'], 3]);
  });

  it('is read as the person chose', async () => {
    const { headings } = await outlineOf(ROWS, { csv: { hasHeader: false } });
    expect(headings.map(({ path }) => path)).toEqual(['Column 1', 'Column 2', 'Column 3', 'Column 4']);
  });

  it('has its headings found below the rows that the person skips', async () => {
    const rows = [['Export', 'of', '2026', 'x'], ['by', 'the', 'board', 'y'], ...ROWS];
    const { headings, parseOptions, recordCount } = await outlineOf(rows, { csv: { skipLines: 2 } });
    expect(parseOptions.csv).toEqual({ hasHeader: true, skipLines: 2 });
    expect([headings.map(({ path }) => path)[0], recordCount]).toEqual(['sku', 2]);
  });

  it('keeps its first row for jobs that do not know of headings', async () => {
    const { rows } = await readAll(JSON.stringify(ROWS), { recordPath: '/', paths: ['Column 1'] });
    expect(rows).toEqual([['sku'], ['001'], ['002']]);
  });

  it('is not seen in a list of objects', async () => {
    expect((await outlineOf([{ a: 1 }, { a: 2 }])).parseOptions.csv).toBeUndefined();
  });
});
