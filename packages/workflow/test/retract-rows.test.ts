import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { cancelRun, createWorkHandlers } from '../src/index.js';
import { type EngineBench, numberedItems, startEngineBench, workOptions } from './engine-bench.js';

let bench: EngineBench;

beforeAll(async () => {
  bench = await startEngineBench();
});
afterAll(() => bench.close());
beforeEach(() => {
  bench.receiver.clear();
  bench.receiver.answerWith({});
});

/** A job that knows the items 1 to 4, which reports removed rows. */
async function jobWithFour() {
  const { id: templateId } = await bench.makeTemplate({
    destination: { url: bench.receiver.url, rowsPerBatch: 2 },
  });
  const changeDetection = { removed: true };
  const guardRails = { maxRemovedPercent: 100 };
  const job = await bench.makeJob({ templateId, changeDetection, guardRails });
  bench.setFeed(numberedItems(1, 4));
  await bench.runNow(job.id);
  bench.receiver.clear();
  // The item 1 changes, 2 and 3 stay, 4 goes, 5 and 6 are new.
  bench.setFeed([...numberedItems(1, 1, 'changed'), ...numberedItems(2, 3), ...numberedItems(5, 6)]);
  return job;
}
const CHANGES = [
  ['updated', 'T1'],
  ['created', 'T5'],
  ['created', 'T6'],
  ['removed', null],
];

test.each([400, 410])(
  'rows that the receiver answers with %d are sent again by the next run, each with the same change',
  async (status) => {
    const { id } = await jobWithFour();
    bench.receiver.answerWith({ status });
    expect(await bench.runNow(id)).toMatchObject({ outcome: 'failed', counts: { rowsAcknowledged: 0 } });
    bench.receiver.clear();
    bench.receiver.answerWith({});
    await bench.changeJob(id, { status: 'active' });
    expect(await bench.runNow(id)).toMatchObject({
      outcome: 'succeeded',
      counts: { updated: 1, created: 2, removed: 1, unchanged: 2 },
    });
    expect(bench.changes()).toEqual(CHANGES);
    expect(await bench.job(id)).toMatchObject({ knownItems: 5 });
  },
);

test('only the rows of the failed batches are sent again', async () => {
  const { id } = await jobWithFour();
  bench.receiver.answerWith(({ json }) => {
    const { batch } = (json as { data: { batch?: { number: number } } }).data;
    return { status: (batch?.number ?? 0) >= 2 ? 400 : 200 };
  });
  expect(await bench.runNow(id)).toMatchObject({ outcome: 'failed', counts: { rowsAcknowledged: 2 } });
  bench.receiver.clear();
  bench.receiver.answerWith({});
  expect(await bench.runNow(id)).toMatchObject({ outcome: 'succeeded', counts: { created: 1, removed: 1 } });
  expect(bench.changes()).toEqual(CHANGES.slice(2));
  bench.receiver.clear();
  expect(await bench.runNow(id)).toMatchObject({ outcome: 'unchanged' });
});

test('the source is read again after a failed batch, even if its bytes have not changed', async () => {
  const { id } = await jobWithFour();
  bench.receiver.answerWith({ status: 400 });
  await bench.runNow(id);
  expect((await bench.storedJob(id)).fetchState.configHash).toBeNull();
  bench.receiver.answerWith({});
  await bench.runNow(id);
  expect((await bench.storedJob(id)).fetchState.configHash).not.toBeNull();
});

test('batches of a receiver that is gone are discarded, and the known items are those of before', async () => {
  const { id } = await jobWithFour();
  const before = await bench.storedJob(id);
  bench.receiver.answerWith({ status: 410 });
  const oneByOne = { ...bench.context.settings, deliveriesInFlight: 1 };
  const ref = await bench.startRun(id);
  await createWorkHandlers({ ...bench.context, settings: oneByOne }).run(ref, workOptions());
  const after = await bench.storedJob(id);
  expect([after.itemStateId, after.knownItems, after.fetchState]).toEqual([
    before.itemStateId,
    4,
    before.fetchState,
  ]);
  const sent = (await bench.deliveries(ref.runId)).map(({ type, status }) => [type, status]);
  expect(sent).toEqual([
    ['import.records', 'failed'],
    ['import.records', 'discarded'],
    ['import.records', 'discarded'],
    ['import.failed', 'failed'],
  ]);
  const { itemStates } = bench.context.store;
  expect(
    await itemStates.load({ projectId: after.projectId, jobId: id, itemStateId: `${ref.runId}-1` }),
  ).toBeNull();
});

test.each(['cancelled', 'gone'])(
  'a run that is %s during delivery keeps the acknowledged rows as known, and sends the others again',
  async (reason) => {
    const { id } = await jobWithFour();
    const ref = await bench.startRun(id);
    let answered = 0;
    bench.receiver.answerWith(() => {
      answered += 1;
      if (answered === 1) return {};
      return { status: reason === 'gone' ? 410 : 503 };
    });
    const oneByOne = { ...bench.context.settings, deliveriesInFlight: 1 };
    const work = () => createWorkHandlers({ ...bench.context, settings: oneByOne }).run(ref, workOptions());
    await work();
    if (reason === 'cancelled') {
      await cancelRun(bench.context, bench.caller, { runId: ref.runId });
      await work();
    }
    expect(await bench.run(ref.runId)).toMatchObject({
      outcome: reason === 'gone' ? 'failed' : 'cancelled',
      counts: { rowsAcknowledged: 2 },
    });
    const batches = (await bench.deliveries(ref.runId)).filter(({ type }) => type === 'import.records');
    const refused = reason === 'gone' ? 'failed' : 'discarded';
    expect(batches.map(({ status }) => status)).toEqual(['acknowledged', refused, 'discarded']);
    bench.receiver.clear();
    bench.receiver.answerWith({});
    await bench.changeJob(id, { status: 'active' });
    // The new item of the acknowledged batch is gone again before the next run.
    bench.setFeed([...numberedItems(1, 1, 'changed'), ...numberedItems(2, 3), ...numberedItems(6, 6)]);
    expect(await bench.runNow(id)).toMatchObject({
      outcome: 'succeeded',
      counts: { created: 1, removed: 2 },
    });
    expect(bench.changes().map(([change]) => change)).toEqual(['created', 'removed', 'removed']);
    expect(await bench.job(id)).toMatchObject({ knownItems: 4 });
  },
);

test('a run that ends a second time retracts nothing a second time', async () => {
  const { id } = await jobWithFour();
  bench.receiver.answerWith({ status: 400 });
  const { id: runId } = await bench.runNow(id);
  const before = await bench.storedJob(id);
  const ref = { projectId: before.projectId, runId };
  await createWorkHandlers(bench.context).run(ref, workOptions());
  expect(await bench.storedJob(id)).toEqual(before);
});
