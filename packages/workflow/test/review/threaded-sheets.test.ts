import { Worker } from 'node:worker_threads';
import { sheetPatchSchema, sheetQuerySchema } from '@inlet/contracts';
import { createIds, waitFor } from '@inlet/testing';
import { createSheets, type SheetState, type Sheets } from '@inlet/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSheetBench, type SheetBench } from './sheet-bench.js';

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };
let bench: SheetBench;
let sheets: Sheets;
beforeAll(async () => {
  bench = await openSheetBench();
  sheets = createSheets({ store: bench.store, now: () => new Date(), newId: createIds(), log: SILENT });
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

  it('starts again after its end, and repeats calls that only read', async () => {
    const threads = new Set<Worker>();
    const { postMessage } = Worker.prototype;
    Worker.prototype.postMessage = function post(...parameters: Parameters<typeof postMessage>) {
      threads.add(this);
      return postMessage.apply(this, parameters);
    };
    try {
      const state = await makeSheet(20_000);
      const checking = sheets.check(state, { signal });
      const [thread] = threads;
      await thread!.terminate();
      expect(await checking).toMatchObject({ rows: 20_000, invalid: 1 });
      const editing = sheets.edit(
        state,
        sheetPatchSchema.parse({ baseRevision: 0, operations: [{ kind: 'undo' }] }),
      );
      for (const one of threads) await one.terminate();
      await expect(editing).rejects.toMatchObject({ code: 'unavailable' });
      expect((await sheets.rows(state, sheetQuerySchema.parse({}))).total).toBe(20_000);
    } finally {
      Worker.prototype.postMessage = postMessage;
    }
  });

  it('reports errors with their codes', async () => {
    const state = await makeSheet(10);
    const patch = sheetPatchSchema.parse({
      baseRevision: 0,
      operations: [{ kind: 'set', cells: [{ row: 99, column: 'price', text: '2' }] }],
    });
    await expect(sheets.edit(state, patch)).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('goes on with a long edit as an operation, which can be cancelled', async () => {
    const state = await makeSheet(20_000);
    const quick = createSheets(
      { store: bench.store, now: () => new Date(), newId: createIds(), log: SILENT },
      { longMs: 1 },
    );
    try {
      await quick.check(state, { signal });
      const fill = sheetPatchSchema.parse({
        baseRevision: 0,
        operations: [{ kind: 'fill', rows: { view: 'all' }, column: 'price', text: '3' }],
      });
      const ref = { projectId: state.upload.projectId, uploadId: state.upload.id };
      const begun = await quick.edit(state, fill);
      if (begun.kind !== 'running') throw new Error('the edit did not take longer');
      expect(begun.operation).toMatchObject({ kind: 'fill', status: 'running' });
      const { id } = begun.operation;
      expect(quick.operation({ ...ref, uploadId: 'upl_other' }, id)).toBeNull();
      await waitFor(
        async () => quick.operation(ref, id)?.status,
        (status) => status === 'done',
      );
      expect((await bench.reload(state)).upload).toMatchObject({ revision: 1, counts: { valid: 20_000 } });

      const dryRun = sheetPatchSchema.parse({
        baseRevision: 1,
        operations: [
          { kind: 'replace', rows: { view: 'all' }, find: '3', with: '4', column: 'price', isDryRun: true },
        ],
      });
      const counting = await quick.edit(await bench.reload(state), dryRun);
      if (counting.kind !== 'running') throw new Error('the edit did not take longer');
      await waitFor(
        () => quick.operation(ref, counting.operation.id),
        (operation) => operation?.status === 'done' && operation.matches === 20_000,
      );

      const again = await quick.edit(await bench.reload(state), {
        ...fill,
        operations: [{ kind: 'fill', rows: { view: 'all' }, column: 'name', text: 'x' } as const],
      });
      if (again.kind !== 'running') throw new Error('the edit did not take longer');
      quick.cancelOperation(ref, again.operation.id);
      await waitFor(
        async () => quick.operation(ref, again.operation.id)?.status,
        (status) => status === 'cancelled',
      );
      expect((await bench.reload(state)).upload).toMatchObject({ revision: 1, counts: { valid: 20_000 } });
    } finally {
      await quick.close();
    }
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
