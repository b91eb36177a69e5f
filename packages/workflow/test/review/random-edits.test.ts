import { type SheetOperation, type SheetPatch, sheetPatchSchema, sheetQuerySchema } from '@inlet/contracts';
import { seededRandom } from '@inlet/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSheetBench, type SheetBench } from './sheet-bench.js';

let bench: SheetBench;
beforeAll(async () => {
  bench = await openSheetBench();
});
afterAll(() => bench.close());

const ALL = sheetQuerySchema.parse({ limit: 1000 });
const COLUMNS = [
  { key: 'code', unique: true, required: true },
  { key: 'size', type: 'integer' as const, onInvalid: 'reject' as const },
  { key: 'tag' },
];
const KEYS = COLUMNS.map(({ key }) => key);
/** Few, so that values are often repeated. */
const TEXTS = ['a', 'b', 'c', 'd', '1', '2', '3', 'x 1', null];

interface ModelRow {
  readonly id: number;
  readonly cells: readonly (string | null)[];
}
type Model = readonly ModelRow[];

/** The same edits on plain lists. */
function applyToModel(model: Model, operation: SheetOperation, nextId: number): Model {
  switch (operation.kind) {
    case 'set':
      return operation.cells.reduce(
        (rows, { row, column, text }) => setCell(rows, (one) => one.id === row, { column, text }),
        model,
      );
    case 'insert': {
      const added = Array.from({ length: operation.rows }, (_, index) => ({
        id: nextId + index,
        cells: KEYS.map(() => null),
      }));
      const place =
        operation.before === null ? model.length : model.findIndex(({ id }) => id === operation.before);
      return [...model.slice(0, place), ...added, ...model.slice(place)];
    }
    case 'delete': {
      const ids = 'ids' in operation.rows ? operation.rows.ids : [];
      return model.filter(({ id }) => !ids.includes(id));
    }
    case 'fill': {
      const ids = 'ids' in operation.rows ? operation.rows.ids : undefined;
      return setCell(model, ({ id }) => ids === undefined || ids.includes(id), operation);
    }
    case 'replace':
      return model.map(({ id, cells }) => ({
        id,
        cells: cells.map((text) => text?.replaceAll(operation.find, operation.with) || null),
      }));
    default:
      throw new Error(`the model knows no ${operation.kind}`);
  }
}

const setCell = (
  model: Model,
  isChosen: (row: ModelRow) => boolean,
  { column, text }: { column: string; text: string | null },
): Model =>
  model.map((row) =>
    isChosen(row)
      ? { ...row, cells: row.cells.map((cell, index) => (KEYS[index] === column ? text : cell)) }
      : row,
  );

function randomOperation(random: () => number, model: Model): unknown {
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
  const id = () => pick(model).id;
  const column = () => pick(KEYS);
  const kind = pick(['set', 'set', 'set', 'insert', 'delete', 'fill', 'replace', 'undo', 'undo', 'redo']);
  switch (kind) {
    case 'set':
      return {
        kind,
        cells: Array.from({ length: 1 + Math.floor(random() * 3) }, () => ({
          row: id(),
          column: column(),
          text: pick(TEXTS),
        })),
      };
    case 'insert':
      return { kind, before: random() < 0.3 ? null : id(), rows: 1 + Math.floor(random() * 3) };
    case 'delete':
      return { kind, rows: { ids: [id(), id()] } };
    case 'fill':
      return {
        kind,
        rows: random() < 0.3 ? { view: 'all' } : { ids: [id(), id()] },
        column: column(),
        text: pick(TEXTS),
      };
    case 'replace':
      return {
        kind,
        rows: { view: 'all' },
        find: pick(['a', 'b', '1']),
        with: pick(['b', 'c', '']),
        matchCase: true,
      };
    default:
      return { kind };
  }
}

it.each([1, 2, 3, 4])('random edits, undone and redone, are those of plain lists (seed %i)', async (seed) => {
  const random = seededRandom(seed).next;
  const source = Array.from({ length: 40 }, (_, index) => [
    `c${index % 35}`,
    `${index}`,
    index % 3 === 0 ? undefined : 'a',
  ]);
  let state = await bench.makeSheet({ columns: COLUMNS, headings: KEYS, rows: source, pageRows: 7 });
  const engines = [bench.newEngine(), bench.newEngine()];
  let model: Model = source.map((cells, index) => ({
    id: index + 2,
    cells: cells.map((cell) => cell ?? null),
  }));
  let nextId = source.length + 2;
  const past: Model[] = [];
  let future: Model[] = [];
  for (let step = 0; step < 60; step += 1) {
    // Two processes in turn.
    const engine = engines[Math.floor(random() * 2)]!;
    const operation = randomOperation(random, model);
    const patch: SheetPatch = sheetPatchSchema.parse({
      baseRevision: state.upload.revision,
      operations: [operation],
    });
    const [parsed] = patch.operations;
    const result = await engine.edit(state, patch);
    const isChange = result.revision > state.upload.revision;
    state = await bench.reload(state);
    if (parsed!.kind === 'undo') {
      const former = past.pop();
      if (former) future.push(model);
      model = former ?? model;
    } else if (parsed!.kind === 'redo') {
      const later = future.pop();
      if (later) past.push(model);
      model = later ?? model;
    } else if (isChange) {
      past.push(model);
      future = [];
      model = applyToModel(model, parsed!, nextId);
      if (parsed!.kind === 'insert') nextId += parsed!.rows;
    }
    const { rows } = await engine.rows(state, ALL);
    expect(
      rows.map(({ id, cells }) => ({ id, cells })),
      JSON.stringify(operation),
    ).toEqual(model);
    const restarted = bench.newEngine();
    const counts = await restarted.check(state);
    expect(result.counts, JSON.stringify(operation)).toMatchObject(counts);
    expect(await engine.check(state)).toEqual(counts);
    expect(rows.map(({ issues }) => issues)).toEqual(
      (await restarted.rows(state, ALL)).rows.map(({ issues }) => issues),
    );
  }
});

it.each([11, 12, 13])(
  'edits of two processes at once leave both with the same sheet (seed %i)',
  async (seed) => {
    const random = seededRandom(seed).next;
    const source = Array.from({ length: 30 }, (_, index) => [`c${index % 25}`, `${index}`, 'a']);
    let state = await bench.makeSheet({ columns: COLUMNS, headings: KEYS, rows: source, pageRows: 7 });
    const engines = [bench.newEngine(), bench.newEngine()] as const;
    for (let round = 0; round < 20; round += 1) {
      const { rows } = await engines[0].rows(state, ALL);
      const model = rows.map(({ id, cells }) => ({ id, cells }));
      const edit = (engine: (typeof engines)[number]) =>
        engine.edit(
          state,
          sheetPatchSchema.parse({
            baseRevision: state.upload.revision,
            operations: [randomOperation(random, model)],
          }),
        );
      const before = state.upload.revision;
      const results = await Promise.all(engines.map(edit));
      state = await bench.reload(state);
      expect(Math.max(...results.map(({ revision }) => revision))).toBe(state.upload.revision);
      expect(state.upload.revision - before).toBeLessThanOrEqual(2);
      const restarted = bench.newEngine();
      const wanted = await restarted.check(state);
      expect(state.upload.counts).toMatchObject(wanted);
      for (const engine of engines) {
        expect(await engine.check(state)).toEqual(wanted);
        expect((await engine.rows(state, ALL)).rows).toEqual((await restarted.rows(state, ALL)).rows);
      }
    }
  },
);
