import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type EngineBench, startEngineBench } from './engine-bench.js';

let bench: EngineBench;

beforeAll(async () => {
  bench = await startEngineBench();
});
afterAll(() => bench.close());
beforeEach(() => bench.receiver.clear());

const ROWS = ['title,id', 'A,1', 'B,2', 'C,3', ''];
const shape = { recordPath: '/', mapping: [{ column: 'title', path: 'title' }] };

/** Only the announced length tells that rows are missing. */
const serve = (rows: readonly string[], missingBytes: number, etag = '"1"') => {
  const body = rows.join('\n');
  bench.site.route('/feed.xml', { body, etag, contentLength: Buffer.byteLength(body) + missingBytes });
};
const titles = () => bench.rows().map(({ values }) => values?.title);

test('a first run delivers what came of a file whose transfer broke off, and says so', async () => {
  const job = await bench.makeJob(shape);
  serve(ROWS, 8);
  const run = await bench.runNow(job.id);
  expect(run.outcome).toBe('succeeded');
  expect(run.warnings).toMatchObject([
    {
      code: 'transfer_cut',
      message: expect.stringContaining('closed the connection before the file was complete'),
    },
  ]);
  expect(titles()).toEqual(['A', 'B', 'C']);
});

test('the rest is fetched by the next run, although the site says that nothing has changed', async () => {
  const job = await bench.makeJob(shape);
  serve(ROWS, 4);
  await bench.runNow(job.id);
  bench.receiver.clear();
  serve([...ROWS.slice(0, -1), 'D,4', ''], 0);
  expect(await bench.runNow(job.id)).toMatchObject({ outcome: 'succeeded', counts: { created: 1 } });
  expect(titles()).toEqual(['D']);
});

test('a later run is held, and reports nothing as removed', async () => {
  const job = await bench.makeJob({ ...shape, changeDetection: { removed: true } });
  serve(ROWS, 0);
  await bench.runNow(job.id);
  bench.receiver.clear();
  serve([...ROWS.slice(0, 2), ''], 8, '"2"');
  expect(await bench.runNow(job.id)).toMatchObject({ outcome: 'held', held: { rule: 'incomplete' } });
  expect(titles()).toEqual([]);
});

test('a transfer that broke off before its first byte is no empty file', async () => {
  const job = await bench.makeJob(shape);
  bench.site.route('/feed.xml', (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/csv', 'content-length': 40 }).flushHeaders();
    setTimeout(() => response.destroy(), 50);
  });
  const run = await bench.runNow(job.id, { dryRun: true });
  expect(run).toMatchObject({ outcome: 'failed', error: { code: 'source_interrupted' } });
});
