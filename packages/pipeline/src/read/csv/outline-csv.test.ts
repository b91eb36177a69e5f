import { describe, expect, it } from 'vitest';
import { CHUNK_SIZES, decoded, fixture } from '../../../test/decoded.js';
import { outlineCsv } from './outline-csv.js';

describe('the outline of a CSV file', () => {
  it.each(CHUNK_SIZES)(
    'tells dialect, headings and first records, in chunks of %i bytes',
    async (chunkBytes) => {
      const outline = await outlineCsv(decoded(fixture('ragged-rows.csv'), chunkBytes), {});
      expect(outline).toMatchObject({
        format: 'csv',
        formatVersion: null,
        isComplete: true,
        recordPath: '/',
        recordPaths: [{ path: '/', count: 4 }],
        recordCount: 4,
        parseOptions: {
          format: 'csv',
          encoding: 'utf-8',
          csv: { delimiter: ',', quote: '"', hasHeader: true },
        },
      });
      expect(outline.headings.map(({ path, records }) => [path, records])).toEqual([
        ['id', 4],
        ['name', 3],
        ['city', 2],
        ['Column 4', 1],
        ['Column 5', 1],
      ]);
      expect(outline.records).toEqual([
        ['1', 'Ann', null, null, null],
        ['2', 'Bob', 'Oslo', null, null],
        ['3', 'Cid', 'Bern', 'extra', 'more'],
        ['4', null, null, null, null],
      ]);
      expect(outline.warnings.map(({ code, line }) => [code, line])).toEqual([
        ['csv_row_short', 2],
        ['csv_row_long', 4],
      ]);
    },
  );

  it('lists the headings of a file without rows', async () => {
    const { headings, recordCount } = await outlineCsv(decoded(fixture('only-headings.csv')), {});
    expect(recordCount).toBe(0);
    expect(headings.map(({ path, coverage }) => [path, coverage])).toEqual([
      ['id', 0],
      ['name', 0],
      ['email', 0],
    ]);
  });

  it('shows headings as people wrote them, and paths escaped', async () => {
    const { headings } = await outlineCsv(decoded(fixture('headings-twice-and-empty.csv')), {});
    expect(headings.map(({ path, label }) => [path, label])).toEqual([
      ['name', 'name'],
      ['name (2)', 'name (2)'],
      ['Column 3', 'Column 3'],
      ['price~1unit', 'price/unit'],
      ['a~0b', 'a~b'],
      ['name (3)', 'name (3)'],
    ]);
  });

  it('looks at the first bytes only, and leaves out the row that is cut off', async () => {
    const text = `id,name\n${'1,abcde\n'.repeat(100)}`;
    const outline = await outlineCsv(decoded(text, 64), { maxBytes: 8 + 8 * 10 + 4 });
    expect(outline.recordCount).toBe(10);
    expect(outline.isComplete).toBe(false);
    expect(outline.bytesRead).toBeLessThan(300);
  });

  it('counts a last row without a line end if the file ends there', async () => {
    const outline = await outlineCsv(decoded('id,name\n1,Ann\n2,Bob'), { maxBytes: 19 });
    expect([outline.recordCount, outline.isComplete]).toEqual([2, true]);
  });

  it('looks at as many records as asked for', async () => {
    const outline = await outlineCsv(decoded('id\n11\n12\n13\n'), { maxRecords: 2 });
    expect([outline.recordCount, outline.isComplete]).toEqual([2, false]);
  });

  it.each(['Not found', 'Sorry.\nTry again later.\n', ',,,\n,,,\n'])(
    'refuses %j, unless CSV was asked for',
    async (text) => {
      await expect(outlineCsv(decoded(text), {})).rejects.toMatchObject({ code: 'source_no_records' });
      const outline = await outlineCsv(decoded(text), { parseOptions: { format: 'csv' } });
      expect(outline.format).toBe('csv');
    },
  );

  it('refuses another record path than the root', async () => {
    await expect(outlineCsv(decoded('a,b\n'), { recordPath: '/a' })).rejects.toMatchObject({
      code: 'source_record_path_unknown',
    });
  });
});
