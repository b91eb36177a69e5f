import type { WebhookEvent } from '@inlet/contracts';
import { createGate, interceptOperations } from '@inlet/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createWorkHandlers, replayDelivery } from '../src/index.js';
import { type EngineBench, startEngineBench, workOptions } from './engine-bench.js';

let bench: EngineBench;

beforeAll(async () => {
  bench = await startEngineBench();
});
afterAll(() => bench.close());
beforeEach(() => bench.receiver.clear());

/** A receiver that refuses bodies over `maxBytes`, as `express.json()` does. */
const refuseOver = (maxBytes: number) =>
  bench.receiver.answerWith(({ rawBody }) => ({ status: rawBody.length > maxBytes ? 413 : 200 }));

const TITLES = Array.from({ length: 30 }, (_, index) => `T${index} "quoted", [and] {more} \\`);
const setFeed = () =>
  bench.setFeed(
    TITLES.map((title, index) => ({ guid: `${index}`, title, description: 'x'.repeat(index * 20) })),
  );

async function makeJob(limits: object = {}) {
  const destination = { url: bench.receiver.url, rowsPerBatch: 1000, ...limits };
  const { id: templateId } = await bench.makeTemplate({ destination });
  return bench.makeJob({ templateId });
}

/** Titles of the accepted rows, and the ids of the deliveries that had them. */
function accepted(maxBytes: number) {
  const taken = bench.receiver.requests.filter(({ rawBody }) => rawBody.length <= maxBytes);
  const events = taken.map(({ json, headers }) => ({
    event: json as WebhookEvent,
    id: headers['webhook-id'],
  }));
  const ids = new Map<string, Set<unknown>>();
  for (const { event, id } of events)
    for (const { values } of event.type === 'import.records' ? event.data.rows : []) {
      const title = String(values?.title);
      ids.set(title, (ids.get(title) ?? new Set()).add(id));
    }
  return ids;
}

test('a batch that is too large for the receiver arrives in parts, each row once', async () => {
  setFeed();
  refuseOver(3000);
  const job = await makeJob();
  const run = await bench.runNow(job.id);
  expect(run).toMatchObject({
    outcome: 'succeeded',
    counts: { created: 30, rowsAcknowledged: 30, batchesFailed: 0 },
  });
  const ids = accepted(3000);
  expect([...ids.keys()].sort()).toEqual([...TITLES].sort());
  expect([...ids.values()].every(({ size }) => size === 1)).toBe(true);
  const deliveries = (await bench.deliveries(run.id)).filter(({ type }) => type === 'import.records');
  const live = deliveries.filter(({ status }) => status === 'acknowledged');
  expect(deliveries.filter(({ status }) => status === 'discarded').length).toBe(live.length - 1);
  for (const { status, reason } of deliveries) expect(reason).toBe(status === 'discarded' ? 'split' : null);
  expect(run.counts).toMatchObject({ batches: live.length, batchesAcknowledged: live.length });
  expect(new Set(live.map(({ number }) => number)).size).toBe(live.length);
  expect(live.reduce((rows, delivery) => rows + delivery.rows, 0)).toBe(30);
});

const batchesOf = () =>
  bench.receiver.requests.filter(({ json }) => (json as WebhookEvent).type === 'import.records');
const refused = (maxBytes: number) => batchesOf().filter(({ rawBody }) => rawBody.length > maxBytes).length;

/** Titles of a feed whose batches are larger than the smallest size that is remembered. */
function setLargeFeed(guidPrefix: string, count = 100) {
  const description = 'x'.repeat(1000);
  bench.setFeed(
    Array.from({ length: count }, (_, index) => ({
      guid: `${guidPrefix}${index}`,
      title: `${guidPrefix}${index}`,
      description,
    })),
  );
}

test('the size that a receiver refused is remembered: for the next batch, and for the next run', async () => {
  const job = await makeJob({ rowsPerBatch: 50 });
  setLargeFeed('a', 500);
  refuseOver(40_000);
  expect(await bench.runNow(job.id)).toMatchObject({
    outcome: 'succeeded',
    counts: { rowsAcknowledged: 500 },
  });
  // Those that were in flight when the first one was refused.
  expect(refused(40_000)).toBeGreaterThan(0);
  expect(refused(40_000)).toBeLessThanOrEqual(bench.context.settings.deliveriesInFlight);
  const split = (await bench.deliveries((await bench.runsOf(job.id))[0]!.id)).filter(
    ({ status }) => status === 'discarded',
  );
  expect(split.length).toBe(10);
  expect(split.some(({ attempts }) => attempts.length === 0)).toBe(true);

  bench.receiver.clear();
  refuseOver(40_000);
  setLargeFeed('b', 500);
  expect(await bench.runNow(job.id)).toMatchObject({
    outcome: 'succeeded',
    counts: { rowsAcknowledged: 500 },
  });
  expect(refused(40_000)).toBe(0);
});

test('the size is forgotten after a week, and learned again', async () => {
  const job = await makeJob({ rowsPerBatch: 50 });
  setLargeFeed('a');
  refuseOver(40_000);
  await bench.runNow(job.id);
  const { bodyLimit } = await bench.storedJob(job.id);
  expect(bodyLimit?.maxBytes).toBeLessThan(40_000);
  const later = bench.later(8 * 86_400_000);
  bench.receiver.clear();
  refuseOver(1_000_000);
  setLargeFeed('b');
  const ref = await bench.startRun(job.id);
  await createWorkHandlers(later).run(ref, workOptions());
  expect(batchesOf().map(({ rawBody }) => rawBody.length > 40_000)).toEqual([true, true]);
});

test('a limit that the receiver states is used as it is', async () => {
  const job = await makeJob();
  setLargeFeed('a');
  bench.receiver.answerWith(({ rawBody }) =>
    rawBody.length > 45_000 ? { status: 413, body: JSON.stringify({ maxBytes: 45_000 }) } : {},
  );
  expect(await bench.runNow(job.id)).toMatchObject({ outcome: 'succeeded' });
  expect((await bench.storedJob(job.id)).bodyLimit?.maxBytes).toBe(45_000);
  expect(refused(45_000)).toBe(1);
});

test('a batch never has more bytes than the destination allows, and a larger row goes alone', async () => {
  const job = await makeJob({ maxBatchBytes: 20_000 });
  const large = { guid: 'large', title: 'large', description: 'x'.repeat(50_000) };
  const small = (index: number) => ({ guid: `${index}`, title: `T${index}`, description: 'x'.repeat(900) });
  bench.setFeed([...Array.from({ length: 30 }, (_, index) => small(index)), large, small(30)]);
  refuseOver(1_000_000);
  expect(await bench.runNow(job.id)).toMatchObject({
    outcome: 'succeeded',
    counts: { valid: 32, rowsAcknowledged: 32 },
  });
  const sizes = batchesOf().map(({ json, rawBody }) => [
    rawBody.length,
    (json as { data: { rows: unknown[] } }).data.rows.length,
  ]);
  for (const [bytes, rows] of sizes) if (rows !== 1) expect(bytes).toBeLessThanOrEqual(20_000);
  expect(Math.max(...sizes.map(([bytes]) => bytes!))).toBeGreaterThan(50_000);
  // The limit is used well: the batches before the large row are nearly full.
  expect(Math.max(...sizes.filter(([, rows]) => rows !== 1).map(([bytes]) => bytes!))).toBeGreaterThan(
    18_500,
  );
});

test('a single row that is too large fails alone', async () => {
  bench.setFeed([
    { guid: '1', title: 'small' },
    { guid: '2', title: 'large', description: 'x'.repeat(5000) },
  ]);
  refuseOver(3000);
  const run = await bench.runNow((await makeJob()).id);
  expect(run).toMatchObject({ outcome: 'failed', counts: { batchesFailed: 1, rowsAcknowledged: 1 } });
  expect([...accepted(3000).keys()]).toEqual(['small']);
});

test('a worker that dies before the refused batch is discarded repeats no row', async () => {
  setFeed();
  refuseOver(3000);
  const job = await makeJob();
  const ref = await bench.startRun(job.id);
  const [reached, never] = [createGate(), createGate()];
  const mortal = interceptOperations(bench.context, async (name, proceed) => {
    if (name === 'deliveries.recordAttempt') {
      reached.open();
      await never.opened;
    }
    return proceed();
  });
  const first = createWorkHandlers(mortal).run(ref, workOptions());
  await reached.opened;
  // The receiver would take the whole batch now, but its halves are stored.
  bench.receiver.clear();
  refuseOver(1_000_000);
  const later = bench.later(120_000);
  await createWorkHandlers(later).run(ref, workOptions());
  expect(await bench.run(ref.runId)).toMatchObject({
    outcome: 'succeeded',
    counts: { rowsAcknowledged: 30 },
  });
  const ids = accepted(1_000_000);
  expect([...ids.keys()].sort()).toEqual([...TITLES].sort());
  expect([...ids.values()].every(({ size }) => size === 1)).toBe(true);
  never.open();
  await first;
});

test('a replayed batch is split too', async () => {
  setFeed();
  refuseOver(1_000_000);
  const run = await bench.runNow((await makeJob()).id);
  const [batch] = await bench.deliveries(run.id);
  bench.receiver.clear();
  refuseOver(3000);
  await replayDelivery(bench.context, bench.caller, { deliveryId: batch!.id });
  await bench.queue.runDue(createWorkHandlers(bench.context), bench.context.now);
  expect([...accepted(3000).keys()].sort()).toEqual([...TITLES].sort());
});

test('a replay that was split is not sent again while its halves wait', async () => {
  setFeed();
  refuseOver(1_000_000);
  const run = await bench.runNow((await makeJob()).id);
  const [batch] = await bench.deliveries(run.id);
  const replay = () => replayDelivery(bench.context, bench.caller, { deliveryId: batch!.id });
  const work = () => bench.queue.runDue(createWorkHandlers(bench.context), bench.context.now);
  bench.receiver.answerWith(({ rawBody }) => ({ status: rawBody.length > 3000 ? 413 : 503 }));
  await replay();
  await work();
  await expect(replay()).rejects.toMatchObject({ code: 'run_not_replayable' });
});
