import { isFinished, previewRequestSchema } from '@inlet/contracts';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { cancelRun, createWorkHandlers, previewSource } from '../src/index.js';
import { type EngineBench, startEngineBench, workOptions } from './engine-bench.js';

let bench: EngineBench;
beforeAll(async () => {
  bench = await startEngineBench();
});
afterAll(() => bench.close());
beforeEach(() => {
  bench.receiver.clear();
  bench.receiver.answerWith({});
});

const ITEMS = [
  { guid: 'a', title: 'Apple', description: 'Red', price: '1' },
  { guid: 'b', title: 'Beet', description: 'Dark', price: '2' },
  { guid: 'c', title: 'Corn', description: 'Yellow', price: '3' },
];
const SHORT = [
  { column: 'title', path: 'title' },
  { column: 'price', path: 'price' },
];

/** A job that has run once over the items. */
async function ranOnce(changes: object = {}) {
  bench.setFeed(ITEMS);
  const { id } = await bench.makeJob(changes);
  expect((await bench.runNow(id)).counts).toMatchObject({ created: 3 });
  bench.receiver.clear();
  return id;
}

it('compares the rows of the changed mapping with the known items', async () => {
  const jobId = await ranOnce();
  bench.setFeed([
    ...ITEMS.slice(0, 2),
    { guid: 'd', title: 'Dill', price: '4' },
    { guid: 'e', price: 'much' },
  ]);
  const unchanged = await bench.runNow(jobId, { dryRun: true });
  expect(unchanged.counts).toMatchObject({ created: 1, updated: 0, unchanged: 2, invalid: 1 });
  const changed = await bench.runNow(jobId, { dryRun: true, changes: { mapping: SHORT } });
  expect(changed).toMatchObject({ isDryRun: true, error: null });
  expect(changed.counts).toMatchObject({ created: 1, updated: 2, unchanged: 0, invalid: 1 });
  expect(changed.sample).toMatchObject([
    { change: 'updated', values: { title: 'Apple', text: null, price: 1 } },
    { change: 'updated', values: { title: 'Beet', text: null, price: 2 } },
    { change: 'created', values: { title: 'Dill', text: null, price: 4 } },
  ]);
});

it('reads another source and other records, with its own rules, and with the stored password on the same site', async () => {
  const seen: unknown[] = [];
  const guarded = (path: string, body: string) =>
    bench.site.route(path, (request, response) => {
      seen.push(request.headers.authorization);
      response.end(body);
    });
  const url = guarded('/guarded.xml', '<rss><channel><item><title>One</title></item></channel></rss>');
  const other = guarded(
    '/other.json',
    JSON.stringify({ list: [{ title: 'x', price: 'y' }, { title: 'z' }] }),
  );
  const source = { kind: 'url', url, basicAuth: { username: 'reader', password: 'secret' } };
  const mapping = [{ column: 'title', path: 'title' }];
  const { id } = await bench.makeJob({ source, mapping });
  const changes = { source: { kind: 'url', url: other }, recordPath: '/list', mapping: SHORT };
  const run = await bench.runNow(id, { dryRun: true, changes });
  expect(run.counts).toMatchObject({ created: 1, invalid: 1 });
  expect(seen).toEqual([`Basic ${Buffer.from('reader:secret').toString('base64')}`]);
  const guardRails = { maxInvalidPercent: 10 };
  const held = await bench.runNow(id, { dryRun: true, changes: { ...changes, guardRails } });
  expect(held).toMatchObject({ outcome: 'held', error: { code: 'run_held_invalid' } });
});

it('changes, sends and keeps nothing, and leaves an active run alone', async () => {
  const jobId = await ranOnce();
  const before = await bench.storedJob(jobId);
  const changes = {
    mapping: SHORT,
    changeDetection: { send: 'all' },
    source: { kind: 'url', url: bench.site.url('/feed.xml'), headers: { 'x-key': 'PROPOSED-SECRET' } },
  };
  const dry = await bench.runNow(jobId, { dryRun: true, changes });
  expect(dry.sample).toHaveLength(3);
  expect(await bench.storedJob(jobId)).toEqual(before);
  expect(bench.receiver.requests).toEqual([]);
  expect((await bench.storedRun(dry.id)).proposal).toBeNull();
  expect(JSON.stringify(dry)).not.toContain('SECRET');

  bench.receiver.answerWith({ status: 503 });
  bench.setFeed([{ guid: 'n', title: 'New', description: 'New', price: '5' }]);
  const real = await bench.startRun(jobId);
  await createWorkHandlers(bench.context).run(real, workOptions());
  expect((await bench.run(real.runId)).phase).toBe('deliver');
  const beside = await bench.runNow(jobId, { dryRun: true, changes: { mapping: SHORT } });
  expect(beside.outcome).toBe('succeeded');
  expect(isFinished((await bench.run(real.runId)).outcome)).toBe(false);
  expect((await bench.job(jobId)).activeRunId).toBe(real.runId);
  bench.receiver.answerWith({});
  await cancelRun(bench.context, bench.caller, real);
  await createWorkHandlers(bench.context).run(real, workOptions());
  expect((await bench.run(real.runId)).outcome).toBe('cancelled');
});

it('ends, and so does a preview, if every value is as large as a value can be', async () => {
  const text = 'x'.repeat(1_048_000);
  bench.setFeed(
    Array.from({ length: 17 }, (_, index) => ({ guid: `${index}`, title: `T${index}`, description: text })),
  );
  const { id, templateId } = await bench.makeJob();
  const dry = await bench.runNow(id, { dryRun: true });
  expect(dry).toMatchObject({ outcome: 'succeeded', counts: { created: 17 } });
  expect(dry.sample).toHaveLength(17);
  expect(dry.sample?.[0]).toMatchObject({
    values: { title: 'T0', text: `${'x'.repeat(2000)}… (1048000 characters)` },
  });
  const { recordPath, mapping } = await bench.job(id);
  const request = previewRequestSchema.parse({
    templateId,
    source: { kind: 'url', url: bench.site.url('/feed.xml') },
    recordPath,
    mapping,
    limit: 2,
  });
  const preview = await previewSource(bench.context, bench.caller, { request });
  expect(preview.counts).toEqual({ rows: 2, valid: 2, invalid: 0 });
  expect(JSON.stringify(preview).length).toBeLessThan(10_000);
});

it('can be cancelled, which leaves the job unchanged', async () => {
  const jobId = await ranOnce();
  const before = await bench.storedJob(jobId);
  const url = bench.site.route('/hang.xml', { hang: true });
  const run = await bench.startRun(jobId, { dryRun: true, changes: { source: { kind: 'url', url } } });
  const work = createWorkHandlers(bench.context).run(run, workOptions());
  await cancelRun(bench.context, bench.caller, run);
  await work;
  expect((await bench.run(run.runId)).outcome).toBe('cancelled');
  expect(await bench.storedJob(jobId)).toEqual(before);
});
