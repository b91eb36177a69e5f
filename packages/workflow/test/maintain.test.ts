import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createWorkHandlers } from '../src/index.js';
import { type EngineBench, startEngineBench, workOptions } from './engine-bench.js';

const MINUTE_MS = 60_000;

let bench: EngineBench;

beforeAll(async () => {
  bench = await startEngineBench({
    leaseMs: MINUTE_MS,
    deliveryTimeoutMs: 1000,
    keepAcknowledgedMs: MINUTE_MS,
  });
});
afterAll(() => bench.close());
beforeEach(() => {
  bench.receiver.answerWith({});
  bench.setFeed([{ guid: 'a', title: 'A' }]);
});

const maintainIn = (ms: number, options = workOptions()) =>
  createWorkHandlers(bench.later(ms)).maintain(options);
const dueTime = (key: string) => bench.queue.dueTimes.get(key);

/** Removes everything from the queue, as a database restored from a backup may have lost it. */
async function loseQueue(): Promise<void> {
  const idle = async () => null;
  const handlers = { tick: idle, run: idle, delivery: idle, maintain: async () => {} };
  await bench.queue.runDue(handlers, () => new Date(8.64e15));
}

test('a run that no queue entry wakes is queued after the time of a lease', async () => {
  const { runId } = await bench.startRun((await bench.makeJob()).id);
  await loseQueue();
  await maintainIn(MINUTE_MS / 2);
  expect(dueTime(`run ${runId}`)).toBeUndefined();
  await maintainIn(2 * MINUTE_MS);
  expect(dueTime(`run ${runId}`)).toBeDefined();
});

test('a leased run is left to its worker', async () => {
  const { projectId, runId } = await bench.startRun((await bench.makeJob()).id);
  const leaseUntil = new Date(Date.now() + 10 * MINUTE_MS);
  await bench.context.store.runs.acquireLease(
    { projectId, runId },
    { owner: 'w', now: new Date(), leaseUntil },
  );
  await loseQueue();
  await maintainIn(3 * MINUTE_MS);
  expect(dueTime(`run ${runId}`)).toBeUndefined();
});

test('an overdue job gets its tick again; others keep theirs', async () => {
  const [overdue, future] = [await bench.makeJob(), await bench.makeJob()];
  await bench.changeJob(overdue.id, { nextRunAt: new Date() });
  await loseQueue();
  await maintainIn(2 * MINUTE_MS);
  expect(dueTime(`tick ${overdue.id}`)).toBeDefined();
  expect(dueTime(`tick ${future.id}`)).toBeUndefined();
});

test('a pending delivery of a finished run is queued again', async () => {
  bench.receiver.answerWith(({ json }) =>
    (json as { type: string }).type === 'import.records' ? {} : { status: 503 },
  );
  const { id } = await bench.runNow((await bench.makeJob()).id);
  const { closingDeliveryId } = await bench.storedRun(id);
  await loseQueue();
  await maintainIn(60 * MINUTE_MS);
  expect(dueTime(`delivery ${closingDeliveryId}`)).toBeDefined();
});

test('expired deliveries are removed, more of them than in one round', async () => {
  const template = await bench.makeTemplate({ destination: { url: bench.receiver.url, rowsPerBatch: 1 } });
  bench.setFeed(Array.from({ length: 230 }, (_, index) => ({ guid: `${index}`, title: `T${index}` })));
  const { id } = await bench.runNow((await bench.makeJob({ templateId: template.id })).id);
  const { projectId } = bench.caller;
  const count = async () => {
    const summary = await bench.context.store.deliveries.summarize({ projectId, runId: id });
    return summary.acknowledged.batches;
  };
  expect(await count()).toBe(230);
  await maintainIn(2 * MINUTE_MS, { signal: AbortSignal.abort() });
  expect(await count()).toBe(230);
  await maintainIn(2 * MINUTE_MS);
  expect(await count()).toBe(0);
});
