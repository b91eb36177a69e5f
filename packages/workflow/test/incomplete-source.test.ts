import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createWorkHandlers, releaseHeldRun } from '../src/index.js';
import { type EngineBench, startEngineBench } from './engine-bench.js';

let bench: EngineBench;

beforeAll(async () => {
  bench = await startEngineBench();
});
afterAll(() => bench.close());
beforeEach(() => bench.receiver.clear());

const IDS = ['1', '2', '3', '4', '5'];
const ofRss = (ids: readonly string[]) =>
  `<rss version="2.0"><channel><title>t</title>${ids.map((id) => `<item><guid>${id}</guid><title>T${id}</title></item>`).join('')}</channel></rss>`;
const ofJson = (ids: readonly string[]) =>
  JSON.stringify({ items: ids.map((id) => ({ id, title: `T${id}` })) });
const ofCsv = (ids: readonly string[]) => `title,id,kind\n${ids.map((id) => `T${id},${id},x`).join('\n')}\n`;

const mapping = [{ column: 'title', path: 'title' }];
const FORMATS = [
  ['XML', { recordPath: '/rss/channel/item', mapping }, ofRss, '<guid>5</guid>'],
  ['JSON', { recordPath: '/items', mapping }, ofJson, '{"id":"5"'],
  ['CSV', { recordPath: '/', mapping }, ofCsv, '5,5'],
] as const;

/** Serves the text, cut after its last `upTo`, without a length that would tell. */
const serve = (text: string, upTo?: string) => {
  const body = upTo === undefined ? text : text.slice(0, text.lastIndexOf(upTo) + 1);
  bench.site.route('/feed.xml', { body });
};
const changes = () => bench.rows().map(({ change, values }) => [change, values?.title ?? null]);

describe.each(FORMATS)('a cut %s file', (_, shape, write, upTo) => {
  const makeJob = (guardRails: object = {}) =>
    bench.makeJob({ ...shape, changeDetection: { removed: true }, guardRails });

  test('holds the run and removes nothing, also after a release', async () => {
    const job = await makeJob();
    serve(write(IDS));
    expect(await bench.runNow(job.id)).toMatchObject({ outcome: 'succeeded', counts: { created: 5 } });
    bench.receiver.clear();
    serve(write(['6', '1', '2', '3', '5']), upTo);
    const held = await bench.runNow(job.id);
    expect(held).toMatchObject({
      outcome: 'held',
      held: { rule: 'incomplete', counts: { total: 5 } },
      error: { code: 'run_held_incomplete' },
    });
    expect(changes()).toEqual([]);
    const decision = { reason: 'Send what came.', removals: 'send' } as const;
    await releaseHeldRun(bench.context, bench.caller, { runId: held.id, ...decision });
    await bench.queue.runDue(createWorkHandlers(bench.context), bench.context.now);
    expect(changes()).toEqual([['created', 'T6']]);
    bench.receiver.clear();
    serve(write(IDS));
    expect(await bench.runNow(job.id)).toMatchObject({ outcome: 'succeeded', counts: { removed: 1 } });
  });

  test('is delivered without removals if the job wants that, and says so', async () => {
    const job = await makeJob({ sourceIncomplete: 'deliver' });
    serve(write(IDS));
    await bench.runNow(job.id);
    bench.receiver.clear();
    serve(write(['6', '1', '2', '3', '5']), upTo);
    const run = await bench.runNow(job.id);
    expect(run).toMatchObject({ held: null, counts: { created: 1, removed: 0 } });
    expect(run.warnings.map(({ code }) => code)).toContain('removals_not_reported');
    expect(changes()).toEqual([['created', 'T6']]);
    expect((await bench.job(job.id)).knownItems).toBe(6);
  });

  test('is delivered by a first run, and later if it ends in the same way', async () => {
    const job = await makeJob();
    serve(write(IDS), upTo);
    const first = await bench.runNow(job.id);
    expect(first.held).toBeNull();
    expect(first.counts.created).toBeGreaterThanOrEqual(4);
    serve(write(['6', '1', '2', '3', '5']), upTo);
    expect(await bench.runNow(job.id)).toMatchObject({ held: null, counts: { created: 1, removed: 0 } });
  });
});

test('a cut file is not asked for by its version: the same one is fetched as a whole', async () => {
  const job = await bench.makeJob({ guardRails: { sourceIncomplete: 'deliver' } });
  const text = ofRss(IDS);
  const headers = { etag: '"1"' };
  bench.site.route('/feed.xml', { body: text.slice(0, text.indexOf('<guid>3')), headers });
  await bench.runNow(job.id);
  expect((await bench.storedJob(job.id)).fetchState).toMatchObject({
    version: null,
    incomplete: 'root_open',
  });
  bench.site.route('/feed.xml', { body: text, headers });
  expect(await bench.runNow(job.id)).toMatchObject({ outcome: 'succeeded', counts: { created: 3 } });
  expect((await bench.storedJob(job.id)).fetchState).toMatchObject({
    version: expect.any(String),
    incomplete: null,
  });
});

describe('CSV without a line end at its end', () => {
  const PRICES = {
    recordPath: '/',
    identity: { by: 'columns', columns: ['title'] },
    mapping: [
      { column: 'title', path: 'title' },
      { column: 'price', path: 'price' },
    ],
    changeDetection: { removed: true },
  } as const;
  const csv = (ids: readonly string[]) =>
    `title,price\r\n${ids.map((id) => `"t, ${id}",${id}.50`).join('\r\n')}\r\n`;
  const whole = csv(IDS);
  const cut = whole.slice(0, -4);
  const bare = whole.trimEnd();
  const makeJob = async (guardRails: object = {}) => {
    const { id: templateId } = await bench.makeTemplate({
      columns: [
        { key: 'title', name: 'Title', required: true },
        { key: 'price', name: 'Price', type: 'number' },
      ],
    });
    return bench.makeJob({ ...PRICES, templateId, guardRails: { maxRemovedPercent: 100, ...guardRails } });
  };
  const run = async (jobId: string, body: string) => {
    bench.receiver.clear();
    bench.site.route('/feed.xml', { body });
    return bench.runNow(jobId);
  };

  test.each([
    ['inside its last cell', cut],
    ['after a whole row', csv(IDS.slice(0, 4)).trimEnd()],
  ])('holds the run if the last one had a line end: cut %s', async (_, body) => {
    const job = await makeJob();
    await run(job.id, whole);
    expect(await run(job.id, body)).toMatchObject({
      outcome: 'held',
      held: { rule: 'incomplete' },
      warnings: expect.arrayContaining([
        expect.objectContaining({ code: 'csv_truncated', variant: 'line_end' }),
      ]),
    });
    expect(changes()).toEqual([]);
    expect(await run(job.id, whole)).toMatchObject({ held: null, counts: { unchanged: 5, removed: 0 } });
  });

  test('is delivered without its last row if the job wants that, and as a whole if it comes again', async () => {
    const job = await makeJob({ sourceIncomplete: 'deliver' });
    await run(job.id, whole);
    const body = csv(['6', ...IDS.slice(0, 3), '7']).trimEnd();
    expect(await run(job.id, body)).toMatchObject({ held: null, counts: { created: 1, removed: 0 } });
    expect(changes()).toEqual([['created', 't, 6']]);
    const again = await run(job.id, body);
    expect(again).toMatchObject({ held: null, warnings: [], counts: { created: 1, removed: 2 } });
  });

  test('is delivered without a warning by a first run, and if it always ends like that', async () => {
    const job = await makeJob();
    expect(await run(job.id, bare)).toMatchObject({ warnings: [], counts: { created: 5 } });
    const fewer = csv(IDS.slice(0, 4)).trimEnd();
    expect(await run(job.id, fewer)).toMatchObject({ held: null, warnings: [], counts: { removed: 1 } });
    await run(job.id, whole);
    expect((await bench.storedJob(job.id)).fetchState.incomplete).toBe('line_end');
  });

  test('is delivered if nothing is known about the end of the last accepted run', async () => {
    const job = await makeJob();
    await run(job.id, bare);
    expect((await bench.storedJob(job.id)).fetchState.incomplete).toBeNull();
    expect(await run(job.id, csv(['6', ...IDS]).trimEnd())).toMatchObject({
      held: null,
      warnings: [],
      counts: { created: 1, removed: 0 },
    });
  });
});

describe('JSON of columns', () => {
  const columns = { id: IDS, title: IDS.map((id) => `T${id}`), price: IDS };
  const whole = JSON.stringify(columns);
  const unequal = JSON.stringify({ ...columns, title: columns.title.slice(0, 4) });
  const makeJob = async (guardRails: object = {}) => {
    const { id: templateId } = await bench.makeTemplate({
      columns: [
        { key: 'id', name: 'Id', required: true },
        { key: 'title', name: 'Title' },
      ],
    });
    return bench.makeJob({
      templateId,
      recordPath: '/~rows',
      parseOptions: { format: 'json' },
      mapping: [
        { column: 'id', path: 'id' },
        { column: 'title', path: 'title' },
      ],
      identity: { by: 'columns', columns: ['id'] },
      changeDetection: { removed: true },
      guardRails,
    });
  };

  test.each([
    ['that is cut', whole.slice(0, -9)],
    ['with columns of different lengths', unequal],
  ])('holds the run: a file %s', async (_, body) => {
    const job = await makeJob();
    serve(whole);
    expect(await bench.runNow(job.id)).toMatchObject({ outcome: 'succeeded', counts: { created: 5 } });
    bench.receiver.clear();
    serve(body);
    expect(await bench.runNow(job.id)).toMatchObject({ outcome: 'held', held: { rule: 'incomplete' } });
    expect(changes()).toEqual([]);
  });

  test('is delivered with a warning and without removals if the job wants that', async () => {
    const job = await makeJob({ sourceIncomplete: 'deliver' });
    serve(whole);
    await bench.runNow(job.id);
    serve(JSON.stringify({ id: IDS.slice(0, 4), title: columns.title.slice(0, 3) }));
    const run = await bench.runNow(job.id);
    expect(run).toMatchObject({ held: null, counts: { updated: 1, removed: 0 } });
    const codes = run.warnings.map(({ code }) => code);
    expect(codes).toEqual(['json_columns_unequal', 'removals_not_reported']);
  });
});
