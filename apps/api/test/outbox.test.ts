import { type Context, createWorkHandlers } from '@inlet/workflow';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ImportBench, startImportBench } from './import-bench.js';

/** Without a worker: the tests do its work, when they want to. */
let bench: ImportBench;

beforeAll(async () => {
  bench = await startImportBench({ INLET_ROLE: 'api', INLET_KEEP_DELIVERED_DAYS: '1' });
});
afterAll(() => bench.close());
beforeEach(() => {
  bench.receiver.clear();
  bench.receiver.answerWith({});
});

const DAY_MS = 86_400_000;
const items = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ guid: `${index}`, title: `T${index}` }));
const options = () => ({ signal: new AbortController().signal });
const after = (ms: number): Context => {
  const { context } = bench.inlet;
  return { ...context, now: () => new Date(context.now().getTime() + ms) };
};
const handlers = (context: Context = bench.inlet.context) => createWorkHandlers(context);

async function startRun(jobId: string): Promise<{ projectId: string; runId: string }> {
  const { json } = await bench.call('POST', `/v1/import-jobs/${jobId}/run`, { body: {} });
  return { projectId: bench.project.projectId, runId: json.id };
}

/** A run over so many items, from its start to its last acknowledgement. */
async function importItems(count: number, changes: object = {}) {
  bench.setFeed(items(count));
  const job = await bench.makeJob(changes);
  const ids = await startRun(job.id);
  await handlers().run(ids, options());
  return { ...ids, jobId: job.id };
}
const sendClosing = async ({ projectId, runId }: { projectId: string; runId: string }) => {
  const run = await bench.inlet.context.store.runs.get(projectId, runId);
  await handlers().delivery({ projectId, deliveryId: run?.closingDeliveryId ?? '' }, options());
};

test('deliveries are removed with their bodies when they have been kept long enough', async () => {
  const { store } = bench.inlet.context;
  const { projectId, ...ids } = await importItems(25);
  const deliveries = await bench.deliveries(ids.runId);
  expect(deliveries.map(({ status }) => status)).toEqual(Array.from({ length: 4 }, () => 'acknowledged'));
  await handlers(after(DAY_MS - 60_000)).maintain(options());
  expect(await bench.deliveries(ids.runId)).toHaveLength(4);
  await handlers(after(DAY_MS + 60_000)).maintain(options());
  expect(await bench.deliveries(ids.runId)).toEqual([]);
  const bodies = await Promise.all(deliveries.map(({ id }) => store.deliveries.body(projectId, id)));
  expect(bodies).toEqual([null, null, null, null]);
  expect((await bench.run(ids.runId)).counts).toMatchObject({ batchesAcknowledged: 3, rowsAcknowledged: 25 });
  const replay = await bench.call('POST', `/v1/runs/${ids.runId}/replay`);
  expect([replay.status, replay.json.code]).toEqual([409, 'run_not_replayable']);
});

test('a run that waits can be cancelled, and leaves none of its deliveries for ever', async () => {
  bench.setFeed(items(25));
  bench.receiver.answerWith({ status: 503 });
  const ids = await startRun((await bench.makeJob()).id);
  await handlers().run(ids, options());
  await bench.call('POST', `/v1/runs/${ids.runId}/cancel`);
  await handlers().run(ids, options());
  expect(await bench.run(ids.runId)).toMatchObject({ outcome: 'cancelled' });
  expect((await bench.deliveries(ids.runId)).map(({ status }) => status)).toEqual(
    Array.from({ length: 3 }, () => 'discarded'),
  );
  await handlers(after(31 * DAY_MS)).maintain(options());
  expect(await bench.deliveries(ids.runId)).toEqual([]);
});

test('a run that is cancelled as it begins to wait does not wait', async () => {
  const { context } = bench.inlet;
  bench.setFeed(items(1));
  bench.receiver.answerWith({ status: 503 });
  const ids = await startRun((await bench.makeJob()).id);
  const endLease: Context['store']['runs']['endLease'] = async (...args) => {
    await bench.call('POST', `/v1/runs/${ids.runId}/cancel`);
    await context.store.runs.endLease(...args);
  };
  const racing = { ...context, store: { ...context.store, runs: { ...context.store.runs, endLease } } };
  const result = await handlers(racing).run(ids, options());
  expect(result?.againAt.getTime()).toBeLessThanOrEqual(Date.now());
  await handlers().run(ids, options());
  expect(await bench.run(ids.runId)).toMatchObject({ outcome: 'cancelled' });
});

test('a replay of what is left of a run does not make it forget what it had sent before', async () => {
  bench.receiver.answerWith(({ json }) => {
    const { data } = json as { data: { batch?: { number: number } } };
    return data.batch?.number === 2 ? { status: 422 } : {};
  });
  const ids = await importItems(25);
  const before = (await bench.run(ids.runId)).counts;
  expect(before).toMatchObject({ batchesAcknowledged: 2, batchesFailed: 1, rowsAcknowledged: 15 });
  await handlers(after(2 * DAY_MS)).maintain(options());
  bench.receiver.answerWith({});
  const [failed] = (await bench.deliveries(ids.runId)).filter(({ status }) => status === 'failed');
  await bench.call('POST', `/v1/deliveries/${failed?.id}/replay`);
  await handlers().delivery({ projectId: ids.projectId, deliveryId: failed?.id ?? '' }, options());
  expect((await bench.deliveries(ids.runId)).map(({ status }) => status)).toContain('acknowledged');
  expect((await bench.run(ids.runId)).counts).toEqual(before);
});

test('a delivery that can never be sent is given up, and says why', async () => {
  const template = await bench.makeTemplate();
  bench.receiver.answerWith(({ json }) =>
    (json as { type: string }).type === 'import.records' ? {} : { status: 503 },
  );
  const { projectId, runId } = await importItems(1, { templateId: template.id });
  await bench.call('PATCH', `/v1/templates/${template.id}`, { body: { destination: null } });
  await sendClosing({ projectId, runId });
  const closing = (await bench.deliveries(runId)).at(-1);
  expect(closing).toMatchObject({ type: 'import.completed', status: 'failed', nextAttemptAt: null });
  expect(closing?.attempts).toMatchObject([
    { status: 503 },
    { status: null, error: { code: 'template_no_destination' } },
  ]);
});

test('rows that the receiver refuses again, as their batch comes again, are listed once', async () => {
  bench.receiver.answerWith(({ json }) => {
    const { data } = json as { data: { rows?: { rowKey: string }[] } };
    const results = data.rows?.map(({ rowKey }) => ({ rowKey, status: 'rejected', errors: ['no'] }));
    return { body: { results: results?.slice(0, 2) ?? [] } };
  });
  const { projectId, runId } = await importItems(25);
  const issues = await bench.issues(runId);
  expect(issues.map(({ record }) => record)).toEqual([1, 2, 11, 12, 21, 22]);
  await bench.call('POST', `/v1/runs/${runId}/replay`);
  for (const { id } of await bench.deliveries(runId))
    await handlers().delivery({ projectId, deliveryId: id }, options());
  expect(await bench.issues(runId)).toEqual(issues);
  expect((await bench.run(runId)).counts).toMatchObject({ rowsRejected: 6, issues: 6, rowsAcknowledged: 19 });
});

test('work on a run that somebody holds comes again when that hold ends', async () => {
  const { store, settings } = bench.inlet.context;
  bench.setFeed(items(1));
  const ids = await startRun((await bench.makeJob()).id);
  const now = new Date();
  const leaseUntil = new Date(now.getTime() + settings.leaseMs);
  await store.runs.acquireLease(ids.projectId, ids.runId, { owner: 'one that dies', now, leaseUntil });
  expect(await handlers().run(ids, options())).toEqual({ againAt: leaseUntil });
  expect(await handlers(after(settings.leaseMs + 1000)).run(ids, options())).toBeNull();
  expect(await bench.run(ids.runId)).toMatchObject({ outcome: 'succeeded' });
});

test('a tick that was to wait for a run comes at once where that run is over just before', async () => {
  const { context } = bench.inlet;
  const { projectId } = bench.project;
  bench.setFeed(items(1));
  const { id: jobId, externalUserId } = await bench.makeJob({ overlap: 'queue' });
  const ids = await startRun(jobId);
  const dueAt = new Date(Date.now() - 1000);
  await context.store.jobs.change(projectId, jobId, { changes: { nextRunAt: dueAt }, now: dueAt });
  /** The run ends between the two writes that put the tick behind it. */
  const moveTick: Context['store']['jobs']['moveTick'] = async (...args) => {
    const isPassed = await context.store.jobs.moveTick(...args);
    await handlers().run(ids, options());
    return isPassed;
  };
  const racing = { ...context, store: { ...context.store, jobs: { ...context.store.jobs, moveTick } } };
  const work = { projectId, jobId, externalUserId };
  const result = await handlers(racing).tick(work, options());
  expect(await bench.run(ids.runId)).toMatchObject({ outcome: 'succeeded' });
  expect(result?.againAt.getTime()).toBeLessThanOrEqual(Date.now());
  await handlers().tick(work, options());
  const { json } = await bench.call('GET', `/v1/import-jobs/${jobId}/runs`);
  expect(json.items).toMatchObject([
    { trigger: 'schedule', outcome: 'unchanged' },
    { trigger: 'api', outcome: 'succeeded' },
  ]);
  expect(Date.parse((await bench.job(jobId)).nextRunAt ?? '')).toBeGreaterThan(Date.now());
});
