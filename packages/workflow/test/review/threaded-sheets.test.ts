import { sheetPatchSchema, sheetQuerySchema } from '@inlet/contracts';
import { createIds } from '@inlet/testing';
import { createSheets, type SheetState, type Sheets } from '@inlet/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSheetBench, type SheetBench } from './sheet-bench.js';

let bench: SheetBench;
let sheets: Sheets;
beforeAll(async () => {
  bench = await openSheetBench();
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  sheets = createSheets({ store: bench.store, now: () => new Date(), newId: createIds(), log });
});
afterAll(async () => {
  await sheets.close();
  await bench.close();
});

const makeSheet = (rows: number): Promise<SheetState> =>
  bench.makeSheet({
    columns: [
      { key: 'name', unique: true },
      { key: 'price', type: 'number', onInvalid: 'reject' },
    ],
    headings: ['name', 'price'],
    rows: Array.from({ length: rows }, (_, index) => [`Zürich ${index}`, index === 7 ? 'x' : '1.50']),
    pageRows: 200,
  });
const { signal } = new AbortController();

describe('the thread of the sheets', () => {
  it('checks, shows, edits and writes the rows of a sheet', async () => {
    const state = await makeSheet(5000);
    expect(await sheets.check(state, { signal })).toMatchObject({ rows: 5000, valid: 4999, invalid: 1 });
    const { rows } = await sheets.rows(state, sheetQuerySchema.parse({ view: 'invalid' }));
    expect(rows).toMatchObject([{ id: 9, cells: ['Zürich 7', 'x'] }]);
    const patch = sheetPatchSchema.parse({
      baseRevision: 0,
      operations: [{ kind: 'set', cells: [{ row: 9, column: 'price', text: '2' }] }],
    });
    expect(await sheets.edit(state, patch)).toMatchObject({
      kind: 'done',
      result: { counts: { invalid: 0 } },
    });
    const later = await bench.reload(state);
    let text = '';
    for await (const bytes of sheets.validRows(later, { signal })) text += bytes.toString();
    expect(text.trimEnd().split('\n')).toHaveLength(5000);
    expect(JSON.parse(text.split('\n')[7]!)).toMatchObject({ '~id': 9, price: '2', name: 'Zürich 7' });
  });

  it('reports errors with their codes', async () => {
    const state = await makeSheet(10);
    const patch = sheetPatchSchema.parse({
      baseRevision: 0,
      operations: [{ kind: 'set', cells: [{ row: 99, column: 'price', text: '2' }] }],
    });
    await expect(sheets.edit(state, patch)).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('stops when the caller does', async () => {
    const state = await makeSheet(20_000);
    const controller = new AbortController();
    const checking = sheets.check(state, { signal: controller.signal });
    controller.abort();
    await expect(checking).rejects.toMatchObject({ name: 'AbortError' });
    for await (const bytes of sheets.validRows(state, { signal })) {
      expect(bytes.length).toBeGreaterThan(0);
      break;
    }
    expect(await sheets.check(state, { signal })).toMatchObject({ rows: 20_000 });
  });
});
