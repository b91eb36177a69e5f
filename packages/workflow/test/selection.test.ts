import type { JobPatch, RowFilter } from '@inlet/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { changeJob, createWorkHandlers, releaseHeldRun, resetJob } from '../src/index.js';
import { type EngineBench, startEngineBench } from './engine-bench.js';

let bench: EngineBench;

beforeAll(async () => {
  bench = await startEngineBench();
});
afterAll(() => bench.close());
beforeEach(() => bench.receiver.clear());

const item = (n: number, more: object = {}) => ({ guid: `${n}`, title: `T${n}`, price: `${n}`, ...more });
const items = (count: number) => Array.from({ length: count }, (_, n) => item(n));

async function runRows(jobId: string) {
  bench.receiver.clear();
  const run = await bench.runNow(jobId);
  return { run, rows: bench.rows(), titles: bench.rows().map(({ values }) => values?.title) };
}
const change = (jobId: string, patch: JobPatch) => changeJob(bench.context, bench.caller, { jobId, patch });

const above = (value: number): RowFilter => ({
  match: 'all',
  include: true,
  conditions: [{ column: 'price', op: 'greater', value }],
});
const ABOVE_1 = above(1);

describe('a filter', () => {
  test('imports the rows that match, and counts the others', async () => {
    bench.setFeed([...items(4), item(5, { price: 'free', title: '' })]);
    const { id } = await bench.makeJob({ filter: ABOVE_1 });
    const { run, titles } = await runRows(id);
    expect(titles).toEqual(['T2', 'T3']);
    expect(run.counts).toMatchObject({
      records: 5,
      excluded: 3,
      valid: 2,
      invalid: 0,
      created: 2,
      issues: 0,
    });
    expect(await bench.job(id)).toMatchObject({ knownItems: 2, filter: ABOVE_1 });
  });

  test.each([true, false])(
    'removes a known row that it excludes only if removed rows are reported: %s',
    async (removed) => {
      bench.setFeed(items(4));
      const { id } = await bench.makeJob({
        changeDetection: { removed },
        guardRails: { maxRemovedPercent: 0 },
      });
      await runRows(id);
      await change(id, { filter: ABOVE_1 });
      const { run, rows } = await runRows(id);
      expect(run).toMatchObject({
        outcome: removed ? 'succeeded' : 'unchanged',
        counts: { excluded: 2, unchanged: 2, removed: removed ? 2 : 0 },
      });
      expect(rows.map((row) => row.change)).toEqual(removed ? ['removed', 'removed'] : []);
      await change(id, { filter: null });
      expect((await runRows(id)).run.counts).toMatchObject({ created: removed ? 2 : 0, excluded: 0 });
    },
  );

  test('that leaves hardly any row trips no guard rail', async () => {
    bench.setFeed([...items(9), { guid: 'x', title: '', price: '99' }]);
    const { id } = await bench.makeJob({ filter: ABOVE_1, guardRails: { maxInvalidPercent: 15 } });
    expect((await runRows(id)).run.outcome).toBe('succeeded_with_issues');
    await change(id, { filter: above(1000) });
    expect((await runRows(id)).run).toMatchObject({ outcome: 'unchanged', counts: { excluded: 10 } });
  });

  test('that excludes too many known rows after a change of the source holds the run', async () => {
    bench.setFeed(items(10));
    const { id } = await bench.makeJob({ filter: ABOVE_1, changeDetection: { removed: true } });
    await runRows(id);
    bench.setFeed(items(10).map((each, n) => (n < 7 ? { ...each, price: '0' } : each)));
    const { run, rows } = await runRows(id);
    expect(rows).toEqual([]);
    expect(run).toMatchObject({
      outcome: 'held',
      held: {
        rule: 'removed',
        counts: { affected: 5, total: 8 },
        message: '5 of 8 known items are missing or excluded by the filter; the limit is 30 %.',
      },
    });
    expect(await bench.job(id)).toMatchObject({ knownItems: 8 });
  });

  const lowered = (count: number) => items(10).map((each, n) => (n < count ? { ...each, price: '0' } : each));
  const makeReporting = (changes: object = {}) =>
    bench.makeJob({ filter: ABOVE_1, changeDetection: { removed: true }, ...changes });

  test('names items that it excludes in the held run, and a release can leave out their removal', async () => {
    bench.setFeed(items(10));
    const { id } = await makeReporting();
    const keys = new Map((await runRows(id)).rows.map(({ rowKey, values }) => [values?.title, rowKey]));
    bench.setFeed(lowered(7));
    const { run } = await runRows(id);
    const excluded = ['T2', 'T3', 'T4', 'T5', 'T6'].map((title) => keys.get(title));
    expect(run).toMatchObject({ outcome: 'held', held: { rule: 'removed', examples: excluded } });
    const decision = { reason: 'Prices will come back.', removals: 'skip' } as const;
    await releaseHeldRun(bench.context, bench.caller, { runId: run.id, ...decision });
    await bench.queue.runDue(createWorkHandlers(bench.context), bench.context.now);
    expect(await bench.run(run.id)).toMatchObject({ counts: { removed: 0, unchanged: 3, batches: 0 } });
    expect(bench.rows()).toEqual([]);
    expect(await bench.job(id)).toMatchObject({ knownItems: 8 });
    expect((await runRows(id)).run).toMatchObject({ outcome: 'held', held: { counts: { affected: 5 } } });
    bench.setFeed(items(10));
    expect((await runRows(id)).run.counts).toMatchObject({ created: 0, updated: 0, unchanged: 8 });
  });

  test('that a person changes trips no guard rail, also after rows were not delivered', async () => {
    bench.setFeed(items(10));
    const { id } = await makeReporting();
    bench.receiver.answerWith(() => ({ status: 400 }));
    expect((await runRows(id)).run.outcome).toBe('failed');
    bench.receiver.answerWith(() => ({ status: 200 }));
    expect((await runRows(id)).run.counts.created).toBe(8);
    bench.setFeed([...items(10), item(11, { title: 'T11 is refused' })]);
    bench.receiver.answerWith(() => ({ status: 400 }));
    expect((await runRows(id)).run.outcome).toBe('failed');
    expect((await bench.storedJob(id)).fetchState.configHash).toBeNull();
    bench.receiver.answerWith(() => ({ status: 200 }));
    await change(id, { filter: above(7) });
    const { run } = await runRows(id);
    expect(run).toMatchObject({ outcome: 'succeeded', counts: { removed: 6, created: 1, unchanged: 2 } });
  });

  test('that excludes items because their mapping has changed holds the run', async () => {
    bench.setFeed(items(10));
    const { id } = await makeReporting();
    await runRows(id);
    await change(id, { mapping: [{ column: 'title', path: 'title' }] });
    expect((await runRows(id)).run).toMatchObject({ outcome: 'held', held: { counts: { affected: 8 } } });
  });

  test('removes nothing while the source is not read to its end', async () => {
    const write = (some: readonly object[], end: string) =>
      bench.site.route('/feed.xml', {
        body: `{"items":[${some.map((each) => JSON.stringify(each)).join()}${end}`,
      });
    write(items(10), ']}');
    const { id } = await makeReporting({
      recordPath: '/items',
      guardRails: { maxRemovedPercent: 100, sourceIncomplete: 'deliver' },
    });
    await runRows(id);
    write(lowered(7), ',');
    const { run, rows } = await runRows(id);
    expect(run).toMatchObject({ outcome: 'unchanged', counts: { removed: 0, excluded: 7 } });
    expect(run.warnings).toContainEqual(
      expect.objectContaining({ code: 'removals_not_reported', parameters: { n: 5 } }),
    );
    expect(rows).toEqual([]);
    write(lowered(7), ']}');
    expect((await runRows(id)).run.counts).toMatchObject({ removed: 5, unchanged: 3 });
  });

  test('does not count an item as excluded that another record with its id keeps', async () => {
    const twin = { guid: '5', title: 'T5', price: '5' };
    bench.setFeed(items(10));
    const { id } = await makeReporting({ guardRails: { maxRemovedPercent: 0 } });
    await runRows(id);
    bench.setFeed([{ ...twin, price: '0' }, ...items(10)]);
    const { run } = await runRows(id);
    expect(run).toMatchObject({ outcome: 'unchanged', counts: { excluded: 3, unchanged: 8, removed: 0 } });
  });

  test('must name columns of the template', async () => {
    const filter = { conditions: [{ column: 'nothing', op: 'empty' }] };
    await expect(bench.makeJob({ filter })).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'filter.conditions.0.column' }],
    });
  });

  test('must compare numbers with a number', async () => {
    const filter = (value: string): RowFilter => ({
      match: 'all',
      include: true,
      conditions: [
        { column: 'price', op: 'greater', value },
        { column: 'title', op: 'greater', value: 'cheap' },
      ],
    });
    await expect(bench.makeJob({ filter: filter('cheap') })).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'filter.conditions.0.value' }],
    });
    const { id } = await bench.makeJob({ filter: filter('1,5') });
    await expect(change(id, { filter: filter('') })).rejects.toMatchObject({ code: 'invalid_request' });
  });
});

describe('a first run', () => {
  test('that sends nothing remembers all items, so that only what is new is sent', async () => {
    bench.setFeed(items(3));
    const { id } = await bench.makeJob({ firstRun: 'none' });
    const first = await runRows(id);
    expect(first.rows).toEqual([]);
    expect(first.run.counts).toMatchObject({ created: 0, notSent: 3, valid: 3 });
    bench.setFeed([item(9), ...items(3)]);
    expect((await runRows(id)).titles).toEqual(['T9']);
  });

  test('sends an item that it left out as a created one when it changes, and no removal of it', async () => {
    const changed = (n: number) => ({ ...item(n), title: `T${n} changed` });
    bench.setFeed(items(4));
    const { id } = await bench.makeJob({
      firstRun: 'none',
      changeDetection: { removed: true },
      guardRails: { maxRemovedPercent: 100 },
    });
    await runRows(id);
    bench.setFeed([changed(1), item(2), item(3)]);
    const second = await bench.runNow(id);
    expect(bench.changes()).toEqual([['created', 'T1 changed']]);
    expect(second.counts).toMatchObject({ created: 1, updated: 0, unchanged: 2, removed: 0 });
    bench.receiver.clear();
    bench.setFeed([{ ...changed(1), title: 'T1 again' }, item(2)]);
    await bench.runNow(id);
    expect(bench.changes()).toEqual([['updated', 'T1 again']]);
    bench.receiver.clear();
    bench.setFeed([item(2)]);
    expect((await bench.runNow(id)).counts).toMatchObject({ removed: 1, unchanged: 1 });
    expect(await bench.job(id)).toMatchObject({ knownItems: 1 });
  });

  test.each([
    ['pubDate', 'at'],
    ['datePosted', 'at'],
    ['publish_date', 'at'],
    ['releaseDate', 'at'],
    ['x', 'published_at'],
  ])('sends the newest by their publication date in %s, for the column %s', async (path, key) => {
    const template = await bench.makeTemplate({
      columns: [
        { key: 'title', name: 'Title' },
        { key, name: 'Day', type: 'date_time' },
      ],
    });
    const at = (n: number, day: string) => ({ guid: `${n}`, title: `T${n}`, [path]: day });
    bench.setFeed([
      at(1, '2026-01-01T00:00:00Z'),
      at(2, '2026-03-01T00:00:00Z'),
      at(3, ''),
      at(4, '2026-02-01T00:00:00Z'),
    ]);
    const { id } = await bench.makeJob({
      templateId: template.id,
      mapping: [
        { column: 'title', path: 'title' },
        { column: key, path },
      ],
      firstRun: { newest: 2 },
    });
    const { run, titles } = await runRows(id);
    expect(titles).toEqual(['T2', 'T4']);
    expect(run.counts).toMatchObject({ created: 2, notSent: 2 });
    expect((await runRows(id)).run.outcome).toBe('unchanged');
  });

  test('sends the first ones without a publication date', async () => {
    bench.setFeed(items(5));
    const { id } = await bench.makeJob({ firstRun: { newest: 2 } });
    const { run, titles } = await runRows(id);
    expect(titles).toEqual(['T0', 'T1']);
    expect(run.counts).toMatchObject({ created: 2, notSent: 3 });
  });

  test('is not repeated by a reset, which sends everything', async () => {
    bench.setFeed(items(3));
    const { id } = await bench.makeJob({ firstRun: 'none' });
    await runRows(id);
    await resetJob(bench.context, bench.caller, { jobId: id });
    expect((await runRows(id)).titles).toEqual(['T0', 'T1', 'T2']);
  });
});
