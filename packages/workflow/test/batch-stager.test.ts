import { createGate, interceptOperations } from '@inlet/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Context, type NewDelivery, type Run, runRef } from '../src/index.js';
import { createBatchStager } from '../src/outbox/batch-stager.js';
import { type EngineBench, startEngineBench } from './engine-bench.js';

let bench: EngineBench;
let run: Run;

beforeAll(async () => {
  bench = await startEngineBench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  const { id } = await bench.makeJob();
  run = { ...(await bench.storedRun((await bench.startRun(id)).runId)), stagedAttempt: 3 };
});

const batch = (number: number) => ({
  kind: 'batch' as const,
  rows: number,
  body: Buffer.from(`{"rowKey":"${number}"}`),
});
const nothing = () => {};

/** A context in which each write of a delivery waits for its gate. */
function gatedWrites(count: number) {
  const gates = Array.from({ length: count }, createGate);
  const started: number[] = [];
  const context = interceptOperations(bench.context, async (name, proceed, [deliveries]) => {
    if (name !== 'deliveries.insert') return proceed();
    const [{ delivery }] = deliveries as [NewDelivery];
    started.push(delivery.number);
    await gates[delivery.number - 1]?.opened;
    return proceed();
  });
  return { context, gates, started };
}

test('batches are numbered and stored as staged deliveries of the attempt', async () => {
  const stager = createBatchStager(bench.context, run);
  for (const number of [1, 2, 3]) await stager.add(batch(number), nothing);
  await stager.close();
  const { items } = await bench.context.store.deliveries.listOfRun(
    { projectId: run.projectId, runId: run.id },
    { limit: 10 },
  );
  expect(items).toMatchObject(
    [1, 2, 3].map((number) => ({
      number,
      rows: number,
      bytes: batch(number).body.length,
      status: 'staged',
      type: 'import.records',
      runAttempt: 3,
      templateId: run.templateId,
      nextAttemptAt: null,
    })),
  );
  const bodies = items.map(({ id }) =>
    bench.context.store.deliveries.body({ projectId: run.projectId, deliveryId: id }),
  );
  expect(await Promise.all(bodies)).toEqual([1, 2, 3].map((number) => batch(number).body));
});

test('batches that are never released expire', async () => {
  const expiries: (Date | null)[] = [];
  const now = new Date('2100-03-01T12:00:00.000Z');
  const watched: Context = interceptOperations(bench.context, async (_name, proceed, [deliveries]) => {
    expiries.push(...(deliveries as NewDelivery[]).map(({ expiresAt }) => expiresAt));
    return proceed();
  });
  const stager = createBatchStager({ ...watched, now: () => now }, run);
  await stager.add(batch(1), nothing);
  await stager.close();
  expect(expiries).toEqual([new Date(now.getTime() + bench.context.settings.keepFailedMs)]);
});

test('four batches are stored at a time, and a fifth waits for the first', async () => {
  const { context, gates, started } = gatedWrites(6);
  const stager = createBatchStager(context, run);
  for (const number of [1, 2, 3]) await stager.add(batch(number), nothing);
  let isFourthAdded = false;
  const fourth = Promise.resolve(stager.add(batch(4), nothing)).then(() => {
    isFourthAdded = true;
  });
  gates[1]?.open();
  gates[2]?.open();
  gates[3]?.open();
  // Once the other three are stored, only the first can still keep the fourth waiting.
  const { deliveries } = bench.context.store;
  await expect
    .poll(async () => (await deliveries.listOfRun(runRef(run), { limit: 10 })).items.length)
    .toBe(3);
  expect([started, isFourthAdded]).toEqual([[1, 2, 3, 4], false]);
  gates[0]?.open();
  await fourth;
  await stager.add(batch(5), nothing);
  gates[4]?.open();
  await stager.close();
  expect(started).toEqual([1, 2, 3, 4, 5]);
});

test('the memory of a batch is released once it is stored, and not before', async () => {
  const { context, gates } = gatedWrites(2);
  const released: number[] = [];
  const stager = createBatchStager(context, run);
  await stager.add(batch(1), () => released.push(1));
  await stager.add(batch(2), () => released.push(2));
  expect(released).toEqual([]);
  gates[1]?.open();
  await expect.poll(() => released).toEqual([2]);
  gates[0]?.open();
  await stager.close();
  expect(released).toEqual([2, 1]);
});

test('a batch that cannot be stored fails the run at the latest when it is closed, and keeps its memory', async () => {
  const failing = interceptOperations(bench.context, async () => {
    throw new Error('the disk is full');
  });
  const released: number[] = [];
  const stager = createBatchStager(failing, run);
  await stager.add(batch(1), () => released.push(1));
  await expect(stager.close()).rejects.toThrow('the disk is full');
  expect(released).toEqual([]);
});
