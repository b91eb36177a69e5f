import { type SheetPatch, type SheetQuery, sheetPatchSchema, sheetQuerySchema } from '@inlet/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SheetState, uploadRef } from '../../src/index.js';
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
      [7, [['not_unique', '“S-5” is already in row 2. Each value may occur once.']]],
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

  it('marks rejected rows until they are edited, also in another process and after an undo', async () => {
    const state = await makeSheet();
    const engine = bench.newEngine();
    const note = (text: string) => ({ kind: 'set', cells: [{ row: 2, column: 'note', text }] });
    await engine.edit(state, patch(0, note('delivered so')));
    const delivered = await bench.reload(state);
    const issues = [
      { columnKey: 'note', message: 'is rude' },
      { columnKey: 'unknown', message: 'no such thing' },
    ];
    const stored = await engine.storeRejections(delivered, [{ id: 2, issues }]);
    expect(stored.counts).toEqual({ rows: 120, valid: 107, invalid: 13, warnings: 0 });
    await bench.store.uploads.change(uploadRef(delivered.upload), {
      changes: { rejections: stored.rejections, revision: 2 },
      now: new Date(),
    });
    const rejected = await bench.reload(state);
    for (const each of [engine, bench.newEngine()]) {
      const { rows } = await each.rows(rejected, query({ view: 'invalid', limit: 1 }));
      expect(rows[0]).toMatchObject({
        id: 2,
        issues: [
          { columnKey: 'note', code: 'rejected_by_receiver', message: 'is rude', severity: 'error' },
          { columnKey: null, code: 'rejected_by_receiver', message: 'no such thing' },
        ],
      });
    }
    expect((await engine.edit(rejected, patch(2, note('kind')))).counts.invalid).toBe(12);
    expect((await engine.edit(rejected, patch(3, { kind: 'undo' }))).counts.invalid).toBe(13);
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

  it('drops the edits of an earlier scan, and keeps those of the present one', async () => {
    const state = await makeSheet();
    const set = (text: string) => ({ kind: 'set', cells: [{ row: 2, column: 'note', text }] });
    await bench.newEngine().edit(state, patch(0, set('before')));
    const scanned = await bench.scanAgain(state, ROWS);
    const engine = bench.newEngine();
    const first = query({ limit: 1 });
    expect((await engine.rows(scanned, first)).rows[0]!.cells[2]).toBeNull();
    await engine.edit(scanned, patch(1, set('after')));
    const later = await bench.reload(state);
    expect((await engine.rows(later, first)).rows[0]!.cells[2]).toBe('after');
    expect((await bench.newEngine().rows(later, first)).rows[0]!.cells[2]).toBe('after');
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
    expect(again).toMatchObject({ revision: 9, counts: { rows: 118, invalid: 12 } });
    const later = await bench.reload(state);
    const restarted = await bench.newEngine().rows(later, query({ limit: 4 }));
    expect(restarted).toEqual(await engine.rows(later, query({ limit: 4 })));
    expect(restarted.rows.map(({ id }) => id)).toEqual([122, 123, 3, 4]);
  });
});

describe('a view of a sheet', () => {
  const texts = ['beta', 'Alpha', 'álpha', undefined, 'alpha', 'Zürich', 'zebra', 'ALPHA', 'beta'];
  const numbers = ['10', '9', '-3.5', 'none', undefined, '1e3', '0', '-0', '9.0'];
  const open = () =>
    bench.makeSheet({
      columns: [
        { key: 'text' },
        { key: 'number', type: 'number' },
        { key: 'day', type: 'date', formats: ['dd.MM.yyyy'] },
      ],
      headings: ['text', 'number', 'day'],
      rows: texts.map((text, index) => [text, numbers[index], `0${9 - index}.0${1 + (index % 3)}.2024`]),
      pageRows: 4,
    });
  const column = async (state: SheetState, input: Partial<SheetQuery>, position: number) => {
    const { rows } = await bench.newEngine().rows(state, query(input));
    return rows.map(({ cells }) => cells[position]);
  };

  it('is sorted by folded text, then by language, with blank cells at the end', async () => {
    const state = await open();
    const sorted = ['alpha', 'Alpha', 'ALPHA', 'álpha', 'beta', 'beta', 'zebra', 'Zürich', null];
    expect(await column(state, { sort: 'text' }, 0)).toEqual(sorted);
    expect(await column(state, { sort: '-text' }, 0)).toEqual([...sorted.slice(0, 8).reverse(), null]);
  });

  it('is sorted by value, with other texts behind the values', async () => {
    const state = await open();
    const sorted = ['-3.5', '0', '-0', '9', '9.0', '10', '1e3', 'none', null];
    expect(await column(state, { sort: 'number' }, 1)).toEqual(sorted);
    expect((await column(state, { sort: '-number' }, 1)).slice(6)).toEqual(['-3.5', 'none', null]);
    const days = await column(state, { sort: 'day' }, 2);
    expect(days.slice(0, 3)).toEqual(['03.01.2024', '06.01.2024', '09.01.2024']);
  });

  it('keeps its order after an edit', async () => {
    const state = await open();
    const engine = bench.newEngine();
    await engine.rows(state, query({ sort: 'number' }));
    await engine.edit(
      state,
      patch(0, {
        kind: 'set',
        cells: [
          { row: 2, column: 'number', text: '9.5' },
          { row: 5, column: 'number', text: '-7' },
          { row: 8, column: 'number', text: null },
        ],
      }),
    );
    const later = await bench.reload(state);
    const sorted = await engine.rows(later, query({ sort: 'number' }));
    expect(sorted.rows.map(({ cells }) => cells[1])).toEqual([
      '-7',
      '-3.5',
      '-0',
      '9',
      '9.0',
      '9.5',
      '1e3',
      null,
      null,
    ]);
    expect(sorted).toEqual(await bench.newEngine().rows(later, query({ sort: 'number' })));
  });

  it('finds texts in one column or in all, also those that were changed since', async () => {
    const state = await open();
    const engine = bench.newEngine();
    const find = async (input: Partial<SheetQuery>) => {
      const { total, rows } = await engine.rows(await bench.reload(state), query(input));
      return [total, rows.map(({ id }) => id)];
    };
    expect(await find({ contains: 'ALPHA', column: 'text' })).toEqual([3, [3, 6, 9]]);
    expect(await find({ contains: '9' })).toEqual([3, [2, 3, 10]]);
    await engine.edit(
      state,
      patch(0, {
        kind: 'set',
        cells: [
          { row: 3, column: 'text', text: 'gamma' },
          { row: 7, column: 'text', text: 'an alphabet' },
        ],
      }),
    );
    expect(await find({ contains: 'ALPHA', column: 'text' })).toEqual([3, [6, 7, 9]]);
    expect(await find({ view: 'warnings', contains: 'none' })).toEqual([1, [5]]);
    expect(await find({ column: 'number', issue: 'not_a_number' })).toEqual([1, [5]]);
  });

  it('names an unknown column', async () => {
    const rows = bench.newEngine().rows(await open(), query({ sort: 'colour' }));
    await expect(rows).rejects.toMatchObject({ code: 'invalid_request' });
  });
});

describe('an operation over many rows', () => {
  const open = () =>
    bench.makeSheet({
      columns: [
        { key: 'name', required: true },
        { key: 'day', type: 'date', onInvalid: 'reject' },
        { key: 'tag' },
      ],
      headings: ['name', 'day', 'tag'],
      rows: Array.from({ length: 300 }, (_, index) => [
        index % 50 === 0 ? undefined : `Name ${index}`,
        index % 3 === 0 ? '2024-05-04' : `0${1 + (index % 9)}/11/2024`,
        index % 2 === 0 ? 'red (r)' : 'Red',
      ]),
      pageRows: 20,
    });

  it('counts what it would replace, then replaces it as one step', async () => {
    const state = await open();
    const engine = bench.newEngine();
    const replace = { kind: 'replace', rows: { view: 'all' }, column: 'tag', find: 'red', with: 'blue' };
    const counted = await engine.edit(state, patch(0, { ...replace, isDryRun: true }));
    expect(counted).toMatchObject({ revision: 0, matches: 300, rows: [] });
    expect(
      (await engine.edit(state, patch(0, { ...replace, matchCase: true, isDryRun: true }))).matches,
    ).toBe(150);
    expect(
      (await engine.edit(state, patch(0, { ...replace, wholeCell: true, isDryRun: true }))).matches,
    ).toBe(150);
    expect(await engine.edit(state, patch(0, replace))).toMatchObject({ revision: 1 });
    const { rows } = await engine.rows(await bench.reload(state), query({ limit: 2 }));
    expect(rows.map(({ cells }) => cells[2])).toEqual(['blue (r)', 'blue']);
    const regex = { ...replace, find: String.raw`(\w+) \((.)\)`, with: '$2: $1', isRegex: true };
    expect((await engine.edit(state, patch(1, regex))).rows[0]!.cells[2]).toBe('r: blue');
    await engine.edit(state, patch(2, { kind: 'undo' }, { kind: 'undo' }));
    const undone = await engine.rows(await bench.reload(state), query({ limit: 2 }));
    expect(undone.rows.map(({ cells, isEdited }) => [cells[2], isEdited])).toEqual([
      ['red (r)', false],
      ['Red', false],
    ]);
  });

  it('refuses an expression that RE2 does not know', async () => {
    const replace = { kind: 'replace', rows: { view: 'all' }, find: '(?=a)', with: '', isRegex: true };
    const edit = bench.newEngine().edit(await open(), patch(0, replace));
    await expect(edit).rejects.toMatchObject({ code: 'template_pattern_invalid' });
  });

  it('fixes one issue, fills a column and deletes all invalid rows', async () => {
    const state = await open();
    const engine = bench.newEngine();
    expect(await engine.check(state)).toMatchObject({ rows: 300, invalid: 202 });
    const fix = {
      kind: 'fix',
      column: 'day',
      issue: 'date_ambiguous',
      by: { kind: 'read_date', order: 'day_first' },
    };
    const fixed = await engine.edit(state, patch(0, fix));
    expect(fixed).toMatchObject({ changed: 200, counts: { rows: 300, invalid: 6 } });
    expect(
      (await engine.rows(await bench.reload(state), query({ offset: 1, limit: 1 }))).rows[0]!.cells[1],
    ).toBe('2024-11-02');
    await engine.edit(state, patch(1, { kind: 'fill', rows: { ids: [2, 52] }, column: 'name', text: 'New' }));
    const rest = await engine.edit(state, patch(2, { kind: 'delete', rows: { view: 'invalid' } }));
    expect(rest.counts).toMatchObject({ rows: 296, valid: 296, invalid: 0 });
    expect((await engine.issues(await bench.reload(state))).groups).toEqual([]);
  });
});

it('warns of cells that a spreadsheet program has spoiled, until a person changes them', async () => {
  const state = await bench.makeSheet({
    columns: [{ key: 'code' }, { key: 'amount', type: 'number' }],
    headings: ['code', 'amount'],
    rows: [
      ['8.96529E+19', '1.234'],
      [undefined, '5'],
    ],
    notes: new Map([
      [
        2,
        [
          { column: 0, kind: 'digits', text: '8.96529E+19' },
          { column: 1, kind: 'decimal', text: '' },
        ],
      ],
      [3, [{ column: 0, kind: 'error', text: '#N/A' }]],
    ]),
  });
  const engine = bench.newEngine();
  expect(await engine.check(state)).toEqual({ rows: 2, valid: 2, invalid: 0, warnings: 2 });
  const { rows } = await engine.rows(state, query({ view: 'warnings' }));
  expect(rows.map(({ cells, issues }) => [cells, issues.map(({ code, value }) => [code, value])])).toEqual([
    [['8.96529E+19', '1.2340'], [['digits_lost', '8.96529E+19']]],
    [[null, '5'], [['spreadsheet_error', '#N/A']]],
  ]);
  const [line] = await readLines(engine.validRows(state));
  expect(line).toMatchObject({ code: '8.96529E+19', amount: 1.234 });
  const set = {
    kind: 'set',
    cells: [
      { row: 3, column: 'code', text: 'A' },
      { row: 2, column: 'amount', text: '1.5' },
    ],
  };
  expect((await engine.edit(state, patch(0, set))).counts.warnings).toBe(1);
});
