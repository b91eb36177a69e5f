import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { cancelRun, changeJob, createWorkHandlers } from '../src/index.js';
import { type EngineBench, startEngineBench } from './engine-bench.js';

let bench: EngineBench;

beforeAll(async () => {
  bench = await startEngineBench();
});
afterAll(() => bench.close());
beforeEach(() => bench.receiver.clear());

const items = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ guid: `${index}`, title: `T${index}`, price: '1' }));

/** A job that has run once over ten items. */
async function jobWithTen(changes: object = {}) {
  bench.setFeed(items(10));
  const job = await bench.makeJob(changes);
  await bench.runNow(job.id);
  bench.receiver.clear();
  return job;
}

const sentRows = () => bench.rows().length;

test('an empty feed is held: nothing is sent and the known items stay', async () => {
  const job = await jobWithTen({ changeDetection: { removed: true } });
  bench.setFeed([]);
  expect(await bench.runNow(job.id)).toMatchObject({
    outcome: 'held',
    held: { rule: 'empty' },
    error: { code: 'run_held_empty' },
  });
  expect(sentRows()).toBe(0);
  expect(await bench.job(job.id)).toMatchObject({ knownItems: 10, failuresInARow: 0 });
  expect(bench.events()).toMatchObject([
    { type: 'import.held', data: { held: { rule: 'empty', counts: { affected: 0, total: 10 } } } },
  ]);
  bench.setFeed(items(10));
  expect(await bench.runNow(job.id)).toMatchObject({ outcome: 'unchanged' });
  expect((await bench.job(job.id)).failuresInARow).toBe(0);
});

test('an empty feed passes if the job allows it', async () => {
  bench.setFeed([]);
  const job = await bench.makeJob({ guardRails: { holdWhenEmpty: false } });
  expect(await bench.runNow(job.id)).toMatchObject({ outcome: 'unchanged', error: null });
});

test('too many invalid rows are held, with all of their issues in the report', async () => {
  const job = await jobWithTen({ guardRails: { maxInvalidPercent: 20 } });
  bench.setFeed([
    ...items(7),
    { guid: '8', description: 'text' },
    { guid: '9', description: 'text' },
    { guid: '10', price: 'free' },
  ]);
  const run = await bench.runNow(job.id);
  expect(run).toMatchObject({
    outcome: 'held',
    error: { code: 'run_held_invalid', detail: '3 of 10 rows are invalid; the limit is 20 %.' },
    held: {
      examples: [
        'Record 8, title: Fill this in: the column needs a value.',
        'Record 9, title: Fill this in: the column needs a value.',
        'Record 10, title: Fill this in: the column needs a value.',
        'Record 10, price: “free” is not a number.',
      ],
    },
  });
  expect(await bench.issues(run.id)).toHaveLength(4);
  expect(sentRows()).toBe(0);
});

test('a column that loses too many of its values is held, although no row is invalid', async () => {
  const { id: templateId } = await bench.makeTemplate({
    columns: [
      { key: 'title', name: 'Title', required: true },
      { key: 'price', name: 'Price', type: 'number' },
    ],
  });
  const mapping = [
    { column: 'title', path: 'title' },
    { column: 'price', path: 'price' },
  ];
  const job = await jobWithTen({ templateId, mapping });
  const prices = (count: number) => [
    ...items(10 - count),
    ...Array.from({ length: count }, (_, index) => ({ guid: `x${index}`, title: 'X', price: 'free' })),
  ];
  bench.setFeed(prices(6));
  const held = await bench.runNow(job.id);
  expect(held).toMatchObject({
    outcome: 'held',
    counts: { invalid: 0, warnings: 6 },
    error: {
      code: 'run_held_invalid',
      detail: '6 of 10 values of column "price" cannot be read and would be left empty; the limit is 50 %.',
    },
    held: { rule: 'invalid', columnKey: 'price', counts: { affected: 6, total: 10 } },
  });
  expect(held.held?.examples).toHaveLength(5);
  expect(sentRows()).toBe(0);
  bench.setFeed(prices(5));
  expect(await bench.runNow(job.id)).toMatchObject({
    outcome: 'succeeded_with_issues',
    counts: { invalid: 0, created: 5 },
  });
});

test('too many missing items are held only if the job reports removed rows', async () => {
  const strict = await jobWithTen({
    changeDetection: { removed: true },
    guardRails: { maxRemovedPercent: 30 },
  });
  const easy = await jobWithTen();
  bench.setFeed(items(6));
  expect(await bench.runNow(strict.id)).toMatchObject({
    outcome: 'held',
    error: { code: 'run_held_removed', detail: '4 of 10 known items are missing; the limit is 30 %.' },
  });
  expect(await bench.runNow(easy.id)).toMatchObject({ outcome: 'unchanged' });
  bench.setFeed(items(7));
  expect(await bench.runNow(strict.id)).toMatchObject({ outcome: 'succeeded', counts: { removed: 3 } });
});

test('a mapped path that vanishes from every record is held as a change of structure', async () => {
  const job = await jobWithTen();
  bench.setFeed(items(10).map(({ price, ...item }) => ({ ...item, cost: price })));
  const run = await bench.runNow(job.id);
  expect(run).toMatchObject({
    outcome: 'held',
    error: { code: 'run_held_drift', detail: 'Missing from all 10 records: "price".' },
  });
  expect(sentRows()).toBe(0);
  const loose = await bench.makeJob({ guardRails: { holdOnDrift: false } });
  expect(await bench.runNow(loose.id)).toMatchObject({ outcome: 'succeeded' });
});

test('renamed fields are held as a change of structure, not taken for a source that may be empty', async () => {
  const job = await jobWithTen({
    guardRails: { holdWhenEmpty: false },
    changeDetection: { send: 'new_and_changed', removed: true, ignoreColumns: [] },
  });
  bench.setFeed(items(10).map(({ guid }) => ({ id: guid, headline: 'A title' })));
  expect(await bench.runNow(job.id)).toMatchObject({
    outcome: 'held',
    counts: { records: 0, empty: 10 },
    error: { code: 'run_held_drift', detail: 'Missing from all 10 records: "title", "price".' },
  });
  expect(sentRows()).toBe(0);
});

test('a path that never had a value is a warning, not a drift', async () => {
  bench.setFeed(items(2));
  const run = await bench.runNow((await bench.makeJob()).id);
  expect(run.outcome).toBe('succeeded');
  expect(run.warnings).toEqual([
    {
      code: 'mapping_path_empty',
      parameters: { path: 'description' },
      message: 'No record has a value at "description".',
    },
  ]);
});

test('after the allowed number of failed runs in a row the job pauses itself and says why', async () => {
  bench.site.route('/feed.xml', { status: 404 });
  const job = await bench.makeJob({ guardRails: { pauseAfterFailures: 2 } });
  await bench.runNow(job.id);
  expect((await bench.job(job.id)).status).toBe('active');
  await bench.runNow(job.id);
  expect(await bench.job(job.id)).toMatchObject({
    status: 'paused',
    pausedBecause: { code: 'job_auto_paused', detail: expect.stringContaining('2 runs in a row') },
  });
});

test('a source that is permanently gone pauses the job at once', async () => {
  const job = await jobWithTen();
  bench.site.route('/feed.xml', { status: 410 });
  expect(await bench.runNow(job.id)).toMatchObject({ outcome: 'failed', error: { code: 'source_gone' } });
  expect(await bench.job(job.id)).toMatchObject({ status: 'paused', pausedBecause: { code: 'source_gone' } });
});

test('a scheduled run fetches again after a transient error before its next tick; one on demand does not', async () => {
  const job = await jobWithTen({ schedule: { kind: 'days', time: '03:00' } });
  bench.site.route('/feed.xml', { status: 503, headers: { 'retry-after': '120' } });
  expect(await bench.runNow(job.id)).toMatchObject({
    outcome: 'failed',
    error: { code: 'source_server_error' },
  });
  await bench.tickNow(job.id);
  const runId = (await bench.job(job.id)).activeRunId!;
  expect(await bench.run(runId)).toMatchObject({
    outcome: 'running',
    phase: 'waiting',
    error: { code: 'source_server_error' },
  });
  expect((await bench.storedRun(runId)).resumeAt!.getTime()).toBeGreaterThan(Date.now() + 110_000);
  await cancelRun(bench.context, bench.caller, { runId });
  await bench.queue.runDue(createWorkHandlers(bench.context), bench.context.now);
  expect(await bench.run(runId)).toMatchObject({ outcome: 'cancelled' });
});

test('a site that has moved is fetched at its new address after three permanent redirects', async () => {
  const job = await jobWithTen();
  bench.site.route('/feed.xml', { status: 301, redirectTo: bench.site.url('/new.xml') });
  bench.site.route('/new.xml', {
    body: '<rss version="2.0"><channel><title>t</title><item><guid>0</guid><title>T0</title><price>1</price></item></channel></rss>',
  });
  const fetched = async () => {
    const before = bench.site.requests.length;
    await bench.runNow(job.id);
    return bench.site.requests.slice(before).map(({ path }) => path);
  };
  for (let time = 1; time <= 3; time += 1) expect(await fetched()).toEqual(['/feed.xml', '/new.xml']);
  expect(await fetched()).toEqual(['/new.xml']);
  const patch = { source: { kind: 'url', url: bench.site.url('/feed.xml?v=2') } } as const;
  await changeJob(bench.context, bench.caller, { jobId: job.id, patch });
  bench.site.route('/feed.xml?v=2', { status: 302, redirectTo: bench.site.url('/new.xml') });
  expect((await fetched())[0]).toBe('/feed.xml?v=2');
});
