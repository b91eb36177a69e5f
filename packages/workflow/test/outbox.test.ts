import { interceptOperations } from '@inlet/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  type Context,
  cancelRun,
  changeTemplate,
  createWorkHandlers,
  type RunRef,
  replayDelivery,
  replayRun,
} from '../src/index.js';
import { type EngineBench, startEngineBench, workOptions } from './engine-bench.js';

let bench: EngineBench;

beforeAll(async () => {
  bench = await startEngineBench({ keepAcknowledgedMs: DAY_MS });
});
afterAll(() => bench.close());
beforeEach(() => {
  bench.receiver.clear();
  bench.receiver.answerWith({});
});

const DAY_MS = 86_400_000;
const items = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ guid: `${index}`, title: `T${index}` }));
const handlers = (context: Context = bench.context) => createWorkHandlers(context);

/** Imports `count` items, from the start of the run to the last acknowledgement. */
async function importItems(count: number, changes: object = {}) {
  bench.setFeed(items(count));
  const job = await bench.makeJob(changes);
  const ids = await bench.startRun(job.id);
  await handlers().run(ids, workOptions());
  return { ...ids, jobId: job.id };
}
const sendClosing = async ({ projectId, runId }: RunRef) => {
  const { closingDeliveryId: deliveryId } = await bench.storedRun(runId);
  await handlers().delivery({ projectId, deliveryId }, workOptions());
};

test('deliveries are removed with their bodies when they have been kept long enough', async () => {
  const { store } = bench.context;
  const { projectId, ...ids } = await importItems(25);
  const deliveries = await bench.deliveries(ids.runId);
  expect(deliveries.map(({ status }) => status)).toEqual(Array.from({ length: 4 }, () => 'acknowledged'));
  await handlers(bench.later(DAY_MS - 60_000)).maintain(workOptions());
  expect(await bench.deliveries(ids.runId)).toHaveLength(4);
  await handlers(bench.later(DAY_MS + 60_000)).maintain(workOptions());
  expect(await bench.deliveries(ids.runId)).toEqual([]);
  const bodies = await Promise.all(
    deliveries.map(({ id }) => store.deliveries.body({ projectId, deliveryId: id })),
  );
  expect(bodies).toEqual([null, null, null, null]);
  expect((await bench.run(ids.runId)).counts).toMatchObject({ batchesAcknowledged: 3, rowsAcknowledged: 25 });
  const replay = replayRun(bench.context, bench.caller, { runId: ids.runId });
  await expect(replay).rejects.toMatchObject({ code: 'run_not_replayable' });
});

test('a waiting run can be cancelled, and its deliveries expire', async () => {
  bench.setFeed(items(25));
  bench.receiver.answerWith({ status: 503 });
  const ids = await bench.startRun((await bench.makeJob()).id);
  await handlers().run(ids, workOptions());
  await cancelRun(bench.context, bench.caller, { runId: ids.runId });
  await handlers().run(ids, workOptions());
  expect(await bench.run(ids.runId)).toMatchObject({ outcome: 'cancelled' });
  expect((await bench.deliveries(ids.runId)).map(({ status }) => status)).toEqual(
    Array.from({ length: 3 }, () => 'discarded'),
  );
  await handlers(bench.later(31 * DAY_MS)).maintain(workOptions());
  expect(await bench.deliveries(ids.runId)).toEqual([]);
});

test('a run that is cancelled just before it waits does not wait', async () => {
  bench.setFeed(items(1));
  bench.receiver.answerWith({ status: 503 });
  const ids = await bench.startRun((await bench.makeJob()).id);
  const racing = interceptOperations(bench.context, async (name, proceed) => {
    if (name === 'runs.endLease') await cancelRun(bench.context, bench.caller, { runId: ids.runId });
    return proceed();
  });
  const result = await handlers(racing).run(ids, workOptions());
  expect(result?.againAt.getTime()).toBeLessThanOrEqual(Date.now());
  await handlers().run(ids, workOptions());
  expect(await bench.run(ids.runId)).toMatchObject({ outcome: 'cancelled' });
});

test('replaying the remaining deliveries of a run keeps the counts of the expired ones', async () => {
  bench.receiver.answerWith(({ json }) => {
    const { data } = json as { data: { batch?: { number: number } } };
    return data.batch?.number === 2 ? { status: 422 } : {};
  });
  const ids = await importItems(25);
  const before = (await bench.run(ids.runId)).counts;
  expect(before).toMatchObject({ batchesAcknowledged: 2, batchesFailed: 1, rowsAcknowledged: 15 });
  await handlers(bench.later(2 * DAY_MS)).maintain(workOptions());
  bench.receiver.answerWith({});
  const [failed] = (await bench.deliveries(ids.runId)).filter(({ status }) => status === 'failed');
  const deliveryId = failed?.id ?? '';
  await replayDelivery(bench.context, bench.caller, { deliveryId });
  await handlers().delivery({ projectId: ids.projectId, deliveryId }, workOptions());
  expect((await bench.deliveries(ids.runId)).map(({ status }) => status)).toContain('acknowledged');
  expect((await bench.run(ids.runId)).counts).toEqual(before);
});

test('a delivery that can never be sent becomes failed, with the reason', async () => {
  const template = await bench.makeTemplate();
  bench.receiver.answerWith(({ json }) =>
    (json as { type: string }).type === 'import.records' ? {} : { status: 503 },
  );
  const { projectId, runId } = await importItems(1, { templateId: template.id });
  const change = { templateId: template.id, patch: { destination: null }, isForced: false };
  await changeTemplate(bench.context, bench.caller, change);
  await sendClosing({ projectId, runId });
  const closing = (await bench.deliveries(runId)).at(-1);
  expect(closing).toMatchObject({ type: 'import.completed', status: 'failed', nextAttemptAt: null });
  expect(closing?.attempts).toMatchObject([
    { status: 503 },
    { status: null, error: { code: 'template_no_destination' } },
  ]);
});

test('rows that the receiver rejects again in a replay are listed once', async () => {
  bench.receiver.answerWith(({ json }) => {
    const { data } = json as { data: { rows?: { rowKey: string }[] } };
    const results = data.rows?.map(({ rowKey }) => ({ rowKey, status: 'rejected', errors: ['no'] }));
    return { body: { results: results?.slice(0, 2) ?? [] } };
  });
  const { projectId, runId } = await importItems(25);
  const issues = await bench.issues(runId);
  expect(issues.map(({ record }) => record)).toEqual([1, 2, 11, 12, 21, 22]);
  await replayRun(bench.context, bench.caller, { runId });
  for (const { id } of await bench.deliveries(runId))
    await handlers().delivery({ projectId, deliveryId: id }, workOptions());
  expect(await bench.issues(runId)).toEqual(issues);
  expect((await bench.run(runId)).counts).toMatchObject({ rowsRejected: 6, issues: 6, rowsAcknowledged: 19 });
});

test('work on a leased run is due again when the lease ends', async () => {
  const { store, settings } = bench.context;
  bench.setFeed(items(1));
  const ids = await bench.startRun((await bench.makeJob()).id);
  const now = new Date();
  const leaseUntil = new Date(now.getTime() + settings.leaseMs);
  await store.runs.acquireLease(ids, { owner: 'one that dies', now, leaseUntil });
  expect(await handlers().run(ids, workOptions())).toEqual({ againAt: leaseUntil });
  expect(await handlers(bench.later(settings.leaseMs + 1000)).run(ids, workOptions())).toBeNull();
  expect(await bench.run(ids.runId)).toMatchObject({ outcome: 'succeeded' });
});

test('a tick that is queued behind a run that ends at the same moment comes at once', async () => {
  const { projectId } = bench.caller;
  bench.setFeed(items(1));
  const { id: jobId, externalUserId } = await bench.makeJob({ overlap: 'queue' });
  const ids = await bench.startRun(jobId);
  await bench.changeJob(jobId, { nextRunAt: new Date(Date.now() - 1000) });
  // The run ends between the two writes that queue the tick behind it.
  const racing = interceptOperations(bench.context, async (name, proceed) => {
    const result = await proceed();
    if (name === 'jobs.moveTick') await handlers().run(ids, workOptions());
    return result;
  });
  const work = { projectId, jobId, externalUserId };
  const result = await handlers(racing).tick(work, workOptions());
  expect(await bench.run(ids.runId)).toMatchObject({ outcome: 'succeeded' });
  expect(result?.againAt.getTime()).toBeLessThanOrEqual(Date.now());
  await handlers().tick(work, workOptions());
  expect(await bench.runsOf(jobId)).toMatchObject([
    { trigger: 'schedule', outcome: 'unchanged' },
    { trigger: 'api', outcome: 'succeeded' },
  ]);
  expect(Date.parse((await bench.job(jobId)).nextRunAt ?? '')).toBeGreaterThan(Date.now());
});
