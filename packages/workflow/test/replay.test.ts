import type { WebhookEvent } from '@inlet/contracts';
import { fakeClock, interceptOperations } from '@inlet/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createWorkHandlers, replayDelivery, replayRun } from '../src/index.js';
import { errorWith } from './callers.js';
import { dieAt } from './die-at.js';
import { type EngineBench, startEngineBench, workOptions } from './engine-bench.js';

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
  bench.receiver.clear();
  bench.setFeed(Array.from({ length: rows }, (_, index) => ({ guid: `${index}`, title: `T${index}` })));
  const { id } = await bench.makeJob();
  const run = await bench.runNow(id);
  const sent = requests();
  bench.receiver.clear();
  return { jobId: id, run, sent };
}

const requests = () =>
  bench.receiver.requests.map(({ headers, rawBody, json }) => ({
    id: headers['webhook-id'],
    isReplay: headers['inlet-replay'] === 'true',
    body: rawBody.toString(),
    event: json as WebhookEvent,
  }));
type Sent = ReturnType<typeof requests>[number];
const byBody = (sent: readonly Sent[]) =>
  sent
    .map(({ event: { timestamp: _, replayOf: __, ...event } }) => JSON.stringify(event))
    .toSorted((one, other) => (one < other ? -1 : 1));
const work = () => bench.queue.runDue(createWorkHandlers(bench.context), bench.context.now);
const replay = (runId: string) => replayRun(bench.context, bench.caller, { runId });

describe('a replay of a run', () => {
  it('sends each acknowledged delivery as a new one that names it, with the same rows', async () => {
    const { run, sent } = await finishedRun();
    expect(sent.some(({ isReplay, event }) => isReplay || 'replayOf' in event)).toBe(false);
    expect(await replay(run.id)).toEqual({ deliveries: 4 });
    await work();
    const replayed = requests();
    expect(byBody(replayed)).toEqual(byBody(sent));
    expect(replayed.map(({ event }) => event.replayOf).toSorted()).toEqual(
      sent.map(({ id }) => id).toSorted(),
    );
    expect(replayed.every(({ isReplay }) => isReplay)).toBe(true);
    const ids = new Set([...sent, ...replayed].map(({ id }) => id));
    expect(ids.size).toBe(8);
    expect(await bench.run(run.id)).toEqual(run);
  });

  it('repeats the same bytes in each attempt, and the version of the rows', async () => {
    const { run } = await finishedRun(5);
    let answers = 0;
    bench.receiver.answerWith(() => {
      answers += 1;
      return { status: answers > 2 ? 200 : 503 };
    });
    await replay(run.id);
    await work();
    const later = bench.later(60_000);
    await bench.queue.runDue(createWorkHandlers(later), later.now);
    const batches = requests().filter(({ event }) => event.type === 'import.records');
    expect(batches).toHaveLength(2);
    expect(new Set(batches.map(({ body }) => body)).size).toBe(1);
    for (const { event } of batches)
      expect(event).toMatchObject({ data: { rows: [{ version: 1 }, {}, {}, {}, {}] } });
  });

  it('attempts a delivery that was never acknowledged again, under its id and without a mark', async () => {
    bench.receiver.answerWith(({ json }) => ({
      status: (json as WebhookEvent).type === 'import.records' ? 400 : 200,
    }));
    const { run, sent } = await finishedRun(5);
    expect(run.counts).toMatchObject({ batchesFailed: 1, rowsAcknowledged: 0 });
    const [batch] = sent;
    bench.receiver.answerWith({});
    const { now } = fakeClock(new Date(Date.now() + 60_000));
    await replayRun({ ...bench.context, now }, bench.caller, { runId: run.id });
    const [failed] = await bench.deliveries(run.id);
    expect(failed).toMatchObject({
      id: batch!.id,
      status: 'pending',
      attempts: [],
      replayOf: null,
      nextAttemptAt: now().toISOString(),
    });
    expect(bench.queue.dueTimes.get(`delivery ${batch!.id}`)).toEqual(now());
    await bench.queue.runDue(createWorkHandlers(bench.context), now);
    expect(requests().filter(({ isReplay }) => !isReplay)).toEqual([batch]);
    expect((await bench.run(run.id)).counts).toMatchObject({ batchesFailed: 0, rowsAcknowledged: 5 });
  });

  it('sends each delivery of a run with more of them than one page, and counts them together', async () => {
    const { id: templateId } = await bench.makeTemplate({
      destination: { url: bench.receiver.url, rowsPerBatch: 1 },
    });
    bench.setFeed(Array.from({ length: 210 }, (_, index) => ({ guid: `${index}`, title: 'T' })));
    const { id } = await bench.makeJob({ templateId });
    const run = await bench.runNow(id);
    bench.receiver.clear();
    expect(await replay(run.id)).toEqual({ deliveries: 211 });
    let summaries = 0;
    const counting = interceptOperations(bench.context, (name, proceed) => {
      if (name === 'deliveries.summarize') summaries += 1;
      return proceed();
    });
    await bench.queue.runDue(createWorkHandlers(counting), bench.context.now);
    expect(new Set(requests().map((request) => request.id)).size).toBe(211);
    expect(summaries).toBeLessThan(3);
  });

  it('may be asked for again once its deliveries were sent', async () => {
    const { run } = await finishedRun(5);
    await replay(run.id);
    await expect(replay(run.id)).rejects.toMatchObject(errorWith('run_not_replayable'));
    await work();
    expect(await replay(run.id)).toEqual({ deliveries: 2 });
    await work();
    expect(new Set(requests().map(({ id }) => id)).size).toBe(4);
    expect(new Set(requests().map(({ event }) => event.replayOf)).size).toBe(2);
  });

  it('is refused while the run is sending, if the run sent nothing, and once the rows are removed', async () => {
    const { jobId, run } = await finishedRun(5);
    bench.setFeed([{ guid: 'other', title: 'Other' }]);
    bench.receiver.answerWith({ status: 503 });
    const ref = await bench.startRun(jobId);
    await createWorkHandlers(bench.context).run(ref, workOptions());
    await expect(replay(ref.runId)).rejects.toMatchObject(errorWith('run_not_replayable'));
    bench.receiver.answerWith({});
    const later = bench.later(60_000);
    await createWorkHandlers(later).run(ref, workOptions());
    const unchanged = await bench.runNow(jobId);
    await expect(replay(unchanged.id)).rejects.toMatchObject(errorWith('run_not_replayable'));
    const now = new Date(Date.now() + 2 * DAY_MS);
    await bench.context.store.deliveries.removeExpired({ now, limit: 1000 });
    await expect(replay(run.id)).rejects.toMatchObject(errorWith('run_not_replayable'));
  });

  it('sends no delivery twice if the server dies at any step of the request and it is repeated', async () => {
    for (let step = 1, isComplete = false; !isComplete; step += 1) {
      const { run, sent } = await finishedRun(15);
      isComplete = await dieAt(bench.context, step, (mortal) =>
        replayRun(mortal, bench.caller, { runId: run.id }),
      );
      if (!isComplete) await replay(run.id).catch(() => {});
      const later = bench.later(10 * 60_000);
      await createWorkHandlers(later).maintain(workOptions());
      await bench.queue.runDue(createWorkHandlers(later), later.now);
      const replayed = requests();
      expect(replayed.map(({ event }) => event.replayOf).toSorted(), `step ${step}`).toEqual(
        sent.map(({ id }) => id).toSorted(),
      );
    }
  });
});

describe('a replay of one delivery', () => {
  const replayOne = (deliveryId: string) => replayDelivery(bench.context, bench.caller, { deliveryId });

  it('sends that delivery alone, as a new one', async () => {
    const { run } = await finishedRun();
    const [, second] = await bench.deliveries(run.id);
    const made = await replayOne(second!.id);
    expect(made).toMatchObject({ number: 2, status: 'pending', attempts: [], replayOf: second!.id });
    expect(made.id).not.toBe(second!.id);
    await work();
    expect(requests()).toMatchObject([{ id: made.id, isReplay: true, event: { replayOf: second!.id } }]);
    expect(await bench.deliveries(run.id)).toContainEqual(second);
  });

  it('of a delivery finds its number with few reads, however often it was replayed', async () => {
    const { run } = await finishedRun(5);
    const [{ id: deliveryId = '' } = {}] = await bench.deliveries(run.id);
    const caller = bench.caller;
    const ids = new Set<string>();
    for (let count = 1; count <= 12; count += 1) {
      bench.receiver.clear();
      await replayDelivery(bench.context, caller, { deliveryId });
      await work();
      for (const { id } of requests()) ids.add(String(id));
    }
    expect(ids.size).toBe(12);
    let reads = 0;
    const counting = interceptOperations(bench.context, async (name, call) => {
      if (name.endsWith('deliveries.get')) reads += 1;
      return call();
    });
    await replayDelivery(counting, caller, { deliveryId });
    expect(reads).toBeGreaterThan(0);
    expect(reads).toBeLessThan(10);
    await work();
  });

  it('of a replay names the first delivery of the rows, and a failed replay keeps its id and mark', async () => {
    const { run } = await finishedRun(5);
    const [first] = await bench.deliveries(run.id);
    const once = await replayOne(first!.id);
    bench.receiver.answerWith({ status: 400 });
    await work();
    expect(await replayOne(once.id)).toMatchObject({ id: once.id, replayOf: first!.id });
    bench.receiver.answerWith({});
    await work();
    const twice = await replayOne(once.id);
    await work();
    expect(twice.replayOf).toBe(first!.id);
    expect(requests().map(({ id, isReplay }) => [id, isReplay])).toEqual([
      [once.id, true],
      [once.id, true],
      [twice.id, true],
    ]);
    expect((await bench.run(run.id)).counts).toEqual(run.counts);
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
