import { type SheetPatch, type SheetQuery, sheetPatchSchema, sheetQuerySchema } from '@inlet/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SheetState } from '../../src/index.js';
import { openSheetBench, type SheetBench } from './sheet-bench.js';

let bench: SheetBench;
beforeAll(async () => {
  bench = await openSheetBench();
});
afterAll(() => bench.close());

const query = (input: Partial<SheetQuery> = {}): SheetQuery => sheetQuerySchema.parse(input);
const patch = (baseRevision: number, ...operations: unknown[]): SheetPatch =>
  sheetPatchSchema.parse({ baseRevision, operations });

const COLUMNS = [
  { key: 'sku', unique: true, required: true },
  { key: 'price', type: 'number' as const, required: true },
  { key: 'note' },
];
const HEADINGS = ['sku', 'price', 'note'];
const ROWS = Array.from({ length: 120 }, (_, index) => [
  `S-${index}`,
  index % 10 === 3 ? 'cheap' : `${index}.20`,
  index % 7 === 0 ? undefined : ` note ${index} `,
]);

const makeSheet = (): Promise<SheetState> =>
  bench.makeSheet({ columns: COLUMNS, headings: HEADINGS, rows: ROWS });

async function readLines(bytes: AsyncIterable<Buffer>): Promise<Record<string, unknown>[]> {
  let text = '';
  for await (const chunk of bytes) text += chunk.toString();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

describe('a sheet', () => {
  it('is checked without its headings', async () => {
    const state = await makeSheet();
    const counts = await bench.newEngine().check(state);
    expect(counts).toEqual({ rows: 120, valid: 108, invalid: 12, warnings: 0 });
  });

  it('shows rows by view and offset with their issues and the rows of the file', async () => {
    const state = await makeSheet();
    const engine = bench.newEngine();
    const all = await engine.rows(state, query({ offset: 60, limit: 2 }));
    expect(all.total).toBe(120);
    expect(all.rows[1]).toEqual({
      id: 63,
      sourceRow: { file: state.upload.files[0]!.name, worksheet: state.upload.files[0]!.worksheet, row: 63 },
      cells: ['S-61', '61.20', 'note 61'],
      issues: [],
      isEdited: false,
    });
    const invalid = await engine.rows(state, query({ view: 'invalid', limit: 3 }));
    expect(invalid.total).toBe(12);
    expect(invalid.rows.map(({ cells }) => cells[0])).toEqual(['S-3', 'S-13', 'S-23']);
    expect(invalid.rows[0]!.issues).toMatchObject([
      { columnKey: 'price', code: 'not_a_number', value: 'cheap' },
    ]);
  });

  it('keeps an edit, clears its issue and counts again', async () => {
    const state = await makeSheet();
    const engine = bench.newEngine();
    const result = await engine.edit(
      state,
      patch(0, { kind: 'set', cells: [{ row: 5, column: 'price', text: '7' }] }),
    );
    expect(result).toMatchObject({
      revision: 1,
      counts: { rows: 120, valid: 109, invalid: 11 },
      conflicts: [],
      rows: [{ id: 5, cells: ['S-3', '7', 'note 3'], issues: [], isEdited: true }],
    });
    const later = await bench.reload(state);
    expect(later.upload).toMatchObject({ revision: 1, counts: { valid: 109, invalid: 11 } });
    const restarted = bench.newEngine();
    expect(await restarted.check(later)).toMatchObject({ valid: 109, invalid: 11 });
    expect((await restarted.rows(later, query({ offset: 3, limit: 1 }))).rows[0]).toMatchObject({
      cells: ['S-3', '7', 'note 3'],
    });
  });

  it('sets and clears the issue of the other row of a repeated value', async () => {
    const state = await makeSheet();
    const engine = bench.newEngine();
    const set = (row: number, text: string) => ({ kind: 'set', cells: [{ row, column: 'sku', text }] });
    const repeated = await engine.edit(state, patch(0, set(2, 'S-5')));
    expect(
      repeated.rows.map(({ id, issues }) => [id, issues.map(({ code, message }) => [code, message])]),
    ).toEqual([
      [2, []],
      [7, [['not_unique', '“S-5” is already in record 2. Each value may occur once.']]],
    ]);
    expect(repeated.counts.invalid).toBe(13);
    const mended = await engine.edit(await bench.reload(state), patch(1, set(2, 'S-0')));
    expect(mended.counts.invalid).toBe(12);
    expect(mended.rows.map(({ id, issues }) => [id, issues.length])).toEqual([
      [2, 0],
      [7, 0],
    ]);
  });

  it('writes the valid rows in order with their final texts', async () => {
    const state = await makeSheet();
    const engine = bench.newEngine();
    await engine.edit(
      state,
      patch(
        0,
        { kind: 'delete', rows: { ids: [3] } },
        { kind: 'set', cells: [{ row: 2, column: 'note', text: 'a "b"' }] },
      ),
    );
    const lines = await readLines(engine.validRows(await bench.reload(state)));
    expect(lines).toHaveLength(107);
    const { name, worksheet } = state.upload.files[0]!;
    expect(lines[0]).toEqual({
      '~key': `${state.upload.id}/2`,
      '~id': 2,
      '~place': JSON.stringify({ file: name, worksheet, row: 2 }),
      sku: 'S-0',
      price: '0.20',
      note: 'a "b"',
    });
    expect(lines[1]).toMatchObject({ '~id': 4, sku: 'S-2' });
  });

  it('does not overwrite a cell that somebody else has changed since', async () => {
    const state = await makeSheet();
    const mine = bench.newEngine();
    const theirs = bench.newEngine();
    await mine.check(state);
    await theirs.edit(state, patch(0, { kind: 'set', cells: [{ row: 2, column: 'note', text: 'theirs' }] }));
    const cells = [
      { row: 2, column: 'note', text: 'mine' },
      { row: 2, column: 'price', text: '5' },
    ];
    const result = await mine.edit(state, patch(0, { kind: 'set', cells }));
    expect(result).toMatchObject({
      revision: 2,
      conflicts: [{ row: 2, column: 'note', text: 'theirs' }],
      rows: [{ id: 2, cells: ['S-0', '5', 'theirs'] }],
    });
  });

  it('undoes and redoes edits, deletions and added rows', async () => {
    const state = await makeSheet();
    const engine = bench.newEngine();
    await engine.edit(state, patch(0, { kind: 'set', cells: [{ row: 2, column: 'note', text: 'x' }] }));
    await engine.edit(state, patch(1, { kind: 'delete', rows: { ids: [2, 60] } }));
    await engine.edit(state, patch(2, { kind: 'insert', before: 3, rows: 2 }));
    const grown = await engine.rows(await bench.reload(state), query({ limit: 3 }));
    expect([grown.total, grown.rows.map(({ id }) => id)]).toEqual([120, [122, 123, 3]]);
    const undo = { kind: 'undo' };
    expect(await engine.edit(state, patch(3, undo, undo))).toMatchObject({
      revision: 5,
      counts: { rows: 120 },
    });
    expect((await engine.edit(state, patch(5, undo))).rows).toMatchObject([
      { id: 2, cells: ['S-0', '0.20', null] },
    ]);
    const redo = { kind: 'redo' };
    const again = await engine.edit(state, patch(6, redo, redo, redo));
    expect(again).toMatchObject({ revision: 9, counts: { rows: 120, invalid: 14 } });
    const later = await bench.reload(state);
    const restarted = await bench.newEngine().rows(later, query({ limit: 4 }));
    expect(restarted).toEqual(await engine.rows(later, query({ limit: 4 })));
    expect(restarted.rows.map(({ id }) => id)).toEqual([122, 123, 3, 4]);
  });
});
