import type { FeedItem } from '@inlet/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { changeJob } from '../src/index.js';
import { type EngineBench, startEngineBench } from './engine-bench.js';

// The site of the bench sends no ETag: only the bytes of a body show whether it is new.

let bench: EngineBench;

beforeAll(async () => {
  bench = await startEngineBench();
});
afterAll(() => bench.close());
beforeEach(() => bench.receiver.clear());

const items = (count: number, text = 'text'): FeedItem[] =>
  Array.from({ length: count }, (_, index) => ({ guid: `${index}`, title: `T${index}`, description: text }));

const knownBody = async (jobId: string) => (await bench.storedJob(jobId)).fetchState.body;

test.each([
  ['small, in memory', 10, 'text'],
  ['large, on disk', 40, 'x'.repeat(100_000)],
])(
  'a body with the bytes of the last one (%s) sends nothing and counts as unchanged',
  async (_, count, text) => {
    bench.setFeed(items(count, text));
    const job = await bench.makeJob();
    const first = await bench.runNow(job.id);
    expect(first).toMatchObject({ outcome: 'succeeded', counts: { created: count } });
    expect(await knownBody(job.id)).toMatchObject({ records: count, bytes: first.counts.bytes });
    const again = await bench.runNow(job.id);
    expect(again).toMatchObject({
      outcome: 'unchanged',
      counts: {
        ...first.counts,
        created: 0,
        unchanged: count,
        batches: 0,
        batchesAcknowledged: 0,
        rowsAcknowledged: 0,
      },
    });
    // The mapped price is in no record, which each run reports.
    expect(again.warnings).toEqual(first.warnings);
    expect(again.warnings).toMatchObject([{ code: 'mapping_path_empty' }]);
    expect(bench.rows()).toHaveLength(count);
  },
);

test.each([
  ['small', 10, 'text'],
  ['large', 40, 'x'.repeat(100_000)],
])('one changed byte in a %s body of the same length is noticed', async (_, count, text) => {
  bench.setFeed(items(count, text));
  const job = await bench.makeJob();
  await bench.runNow(job.id);
  bench.receiver.clear();
  const changed = items(count, text);
  changed[3] = { ...changed[3], description: `${text.slice(0, -1)}y` };
  bench.setFeed(changed);
  expect(await bench.runNow(job.id)).toMatchObject({ counts: { updated: 1, unchanged: count - 1 } });
  expect(bench.rows().map(({ values }) => values?.title)).toEqual(['T3']);
});

test('the same body counts excluded and empty records as before', async () => {
  bench.setFeed([...items(4), { guid: '5', title: '' }]);
  const filter = {
    match: 'all',
    include: false,
    conditions: [{ column: 'title', op: 'in', value: ['T0', 'T2'] }],
  };
  const job = await bench.makeJob({ filter });
  const first = await bench.runNow(job.id);
  const again = await bench.runNow(job.id);
  const counts = { records: 4, excluded: 2, empty: 1, valid: 2 };
  expect(first).toMatchObject({ outcome: 'succeeded', counts: { ...counts, created: 2 } });
  expect(again).toMatchObject({ outcome: 'unchanged', counts: { ...counts, created: 0, unchanged: 2 } });
  expect(await knownBody(job.id)).toMatchObject({ bytes: again.counts.bytes });
});

test('a body with issues is read again, so that each run lists them', async () => {
  bench.setFeed([...items(3), { guid: '4', title: 'T4', price: 'free' }]);
  const job = await bench.makeJob();
  const first = await bench.runNow(job.id);
  const again = await bench.runNow(job.id);
  expect(first.counts).toMatchObject({ invalid: 1, issues: 1 });
  expect(again.counts).toMatchObject({ invalid: 1, issues: 1, unchanged: 3 });
  expect(await bench.issues(again.id)).toEqual(await bench.issues(first.id));
});

test('the same body is read again after the mapping has changed', async () => {
  bench.setFeed(items(5));
  const job = await bench.makeJob();
  await bench.runNow(job.id);
  const patch = { mapping: [{ column: 'title', path: 'description' }] };
  await changeJob(bench.context, bench.caller, { jobId: job.id, patch });
  expect(await bench.runNow(job.id)).toMatchObject({ counts: { updated: 5 } });
});

test('the same body is read again if the receiver did not accept its rows', async () => {
  bench.setFeed(items(5));
  bench.receiver.answerWith({ status: 400 });
  const job = await bench.makeJob();
  expect(await bench.runNow(job.id)).toMatchObject({ outcome: 'failed' });
  bench.receiver.answerWith({ status: 200 });
  bench.receiver.clear();
  expect(await bench.runNow(job.id)).toMatchObject({ outcome: 'succeeded', counts: { created: 5 } });
  expect(bench.rows()).toHaveLength(5);
});

test('the same body is read again by a dry run', async () => {
  bench.setFeed(items(5));
  const job = await bench.makeJob();
  await bench.runNow(job.id);
  const trial = await bench.runNow(job.id, { dryRun: true });
  expect(trial).toMatchObject({ isDryRun: true, counts: { unchanged: 5 } });
});
