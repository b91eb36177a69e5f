import { columnSchema } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { compileCheck } from '../src/check/compile-check.js';
import { compileMapping } from '../src/map/compile-mapping.js';
import { outlineSource } from '../src/read/outline-source.js';
import { readRecords } from '../src/read/read-records.js';
import { suggestMapping } from '../src/suggest/suggest-mapping.js';
import { inChunks } from './sources.js';

const column = (overrides: object = {}) =>
  columnSchema.parse({ key: 'weight', name: 'Weight', type: 'number', ...overrides });

async function readWeights(text: string, given: ReturnType<typeof column> = column()) {
  const { outline } = await outlineSource(inChunks(text));
  const columns = [given];
  const [suggested] = suggestMapping(outline.headings, columns, outline.records);
  const mapping = compileMapping([{ column: 'weight', path: 'weight' }], columns);
  const check = compileCheck({ columns, uniqueTogether: [] });
  const { recordPath, parseOptions } = outline;
  const cells: unknown[] = [];
  for await (const batch of readRecords(inChunks(text), { recordPath, parseOptions, paths: mapping.paths })
    .batches)
    cells.push(...check.checkRows(mapping.mapRecords(batch)).map((row) => row.cells[0]));
  return { cells, suggested: suggested?.path };
}

describe('a number of JSON with three decimals', () => {
  it.each([
    ['in objects', '{"items":[{"id":"a","weight":1.234},{"id":"b","weight":-10.999},{"id":"c","weight":2}]}'],
    ['in lines', '{"id":"a","weight":1.234}\n{"id":"b","weight":-10.999}\n{"id":"c","weight":2}\n'],
    ['in rows below headings', '[["id","weight"],["a",1.234],["b",-10.999],["c",2]]'],
    ['in columns', '{"id":["a","b","c"],"weight":[1.234,-10.999,2]}'],
  ])('is read by its point and proposed: %s', async (_, text) => {
    expect(await readWeights(text)).toEqual({ cells: [1.234, -10.999, 2], suggested: 'weight' });
  });

  it('is read by its point where the column expects a comma', async () => {
    const text = '[{"weight":1.234},{"weight":0.5},{"weight":"1,5"}]';
    expect((await readWeights(text, column({ decimal: ',' }))).cells).toEqual([1.234, 0.5, 1.5]);
  });

  it('can mean two numbers as a text', async () => {
    const text = '[{"weight":"1.234"},{"weight":2.345},{"weight":["3.456",4.567]}]';
    expect((await readWeights(text)).cells).toEqual([null, 2.345, null]);
  });

  it('keeps its digits in a column of text', async () => {
    expect((await readWeights('[{"weight":1.230}]', column({ type: 'text' }))).cells).toEqual(['1.230']);
  });

  it('is the last of several values of one key', async () => {
    const text = '[{"weight":"1.234","weight":2.345},{"weight":2.345,"weight":"1.234"}]';
    expect((await readWeights(text)).cells).toEqual([2.345, null]);
  });
});
