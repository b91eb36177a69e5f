import { interceptOperations } from '@inlet/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Context, cancelRun, createWorkHandlers, type RunRef, removeJob } from '../src/index.js';
import { type EngineBench, startEngineBench, workOptions } from './engine-bench.js';

let bench: EngineBench;

beforeAll(async () => {
  bench = await startEngineBench();
});
afterAll(() => bench.close());
beforeEach(() => {
  bench.receiver.clear();
  bench.receiver.answerWith({});
  bench.setFeed([{ guid: 'a', title: 'A' }]);
});

const continueRun = (ref: RunRef, context: Context = bench.context, options = workOptions()) =>
  createWorkHandlers(context).run(ref, options);
const startRun = async (changes: object = {}) => bench.startRun((await bench.makeJob(changes)).id);

test('a run that is gone, or whose job is gone, needs no more work', async () => {
  const { projectId } = bench.caller;
  expect(await continueRun({ projectId, runId: 'run_missing' })).toBeNull();
  const job = await bench.makeJob();
  const ref = await bench.startRun(job.id);
  await removeJob(bench.context, bench.caller, { jobId: job.id });
  expect(await continueRun(ref)).toBeNull();
});

test('a run that its job never made active is removed', async () => {
  const job = await bench.makeJob();
  const { runId } = await bench.startRun(job.id);
  const orphan = { ...(await bench.storedRun(runId)), id: bench.context.newId('run') };
  await bench.context.store.runs.insert(orphan);
  expect(await continueRun({ projectId: orphan.projectId, runId: orphan.id })).toBeNull();
  expect((await bench.runsOf(job.id)).map(({ id }) => id)).toEqual([runId]);
});

test('a worker that is asked to stop requeues the run for now, with a new count of attempts', async () => {
  const ref = await startRun();
  const worker = new AbortController();
  const stopping = interceptOperations(bench.context, async (name, proceed) => {
    if (name === 'runs.update') worker.abort();
    return proceed();
  });
  const result = await continueRun(ref, stopping, { signal: worker.signal });
  expect(result!.againAt.getTime()).toBeLessThanOrEqual(Date.now());
  expect(await bench.storedRun(ref.runId)).toMatchObject({
    leaseOwner: null,
    attemptsSinceRequeue: 0,
    attempt: 1,
  });
  expect(await continueRun(ref)).toBeNull();
  expect(await bench.run(ref.runId)).toMatchObject({ outcome: 'succeeded' });
});

test('a worker comes back to a run of another one when its lease ends, and soon if a wrong clock made the lease', async () => {
  const ref = await startRun();
  const lease = (leaseUntil: Date) =>
    bench.context.store.runs.acquireLease(ref, { owner: 'another', now: new Date(), leaseUntil });
  const hoursAhead = new Date(Date.now() + 5 * 3_600_000);
  expect(await lease(hoursAhead)).not.toBeNull();
  const { leaseMs } = bench.context.settings;
  const result = await continueRun(ref);
  expect(result!.againAt.getTime()).toBeLessThanOrEqual(Date.now() + leaseMs);
  expect(result!.againAt.getTime()).toBeGreaterThan(Date.now());
});

test('after a fault the run is tried again some times, and then ends as interrupted', async () => {
  const ref = await startRun();
  const faulty = (ms: number) =>
    interceptOperations(bench.later(ms), async (name, proceed) => {
      if (name === 'issues.insertPage' || name === 'deliveries.insert') throw new Error('disk on fire');
      return proceed();
    });
  const before = bench.logged.length;
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    const result = await continueRun(ref, faulty(attempt * 20_000));
    expect(result!.againAt.getTime()).toBeGreaterThan(Date.now() + attempt * 20_000 + 10_000);
    expect(await bench.storedRun(ref.runId)).toMatchObject({
      attemptsSinceRequeue: attempt,
      outcome: 'running',
    });
  }
  expect(bench.logged.slice(before)).toEqual(
    Array.from({ length: 5 }, () => ({
      level: 'error',
      message: 'requeued a run after an unexpected error',
    })),
  );
  expect(await continueRun(ref, bench.later(200_000))).toBeNull();
  expect(await bench.run(ref.runId)).toMatchObject({ outcome: 'failed', error: { code: 'run_interrupted' } });
});

test('the phase of a run is stored with the write that decides on it', async () => {
  const ref = await startRun();
  const phases: Record<string, string> = {};
  const watched = interceptOperations(bench.context, async (name, proceed) => {
    phases[name] ??= (await bench.storedRun(ref.runId)).phase;
    return proceed();
  });
  await continueRun(ref, watched);
  expect(phases).toMatchObject({
    'runs.acquireLease': 'waiting',
    'deliveries.insert': 'ingest',
    'deliveries.release': 'release',
    'jobs.endActiveRun': 'finish',
  });
  expect((await bench.storedRun(ref.runId)).phase).toBe('done');
});

test('a worker that takes over a released run sends its batches without reading the source again', async () => {
  const ref = await startRun();
  const dying = interceptOperations(bench.context, async (name, proceed) => {
    if (name === 'deliveries.release') throw new Error('killed');
    return proceed();
  });
  await continueRun(ref, dying);
  expect(await bench.storedRun(ref.runId)).toMatchObject({ phase: 'release', outcome: 'running' });
  const fetched = bench.site.requests.length;
  await continueRun(ref, bench.later(20_000));
  expect(bench.site.requests).toHaveLength(fetched);
  expect(bench.rows()).toHaveLength(1);
  expect(await bench.run(ref.runId)).toMatchObject({ outcome: 'succeeded' });
});

test('a cancelled run ends without reading its source', async () => {
  const ref = await startRun();
  await cancelRun(bench.context, bench.caller, ref);
  const fetched = bench.site.requests.length;
  expect(await continueRun(ref)).toBeNull();
  expect(bench.site.requests).toHaveLength(fetched);
  expect(await bench.run(ref.runId)).toMatchObject({
    outcome: 'cancelled',
    error: { code: 'run_cancelled' },
  });
  expect(bench.events()).toEqual([]);
});

test('work on a finished run queues its closing event if that is still pending', async () => {
  bench.receiver.answerWith(({ json }) =>
    (json as { type: string }).type === 'import.records' ? {} : { status: 503 },
  );
  const ref = await startRun();
  await continueRun(ref);
  const { closingDeliveryId } = await bench.storedRun(ref.runId);
  const key = `delivery ${closingDeliveryId}`;
  const due = bench.queue.dueTimes.get(key);
  const at = new Date(Date.now() + 9_999_999);
  await bench.queue.setDelivery({ projectId: ref.projectId, deliveryId: closingDeliveryId, at });
  expect(await continueRun(ref)).toBeNull();
  expect(bench.queue.dueTimes.get(key)).toEqual(due);
});
