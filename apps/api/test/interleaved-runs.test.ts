import { type Context, runImport } from '@inlet/workflow';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ImportBench, type Item, rss, startImportBench, waitFor } from './import-bench.js';

/** Without a worker: these tests are the workers, so that they decide who does what when. */
let bench: ImportBench;

beforeAll(async () => {
  bench = await startImportBench({ INLET_ROLE: 'api' });
});
afterAll(() => bench.close());
beforeEach(() => {
  bench.receiver.clear();
  bench.receiver.answerWith({});
});

/** Every fourth one has an issue. */
const items = (count: number): Item[] =>
  Array.from({ length: count }, (_, index) => ({
    guid: `${index}`,
    title: `T${index}`,
    price: index % 4 === 0 ? 'much' : '1',
  }));
const columns = [
  { key: 'title', name: 'Title', required: true },
  { key: 'price', name: 'Price', type: 'number', severity: 'warning' },
];

/** Something that waits until it is told to go on. */
function gate() {
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

type Store = Omit<Context['store'], 'ping'>;
/** An operation of the store. */
type Stop = { [Part in keyof Store]: { part: Part; operation: keyof Store[Part] } }[keyof Store];

/** A worker that stands still before one operation of the store until it is let go, as a paused machine does. */
function pausedIn(
  context: Context,
  { part, operation, until }: Stop & { until: () => Promise<void> },
): Context {
  const operations: Record<string, unknown> = { ...context.store[part] };
  const original = operations[operation] as (...args: unknown[]) => Promise<unknown>;
  const paused = async (...args: unknown[]) => {
    await until();
    return original(...args);
  };
  return { ...context, store: { ...context.store, [part]: { ...operations, [operation]: paused } } };
}

/** The same process two minutes later, when every lease of now has passed. */
const later = (context: Context): Context => ({
  ...context,
  now: () => new Date(context.now().getTime() + 120_000),
});

async function startRun(jobId: string): Promise<{ projectId: string; runId: string }> {
  const { json } = await bench.call('POST', `/v1/import-jobs/${jobId}/run`, { body: {} });
  return { projectId: bench.project.projectId, runId: json.id };
}

const options = () => ({ signal: new AbortController().signal });
const work = (context: Context, ids: { projectId: string; runId: string }) =>
  runImport(context, ids, options());
/** Works on a run until it comes to an operation; `goesOn` lets it go and gives what it makes of the run. */
async function workUntil(ids: { projectId: string; runId: string }, stop: Stop) {
  const [reached, thaw] = [gate(), gate()];
  const until = () => {
    reached.open();
    return thaw.opened;
  };
  const result = work(pausedIn(bench.inlet.context, { ...stop, until }), ids);
  await reached.opened;
  const goesOn = () => {
    thaw.open();
    return result;
  };
  return { goesOn };
}

const titles = () => bench.rows().map(({ values }) => String(values?.title));
const heldOf = async ({ projectId, runId }: { projectId: string; runId: string }, runAttempt: number) => {
  const { items: all } = await bench.inlet.context.store.deliveries.listOfRun(projectId, {
    runId,
    limit: 200,
  });
  return all.filter((delivery) => delivery.runAttempt === runAttempt && delivery.status === 'staged');
};

async function makeJob() {
  const template = await bench.makeTemplate({
    columns,
    destination: { url: bench.receiver.url, rowsPerBatch: 100 },
  });
  return bench.makeJob({
    templateId: template.id,
    mapping: [
      { column: 'title', path: 'title' },
      { column: 'price', path: 'price' },
    ],
    guardRails: { maxInvalidPercent: 100 },
  });
}

/** A feed whose first answers come in two halves, the second when its gate opens. */
function setSlowFeed(all: readonly Item[], gates: readonly { opened: Promise<void> }[]): void {
  const text = rss(all);
  const middle = text.indexOf('<item>', Math.floor(text.length / 2));
  const waiting = [...gates];
  bench.site.route('/feed.xml', async (_request, response) => {
    response.write(text.slice(0, middle));
    await waiting.shift()?.opened;
    response.end(text.slice(middle));
  });
}

test('batches and issues that come late from a worker that lost the run are not part of it', async () => {
  const { context } = bench.inlet;
  const [first, second, thaw] = [gate(), gate(), gate()];
  let isFrozen = false;
  setSlowFeed(items(2400), [first, second]);
  const ids = await startRun((await makeJob()).id);

  const frozen = pausedIn(context, {
    part: 'runs',
    operation: 'update',
    until: () => (isFrozen ? thaw.opened : Promise.resolve()),
  });
  const lost = work(frozen, ids);
  await waitFor(
    () => heldOf(ids, 1),
    (held) => held.length > 0,
  );
  isFrozen = true;
  const taken = work(later(context), ids);
  await waitFor(
    () => heldOf(ids, 2),
    (held) => held.length > 0,
  );
  const { length: before } = await heldOf(ids, 1);
  first.open();
  await waitFor(
    () => heldOf(ids, 1),
    (held) => held.length > before + 8,
  );
  second.open();
  expect(await taken).toMatchObject({ kind: 'ended' });
  thaw.open();
  expect(await lost).toEqual({ kind: 'not_leased' });

  expect(titles().toSorted()).toEqual(
    items(2400)
      .map(({ title }) => title)
      .toSorted(),
  );
  const run = await bench.run(ids.runId);
  expect(run).toMatchObject({
    outcome: 'succeeded_with_issues',
    counts: { records: 2400, batches: 24, batchesAcknowledged: 24, rowsAcknowledged: 2400, issues: 600 },
  });
  const csv = await bench.call('GET', `/v1/runs/${ids.runId}/issues?format=csv`);
  const records = csv.text
    .trim()
    .split('\r\n')
    .slice(1)
    .map((line) => Number(line.split(',')[0]));
  expect(records).toEqual(Array.from({ length: 600 }, (_, index) => index * 4 + 1));
  const deliveries = (await bench.deliveries(ids.runId)).filter(({ type }) => type === 'import.records');
  expect(deliveries.map(({ number, status }) => [number, status])).toEqual(
    Array.from({ length: 24 }, (_, index) => [index + 1, 'acknowledged']),
  );
});

test('what a worker that lost the run found does not count as sent', async () => {
  const { context } = bench.inlet;
  const job = await makeJob();
  bench.setFeed(items(9));
  const ids = await startRun(job.id);
  const lost = await workUntil(ids, { part: 'itemStates', operation: 'save' });
  bench.setFeed(items(8));
  expect(await work(later(context), ids)).toMatchObject({ kind: 'ended' });
  expect(await lost.goesOn()).toEqual({ kind: 'not_leased' });
  expect(titles()).toHaveLength(8);

  bench.receiver.clear();
  bench.setFeed(items(9));
  expect(await work(context, await startRun(job.id))).toMatchObject({ kind: 'ended' });
  expect(titles()).toEqual(['T8']);
});

/** The closing events of a run in the outbox, by type. */
const closingOf = async (runId: string) =>
  (await bench.deliveries(runId)).filter(({ type }) => type !== 'import.records').map(({ type }) => type);

test.each<[string, Stop]>([
  ['its closing event was stored', { part: 'deliveries', operation: 'insert' }],
  ['its job was free', { part: 'jobs', operation: 'endActiveRun' }],
  ['it was marked', { part: 'itemStates', operation: 'remove' }],
] as const)(
  'a run that failed before %s stays failed, whatever the next worker could make of it',
  async (_when, stop) => {
    const job = await makeJob();
    bench.site.route('/feed.xml', { status: 404 });
    const ids = await startRun(job.id);
    const lost = await workUntil(ids, stop);
    bench.setFeed(items(9));
    expect(await work(later(bench.inlet.context), ids)).toMatchObject({ kind: 'ended' });
    expect(await lost.goesOn()).toEqual({ kind: 'not_leased' });
    expect(await bench.run(ids.runId)).toMatchObject({
      outcome: 'failed',
      error: { code: 'source_not_found' },
      counts: { records: 0, batches: 0 },
    });
    expect(await closingOf(ids.runId)).toEqual(['import.failed']);
    expect(await bench.job(job.id)).toMatchObject({ activeRunId: null, failuresInARow: 1 });
    expect(titles()).toEqual([]);
  },
);

test('rows that are taken back stay taken back where a worker dies in the middle of it', async () => {
  const { context } = bench.inlet;
  const job = await makeJob();
  bench.setFeed(items(9));
  bench.receiver.answerWith({ status: 410 });
  const ids = await startRun(job.id);
  const lost = await workUntil(ids, { part: 'jobs', operation: 'endActiveRun' });
  bench.receiver.answerWith({});
  bench.receiver.clear();
  expect(await work(later(context), ids)).toMatchObject({ kind: 'ended' });
  expect(await lost.goesOn()).toEqual({ kind: 'not_leased' });
  expect(await bench.run(ids.runId)).toMatchObject({ outcome: 'failed', error: { code: 'delivery_gone' } });
  expect(await closingOf(ids.runId)).toEqual(['import.failed']);
  expect(titles()).toEqual([]);
  expect(await work(context, await startRun(job.id))).toMatchObject({ kind: 'ended' });
  expect(titles()).toHaveLength(9);
});

test('a run whose worker died after its job was free is kept, also when the next one is over before', async () => {
  const { context } = bench.inlet;
  const job = await makeJob();
  bench.setFeed(items(9));
  const ids = await startRun(job.id);
  const lost = await workUntil(ids, { part: 'itemStates', operation: 'remove' });
  bench.setFeed(items(10));
  const next = await startRun(job.id);
  expect(await work(context, next)).toMatchObject({ kind: 'ended' });
  expect(await work(later(context), ids)).toMatchObject({ kind: 'ended' });
  expect(await lost.goesOn()).toEqual({ kind: 'not_leased' });
  expect(await bench.run(ids.runId)).toMatchObject({
    outcome: 'succeeded_with_issues',
    counts: { created: 9, rowsAcknowledged: 9 },
  });
  expect(await bench.run(next.runId)).toMatchObject({ counts: { created: 1, unchanged: 9 } });
  expect(await bench.job(job.id)).toMatchObject({ lastRun: { runId: next.runId }, knownItems: 10 });
  expect(await closingOf(ids.runId)).toEqual(['import.completed']);
  expect(await work(context, await startRun(job.id))).toMatchObject({ kind: 'ended' });
  expect(titles()).toHaveLength(10);
});
