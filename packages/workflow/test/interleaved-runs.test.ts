import { createGate, type FeedItem, type Gate, interceptOperations, rssFeed, waitFor } from '@inlet/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Context, type RunRef, runImport, streamRunIssues } from '../src/index.js';
import { type EngineBench, startEngineBench, workOptions } from './engine-bench.js';

// The tests are the workers: they decide which worker does what when.

let bench: EngineBench;

beforeAll(async () => {
  bench = await startEngineBench();
});
afterAll(() => bench.close());
beforeEach(() => {
  bench.receiver.clear();
  bench.receiver.answerWith({});
});

/** Every fourth item has an issue. */
const items = (count: number): FeedItem[] =>
  Array.from({ length: count }, (_, index) => ({
    guid: `${index}`,
    title: `T${index}`,
    price: index % 4 === 0 ? 'much' : '1',
  }));
const columns = [
  { key: 'title', name: 'Title', required: true },
  { key: 'price', name: 'Price', type: 'number', severity: 'warning' },
];

/** A worker that stops before each operation of this name until `until` resolves, as a paused machine does. */
const pausedBefore = (operation: string, until: () => Promise<void>): Context =>
  interceptOperations(bench.context, async (name, proceed) => {
    if (name === operation) await until();
    return proceed();
  });

/** Two minutes later, when every current lease has expired. */
const later = () => bench.later(120_000);
const execute = (context: Context, ref: RunRef) => runImport(context, ref, workOptions());

/** Executes a run until it reaches an operation; `resume` continues and returns the result. */
async function executeUntil(ref: RunRef, operation: string) {
  const [reached, thaw] = [createGate(), createGate()];
  const until = () => {
    reached.open();
    return thaw.opened;
  };
  const result = execute(pausedBefore(operation, until), ref);
  await reached.opened;
  const resume = () => {
    thaw.open();
    return result;
  };
  return { resume };
}

const titles = () => bench.rows().map(({ values }) => String(values?.title));
const stagedBy = async ({ runId }: RunRef, runAttempt: number) => {
  const { projectId } = bench.caller;
  const { items: all } = await bench.context.store.deliveries.listOfRun({ projectId, runId }, { limit: 200 });
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

/** A feed whose first responses arrive in two halves, the second when its gate opens. */
function setSlowFeed(all: readonly FeedItem[], gates: readonly Gate[]): void {
  const text = rssFeed(all);
  const middle = text.indexOf('<item>', Math.floor(text.length / 2));
  const waiting = [...gates];
  bench.site.route('/feed.xml', async (_request, response) => {
    response.write(text.slice(0, middle));
    await waiting.shift()?.opened;
    response.end(text.slice(middle));
  });
}

test('batches and issues that a worker stores after it lost the run are not part of the run', async () => {
  const [first, second, thaw] = [createGate(), createGate(), createGate()];
  let isFrozen = false;
  setSlowFeed(items(2400), [first, second]);
  const ref = await bench.startRun((await makeJob()).id);

  const frozen = pausedBefore('runs.update', () => (isFrozen ? thaw.opened : Promise.resolve()));
  const lost = execute(frozen, ref);
  await waitFor(
    () => stagedBy(ref, 1),
    (staged) => staged.length > 0,
  );
  isFrozen = true;
  const takenOver = execute(later(), ref);
  await waitFor(
    () => stagedBy(ref, 2),
    (staged) => staged.length > 0,
  );
  const { length: before } = await stagedBy(ref, 1);
  first.open();
  await waitFor(
    () => stagedBy(ref, 1),
    (staged) => staged.length > before + 8,
  );
  second.open();
  expect(await takenOver).toMatchObject({ kind: 'ended' });
  thaw.open();
  expect(await lost).toEqual({ kind: 'not_leased' });

  expect(titles().toSorted()).toEqual(
    items(2400)
      .map(({ title }) => title)
      .toSorted(),
  );
  expect(await bench.run(ref.runId)).toMatchObject({
    outcome: 'succeeded_with_issues',
    counts: { records: 2400, batches: 24, batchesAcknowledged: 24, rowsAcknowledged: 2400, issues: 600 },
  });
  expect(await recordsWithIssues(ref.runId)).toEqual(
    Array.from({ length: 600 }, (_, index) => index * 4 + 1),
  );
  const deliveries = (await bench.deliveries(ref.runId)).filter(({ type }) => type === 'import.records');
  expect(deliveries.map(({ number, status }) => [number, status])).toEqual(
    Array.from({ length: 24 }, (_, index) => [index + 1, 'acknowledged']),
  );
});

async function recordsWithIssues(runId: string): Promise<number[]> {
  const records: number[] = [];
  for await (const page of await streamRunIssues(bench.context, bench.caller, { runId }))
    records.push(...page.map(({ record }) => record));
  return records;
}

test('the item state of a worker that lost the run does not count as sent', async () => {
  const job = await makeJob();
  bench.setFeed(items(9));
  const ids = await bench.startRun(job.id);
  const lost = await executeUntil(ids, 'itemStates.save');
  bench.setFeed(items(8));
  expect(await execute(later(), ids)).toMatchObject({ kind: 'ended' });
  expect(await lost.resume()).toEqual({ kind: 'not_leased' });
  expect(titles()).toHaveLength(8);

  bench.receiver.clear();
  bench.setFeed(items(9));
  expect(await execute(bench.context, await bench.startRun(job.id))).toMatchObject({ kind: 'ended' });
  expect(titles()).toEqual(['T8']);
});

/** The closing events of a run in the outbox, by type. */
const closingOf = async (runId: string) =>
  (await bench.deliveries(runId)).filter(({ type }) => type !== 'import.records').map(({ type }) => type);

test.each([
  ['its closing event was stored', 'deliveries.insert'],
  ['the active run of its job was ended', 'jobs.endActiveRun'],
  ['it was marked as ended', 'itemStates.remove'],
])(
  'a run that failed before %s stays failed, although the next worker could complete it',
  async (_when, operation) => {
    const job = await makeJob();
    bench.site.route('/feed.xml', { status: 404 });
    const ids = await bench.startRun(job.id);
    const lost = await executeUntil(ids, operation);
    bench.setFeed(items(9));
    expect(await execute(later(), ids)).toMatchObject({ kind: 'ended' });
    expect(await lost.resume()).toEqual({ kind: 'not_leased' });
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

test('rows that are being retracted stay retracted if the worker dies', async () => {
  const job = await makeJob();
  bench.setFeed(items(9));
  bench.receiver.answerWith({ status: 410 });
  const ids = await bench.startRun(job.id);
  const lost = await executeUntil(ids, 'jobs.endActiveRun');
  bench.receiver.answerWith({});
  bench.receiver.clear();
  expect(await execute(later(), ids)).toMatchObject({ kind: 'ended' });
  expect(await lost.resume()).toEqual({ kind: 'not_leased' });
  expect(await bench.run(ids.runId)).toMatchObject({ outcome: 'failed', error: { code: 'delivery_gone' } });
  expect(await closingOf(ids.runId)).toEqual(['import.failed']);
  expect(titles()).toEqual([]);
  expect(await execute(bench.context, await bench.startRun(job.id))).toMatchObject({ kind: 'ended' });
  expect(titles()).toHaveLength(9);
});

test('a run whose worker died after the active run was ended is kept, even if the next run ends first', async () => {
  const job = await makeJob();
  bench.setFeed(items(9));
  const ids = await bench.startRun(job.id);
  const lost = await executeUntil(ids, 'itemStates.remove');
  bench.setFeed(items(10));
  const next = await bench.startRun(job.id);
  expect(await execute(bench.context, next)).toMatchObject({ kind: 'ended' });
  expect(await execute(later(), ids)).toMatchObject({ kind: 'ended' });
  expect(await lost.resume()).toEqual({ kind: 'not_leased' });
  expect(await bench.run(ids.runId)).toMatchObject({
    outcome: 'succeeded_with_issues',
    counts: { created: 9, rowsAcknowledged: 9 },
  });
  expect(await bench.run(next.runId)).toMatchObject({ counts: { created: 1, unchanged: 9 } });
  expect(await bench.job(job.id)).toMatchObject({ lastRun: { runId: next.runId }, knownItems: 10 });
  expect(await closingOf(ids.runId)).toEqual(['import.completed']);
  expect(await execute(bench.context, await bench.startRun(job.id))).toMatchObject({ kind: 'ended' });
  expect(titles()).toHaveLength(10);
});
