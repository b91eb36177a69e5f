import type { WebhookEvent } from '@inlet/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createWorkHandlers, replayDelivery, resendRejectedRows } from '../src/index.js';
import { errorWith } from './callers.js';
import { dieAt } from './die-at.js';
import { type EngineBench, startEngineBench, workOptions } from './engine-bench.js';

let bench: EngineBench;

beforeAll(async () => {
  bench = await startEngineBench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  bench.receiver.answerWith({});
  await work();
});

/** A receiver that rejects rows with these titles, and refuses bodies over `maxBytes`. */
function rejectRows(titles: readonly string[], maxBytes = 1_000_000): void {
  bench.receiver.clear();
  bench.receiver.answerWith(({ json, rawBody }) => {
    const event = json as WebhookEvent;
    if (rawBody.length > maxBytes) return { status: 413 };
    if (event.type !== 'import.records') return {};
    const results = event.data.rows
      .filter(({ values }) => titles.includes(String(values?.title)))
      .map(({ rowKey }) => ({ rowKey, status: 'rejected', errors: ['not today', 'never'] }));
    return { body: JSON.stringify({ results }) };
  });
}

/** A finished run of rows T0, T1 ... in batches of ten, some of which the receiver rejected. */
async function finishedRun(titles: readonly string[], rows = 25) {
  rejectRows(titles);
  bench.setFeed(Array.from({ length: rows }, (_, index) => ({ guid: `${index}`, title: `T${index}` })));
  const { id } = await bench.makeJob();
  return bench.runNow(id);
}

const resend = (runId: string) => resendRejectedRows(bench.context, bench.caller, { runId });
async function work(): Promise<void> {
  const later = bench.later(10 * 60_000);
  await createWorkHandlers(later).maintain(workOptions());
  await bench.queue.runDue(createWorkHandlers(later), later.now);
}
const received = () =>
  bench.receiver.requests.flatMap(({ json, headers }) => {
    const event = json as WebhookEvent;
    if (event.type !== 'import.records') return [];
    return [
      {
        replayOf: event.replayOf,
        isMarked: headers['inlet-replay'] === 'true',
        titles: event.data.rows.map(({ values }) => values?.title),
        versions: event.data.rows.map(({ version }) => version),
      },
    ];
  });
const rejectedIssues = async (runId: string) =>
  (await bench.issues(runId)).filter(({ code }) => code === 'rejected_by_receiver');

it('an acknowledgement that cannot be read is an issue of the run, and its rows count as accepted', async () => {
  const headers = { 'content-type': 'application/json' };
  bench.receiver.clear();
  bench.receiver.answerWith(({ json }) => {
    const isSecond = (json as WebhookEvent).type === 'import.records' && bench.receiver.requests.length === 2;
    return isSecond ? { body: '{"results":[{"rowKey', headers } : { body: {}, headers };
  });
  bench.setFeed(Array.from({ length: 25 }, (_, index) => ({ guid: `${index}`, title: `T${index}` })));
  const run = await bench.runNow((await bench.makeJob()).id);
  expect(run).toMatchObject({
    outcome: 'succeeded_with_issues',
    counts: { rowsAcknowledged: 25, rowsRejected: 0, batchesAcknowledged: 3, issues: 1 },
  });
  expect(await bench.issues(run.id)).toMatchObject([
    {
      code: 'acknowledgement_unreadable',
      rowKey: null,
      severity: 'warning',
      message: expect.stringMatching(/could not be read: The answer of .* is called JSON and is none/),
    },
  ]);
  const attempts = (await bench.deliveries(run.id)).map(({ attempts: [first] }) => first?.error?.code);
  expect(attempts.filter((code) => code === 'acknowledgement_unreadable')).toHaveLength(1);
});

describe('the rejected rows of a run', () => {
  it('are sent again alone, as marked replays with the version of the run', async () => {
    const run = await finishedRun(['T3', 'T7', 'T21']);
    expect(run).toMatchObject({
      outcome: 'succeeded_with_issues',
      counts: { rowsRejected: 3, rowsAcknowledged: 22, issues: 3 },
    });
    const [first, , third] = await bench.deliveries(run.id);
    rejectRows([]);
    expect(await resend(run.id)).toEqual({ deliveries: 2, rows: 3 });
    await work();
    expect(received().toSorted((one, other) => other.titles.length - one.titles.length)).toEqual([
      { replayOf: first!.id, isMarked: true, titles: ['T3', 'T7'], versions: [1, 1] },
      { replayOf: third!.id, isMarked: true, titles: ['T21'], versions: [1] },
    ]);
  });

  it('are accepted rows and no issues as soon as the receiver accepts them', async () => {
    const run = await finishedRun(['T3', 'T7', 'T21']);
    rejectRows(['T7']);
    await resend(run.id);
    await work();
    const { counts } = await bench.run(run.id);
    expect(counts).toEqual({ ...run.counts, rowsRejected: 1, rowsAcknowledged: 24, issues: 1 });
    expect((await rejectedIssues(run.id)).map(({ record, message }) => [record, message])).toEqual([
      [8, 'not today'],
      [8, 'never'],
    ]);
    rejectRows([]);
    expect(await resend(run.id)).toEqual({ deliveries: 1, rows: 1 });
    await work();
    expect(received().map(({ titles }) => titles)).toEqual([['T7']]);
    expect((await bench.run(run.id)).counts).toEqual({
      ...run.counts,
      rowsRejected: 0,
      rowsAcknowledged: 25,
      issues: 0,
    });
    await expect(resend(run.id)).rejects.toMatchObject(errorWith('run_no_rejected_rows'));
  });

  it('are counted once if their replay is split', async () => {
    const rejected = Array.from({ length: 8 }, (_, index) => `T${index}`);
    const run = await finishedRun(rejected, 10);
    rejectRows(['T1', 'T6'], 1000);
    await resend(run.id);
    await work();
    const taken = received().filter(({ titles }) => titles.length < 8);
    expect(taken.length).toBeGreaterThan(1);
    const [batch] = await bench.deliveries(run.id);
    expect(new Set(taken.map(({ replayOf }) => replayOf))).toEqual(new Set([batch!.id]));
    expect((await bench.run(run.id)).counts).toMatchObject({
      rowsRejected: 2,
      rowsAcknowledged: 8,
      batches: 1,
    });
    expect(new Set((await rejectedIssues(run.id)).map(({ record }) => record))).toEqual(new Set([2, 7]));
  });

  it('follow the latest answer to a replay of their delivery', async () => {
    const run = await finishedRun(['T3']);
    const [first] = await bench.deliveries(run.id);
    rejectRows(['T5', 'T6']);
    await replayDelivery(bench.context, bench.caller, { deliveryId: first!.id });
    await work();
    expect((await bench.run(run.id)).counts).toMatchObject({ rowsRejected: 2, rowsAcknowledged: 23 });
    rejectRows([]);
    expect(await resend(run.id)).toEqual({ deliveries: 1, rows: 2 });
  });

  it('are not sent while they wait to be sent already, and not if there are none', async () => {
    const run = await finishedRun(['T3']);
    await resend(run.id);
    await expect(resend(run.id)).rejects.toMatchObject(errorWith('run_not_replayable'));
    const clean = await finishedRun([]);
    await expect(resend(clean.id)).rejects.toMatchObject(errorWith('run_no_rejected_rows'));
  });

  it('arrive and are counted once if the server dies at any step of the request, which is repeated', async () => {
    for (let step = 1, isComplete = false; !isComplete; step += 1) {
      const run = await finishedRun(['T3', 'T21']);
      rejectRows([]);
      isComplete = await dieAt(bench.context, step, (mortal) =>
        resendRejectedRows(mortal, bench.caller, { runId: run.id }),
      );
      if (!isComplete) await resend(run.id).catch(() => {});
      await work();
      expect(
        received()
          .flatMap(({ titles }) => titles)
          .toSorted(),
        `step ${step}`,
      ).toEqual(['T21', 'T3']);
      expect((await bench.run(run.id)).counts).toMatchObject({ rowsRejected: 0, rowsAcknowledged: 25 });
    }
  }, 60_000);

  it('are counted if the worker that sends them dies at any step', async () => {
    for (let step = 1, isComplete = false; !isComplete; step += 1) {
      const run = await finishedRun(['T3'], 5);
      rejectRows([]);
      await resend(run.id);
      const replay = (await bench.deliveries(run.id)).find(({ replayOf }) => replayOf !== null);
      const ref = { ...bench.caller, deliveryId: replay!.id };
      isComplete = await dieAt(bench.context, step, (mortal) =>
        createWorkHandlers(mortal).delivery(ref, workOptions()),
      );
      await createWorkHandlers(bench.context).delivery(ref, { ...workOptions(), isTakenOver: true });
      expect(new Set(received().map(({ replayOf }) => replayOf)).size, `step ${step}`).toBe(1);
      expect((await bench.run(run.id)).counts, `step ${step}`).toMatchObject({
        rowsRejected: 0,
        rowsAcknowledged: 5,
        issues: 0,
      });
    }
  }, 60_000);
});
