import { interceptOperations, makeIssue } from '@inlet/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Context, createWorkHandlers, getRun, listRuns, type Run, replayRun } from '../src/index.js';
import { errorWith } from './callers.js';
import { type EngineBench, startEngineBench, workOptions } from './engine-bench.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const KEEP_RUNS_MS = 10 * DAY_MS;

let bench: EngineBench;
let now: Date;
/** The process of the bench with a clock that `wait` moves. */
let context: Context;

beforeAll(async () => {
  bench = await startEngineBench({ keepRunsMs: KEEP_RUNS_MS, keepAcknowledgedMs: DAY_MS });
});
afterAll(() => bench.close());
beforeEach(() => {
  now = new Date();
  context = { ...bench.context, now: () => now };
  bench.receiver.answerWith({});
  bench.setFeed([{ guid: 'a', title: 'A' }]);
});

const wait = (ms: number) => {
  now = new Date(now.getTime() + ms);
};
const maintain = (of = context, options = workOptions()) => createWorkHandlers(of).maintain(options);
const idsOf = (jobId: string): Promise<readonly string[]> =>
  context.store.runs.listNewestIds({ ...bench.caller, jobId }, { limit: 1000 });
const isKept = async (runId: string) => (await context.store.runs.get({ ...bench.caller, runId })) !== null;

/** Stores copies of a run, as later runs of its job that have just finished. Returns their ids, the oldest first. */
async function insertFinished(run: Run, count: number): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, () => context.newId('run'));
  for (const id of ids) await context.store.runs.insert({ ...run, id, createdAt: now, finishedAt: now });
  return ids;
}

const insertIssues = ({ projectId, jobId }: Run, runId: string) =>
  context.store.issues.insertPage({
    projectId,
    jobId,
    runId,
    runAttempt: 1,
    number: 0,
    issues: [makeIssue(1)],
  });
const countIssues = async (runId: string) =>
  (await context.store.issues.list({ ...bench.caller, runId, runAttempt: 1 }, { limit: 9 })).items.length;

/** A job with one run that it refers to as its last one. */
async function makeRunJob(change: object = {}): Promise<{ jobId: string; run: Run }> {
  const { id: jobId } = await bench.makeJob(change);
  const { id } = await bench.runNow(jobId);
  return { jobId, run: await bench.storedRun(id) };
}

test('a job that runs every minute keeps the runs of its retention and no more, for ever', async () => {
  const { jobId, run } = await makeRunJob();
  const settings = { ...context.settings, keepRunsMs: 30 * MINUTE_MS };
  const counts: number[] = [];
  for (let minute = 1; minute <= 200; minute += 1) {
    wait(MINUTE_MS);
    await insertFinished(run, 1);
    if (minute % 10 !== 0) continue;
    await maintain({ ...context, settings });
    counts.push((await idsOf(jobId)).length);
  }
  // Those of thirty minutes, the one that the job refers to, and some that were among the newest twenty a moment ago.
  expect(Math.max(...counts)).toBeLessThanOrEqual(32);
});

test('the last twenty runs of a job stay, others go with their issues, more than in one round', async () => {
  const { jobId, run } = await makeRunJob();
  const ids = await insertFinished(run, 230);
  const [first = '', last = ''] = [ids[0], ids.at(-1)];
  for (const runId of [first, last]) await insertIssues(run, runId);
  wait(KEEP_RUNS_MS);
  await maintain();
  expect(await idsOf(jobId)).toHaveLength(231);
  wait(1);
  await maintain(context, { signal: AbortSignal.abort() });
  expect(await idsOf(jobId)).toHaveLength(231);
  await maintain();
  expect(await idsOf(jobId)).toEqual([...ids.slice(-20).toReversed(), run.id]);
  expect([await countIssues(first), await countIssues(last)]).toEqual([0, 1]);
  await expect(getRun(context, bench.caller, { runId: first })).rejects.toMatchObject(
    errorWith('run_not_found'),
  );
});

test('runs that were kept are considered again when newer ones have taken their place', async () => {
  const { jobId, run } = await makeRunJob();
  const first = await insertFinished(run, 20);
  wait(KEEP_RUNS_MS + 1);
  await maintain();
  expect(await idsOf(jobId)).toHaveLength(21);
  const second = await insertFinished(run, 20);
  await maintain();
  expect(await idsOf(jobId)).toHaveLength(41);
  wait(7 * DAY_MS);
  await maintain();
  expect(await idsOf(jobId)).toEqual([...second.toReversed(), run.id]);
  expect(first).toHaveLength(20);
});

test('runs that are kept cost nothing in later rounds', async () => {
  const { run } = await makeRunJob();
  await insertFinished(run, 19);
  wait(KEEP_RUNS_MS + 1);
  await maintain();
  const names: string[] = [];
  const watched = interceptOperations(context, (name, proceed) => {
    names.push(name);
    return proceed();
  });
  await maintain(watched);
  expect(
    names.filter((name) =>
      /^runs\.(listNewestIds|keepUntil|removeOld)|^issues|RunsWithDeliveries/.test(name),
    ),
  ).toEqual([]);
});

test('the active run, the held run and the run of the item state of a job stay', async () => {
  const { jobId, run } = await makeRunJob();
  bench.setFeed([]);
  const held = await bench.runNow(jobId);
  expect(held.outcome).toBe('held');
  const { runId: active } = await bench.startRun(jobId);
  const others = await insertFinished(run, 25);
  wait(KEEP_RUNS_MS + 1);
  await maintain();
  for (const id of [run.id, held.id, active]) expect(await isKept(id)).toBe(true);
  expect(await isKept(others[0] ?? '')).toBe(false);
  expect(await bench.storedJob(jobId)).toMatchObject({
    activeRunId: active,
    heldRunId: held.id,
    itemStateId: `${run.id}-1`,
  });
});

test('a run stays as long as one of its deliveries, and can be replayed until then', async () => {
  const { jobId, run } = await makeRunJob();
  const settings = { ...context.settings, keepRunsMs: MINUTE_MS };
  const second = await bench.storedRun((await bench.runNow(jobId)).id);
  bench.setFeed([{ guid: 'a', title: 'B' }]);
  const third = await bench.runNow(jobId);
  await insertFinished(second, 20);
  wait(DAY_MS / 2);
  await maintain({ ...context, settings });
  expect([await isKept(run.id), await isKept(second.id)]).toEqual([true, false]);
  expect(await replayRun(context, bench.caller, { runId: run.id })).toEqual({ deliveries: 2 });
  expect(third.outcome).toBe('succeeded');
});

test.each(['issues.removeOfRuns', 'runs.removeOld', 'runs.keepUntil'])(
  'a worker that dies at %s leaves work that the next one completes',
  async (deadly) => {
    const { jobId, run } = await makeRunJob();
    const ids = await insertFinished(run, 30);
    for (const runId of ids) await insertIssues(run, runId);
    wait(KEEP_RUNS_MS + 1);
    for (const after of [false, true]) {
      const dying = interceptOperations(context, async (name, proceed) => {
        if (name !== deadly) return proceed();
        if (after) await proceed();
        throw new Error('the worker died');
      });
      await maintain(dying).catch(() => {});
    }
    await maintain();
    expect(await idsOf(jobId)).toEqual([...ids.slice(-20).toReversed(), run.id]);
    expect(await Promise.all(ids.map(countIssues))).toEqual(ids.map((_, index) => (index < 10 ? 0 : 1)));
  },
);

test('a listing that is read page by page goes on while runs vanish', async () => {
  const { jobId, run } = await makeRunJob();
  const old = await insertFinished(run, 15);
  wait(KEEP_RUNS_MS + 1);
  const recent = await insertFinished(run, 15);
  const read = (page: { limit: number; cursor?: string }) => listRuns(context, bench.caller, { jobId, page });
  const first = await read({ limit: 28 });
  const cursor = first.nextCursor ?? '';
  expect(first.items.map(({ id }) => id)).toEqual([...recent.toReversed(), ...old.slice(2).toReversed()]);
  await maintain();
  const next = await read({ limit: 28, cursor });
  expect(next).toEqual({ items: [expect.objectContaining({ id: run.id })], nextCursor: null });
});
