import { fakeClock } from '@inlet/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createWorkHandlers, replayDelivery, replayRun } from '../src/index.js';
import { errorWith } from './callers.js';
import { type EngineBench, startEngineBench } from './engine-bench.js';

const DAY_MS = 86_400_000;

let bench: EngineBench;

beforeAll(async () => {
  bench = await startEngineBench();
});
afterAll(() => bench.close());
beforeEach(() => {
  bench.receiver.clear();
  bench.receiver.answerWith({});
});

/** A finished run with batches of ten rows and a closing event. */
async function finishedRun(rows = 25) {
  bench.setFeed(Array.from({ length: rows }, (_, index) => ({ guid: `${index}`, title: `T${index}` })));
  const { id } = await bench.makeJob();
  const run = await bench.runNow(id);
  const sent = requests();
  bench.receiver.clear();
  return { jobId: id, run, sent };
}

const requests = () =>
  bench.receiver.requests.map(({ headers, rawBody }) => [headers['webhook-id'], rawBody.toString()]);
const byId = (sent: ReturnType<typeof requests>) =>
  sent.toSorted(([one], [other]) => (`${one}` < `${other}` ? -1 : 1));
const work = () => bench.queue.runDue(createWorkHandlers(bench.context), bench.context.now);
const replay = (runId: string) => replayRun(bench.context, bench.caller, { runId });

describe('a replay of a run', () => {
  it('sends all of its deliveries again, with the same ids and the same bytes', async () => {
    const { run, sent } = await finishedRun();
    expect(await replay(run.id)).toEqual({ deliveries: 4 });
    await work();
    expect(byId(requests())).toEqual(byId(sent));
    expect(await bench.run(run.id)).toEqual(run);
  });

  it('is due at once, and forgets the attempts before', async () => {
    const { run } = await finishedRun(5);
    const { now } = fakeClock(new Date(Date.now() + 60_000));
    await replayRun({ ...bench.context, now }, bench.caller, { runId: run.id });
    const deliveries = await bench.deliveries(run.id);
    expect(deliveries).toHaveLength(2);
    for (const { id, status, attempts, nextAttemptAt } of deliveries) {
      expect({ status, attempts, nextAttemptAt }).toEqual({
        status: 'pending',
        attempts: [],
        nextAttemptAt: now().toISOString(),
      });
      expect(bench.queue.dueTimes.get(`delivery ${id}`)).toEqual(now());
    }
  });

  it('queues each delivery of a run with more of them than one page', async () => {
    const { id: templateId } = await bench.makeTemplate({
      destination: { url: bench.receiver.url, rowsPerBatch: 1 },
    });
    bench.setFeed(Array.from({ length: 210 }, (_, index) => ({ guid: `${index}`, title: 'T' })));
    const { id } = await bench.makeJob({ templateId });
    const run = await bench.runNow(id);
    bench.receiver.clear();
    expect(await replay(run.id)).toEqual({ deliveries: 211 });
    await work();
    expect(new Set(requests().map(([deliveryId]) => deliveryId)).size).toBe(211);
  });

  it('corrects the counts of a run that had failed, if the receiver accepts its rows now', async () => {
    bench.receiver.answerWith({ status: 400 });
    const { run } = await finishedRun(5);
    expect(run.counts).toMatchObject({ batchesFailed: 1, rowsAcknowledged: 0 });
    bench.receiver.answerWith({});
    await replay(run.id);
    await work();
    expect((await bench.run(run.id)).counts).toMatchObject({ batchesFailed: 0, rowsAcknowledged: 5 });
  });

  it('is refused if the run sent nothing', async () => {
    const { jobId } = await finishedRun(5);
    const unchanged = await bench.runNow(jobId);
    await expect(replay(unchanged.id)).rejects.toMatchObject(errorWith('run_not_replayable'));
  });

  it('is refused once the deliveries have been removed', async () => {
    const { run } = await finishedRun(5);
    const now = new Date(Date.now() + 2 * DAY_MS);
    await bench.context.store.deliveries.removeExpired({ now, limit: 1000 });
    await expect(replay(run.id)).rejects.toMatchObject(errorWith('run_not_replayable'));
  });
});

describe('a replay of one delivery', () => {
  const replayOne = (deliveryId: string) => replayDelivery(bench.context, bench.caller, { deliveryId });

  it('sends that delivery alone again', async () => {
    const { run } = await finishedRun();
    const [, second] = await bench.deliveries(run.id);
    expect(await replayOne(second!.id)).toMatchObject({ id: second!.id, status: 'pending', attempts: [] });
    await work();
    expect(requests().map(([id]) => id)).toEqual([second!.id]);
  });

  it('is refused if it is waiting to be sent already', async () => {
    const { run } = await finishedRun(5);
    const [first] = await bench.deliveries(run.id);
    await replayOne(first!.id);
    await expect(replayOne(first!.id)).rejects.toMatchObject(errorWith('run_not_replayable'));
  });

  it('is refused if it is unknown, or of another project', async () => {
    const { run } = await finishedRun(5);
    const [first] = await bench.deliveries(run.id);
    await expect(replayOne('dlv_unknown')).rejects.toMatchObject(errorWith('delivery_not_found'));
    const elsewhere = replayDelivery(bench.context, { projectId: 'prj_2' }, { deliveryId: first!.id });
    await expect(elsewhere).rejects.toMatchObject(errorWith('delivery_not_found'));
  });
});
