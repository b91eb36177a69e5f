import type { Held, WebhookEvent } from '@inlet/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createWorkHandlers, discardHeldRun, releaseHeldRun, resetJob } from '../src/index.js';
import { errorWith, userOf } from './callers.js';
import { type EngineBench, numberedItems, startEngineBench } from './engine-bench.js';

let bench: EngineBench;

beforeAll(async () => {
  bench = await startEngineBench();
});
afterAll(() => bench.close());
beforeEach(() => {
  bench.receiver.clear();
  bench.receiver.answerWith({});
});

const eventTypes = () => bench.events().map(({ type }) => type);
const eventOf = <Type extends WebhookEvent['type']>(type: Type) =>
  bench.events().find((event): event is Extract<WebhookEvent, { type: Type }> => event.type === type);
const work = () => bench.queue.runDue(createWorkHandlers(bench.context), bench.context.now);

const release = (runId: string, removals: 'send' | 'skip' = 'send', caller = bench.caller) =>
  releaseHeldRun(bench.context, caller, { runId, reason: 'The shop really closed.', removals });
const discard = (runId: string, caller = bench.caller) =>
  discardHeldRun(bench.context, caller, { runId, reason: 'The export was broken.' });

/** A job that knows the items 1 to 10, and its run that is held because 6 of them are missing. Item 11 is new. */
async function heldRun(changesOfJob: object = {}) {
  bench.setFeed(numberedItems(1, 10));
  const job = await bench.makeJob({ changeDetection: { removed: true }, ...changesOfJob });
  await bench.runNow(job.id);
  bench.receiver.clear();
  bench.setFeed([...numberedItems(1, 4), ...numberedItems(11, 11)]);
  const run = await bench.runNow(job.id);
  expect(run.outcome).toBe('held');
  return { job, run };
}

const HELD: Held = {
  rule: 'removed',
  counts: { affected: 6, total: 10 },
  limit: 30,
  examples: Array.from({ length: 5 }, () => expect.any(String) as unknown as string),
  message: '6 of 10 known items are missing; the limit is 30 %.',
  repair: null,
};
const SENT = [['created', 'T11'], ...Array.from({ length: 6 }, () => ['removed', null])];

test('a held run sends no rows, says why, and leaves the job as it was', async () => {
  const { job, run } = await heldRun();
  expect(run).toMatchObject({ held: HELD, decision: null, error: { code: 'run_held_removed' } });
  expect(eventTypes()).toEqual(['import.held']);
  expect(eventOf('import.held')?.data).toMatchObject({ runId: run.id, held: HELD });
  expect(await bench.job(job.id)).toMatchObject({
    status: 'active',
    activeRunId: null,
    heldRunId: run.id,
    failuresInARow: 0,
    knownItems: 10,
    lastRun: { runId: run.id, outcome: 'held' },
  });
});

test('a released run sends its rows, and its items are the known ones', async () => {
  const { job, run } = await heldRun();
  expect(await release(run.id)).toMatchObject({
    outcome: 'running',
    phase: 'release',
    decision: {
      action: 'release',
      removals: 'send',
      reason: 'The shop really closed.',
      by: { kind: 'host' },
    },
  });
  await work();
  expect(await bench.run(run.id)).toMatchObject({
    outcome: 'succeeded',
    held: HELD,
    error: null,
    counts: { created: 1, removed: 6, rowsAcknowledged: 7 },
  });
  expect(bench.changes()).toEqual(SENT);
  expect([...eventTypes()].sort()).toEqual([
    'import.completed',
    'import.held',
    'import.records',
    'import.records',
    'import.released',
  ]);
  expect(eventOf('import.released')?.data).toMatchObject({ held: HELD, decision: { action: 'release' } });
  expect(await bench.job(job.id)).toMatchObject({ heldRunId: null, activeRunId: null, knownItems: 5 });
  expect(await bench.runNow(job.id)).toMatchObject({ outcome: 'unchanged' });
});

test('a release that skips removals leaves those items known, with their content', async () => {
  const { job, run } = await heldRun();
  await release(run.id, 'skip');
  await work();
  expect(await bench.run(run.id)).toMatchObject({
    outcome: 'succeeded',
    counts: { created: 1, removed: 0, batches: 1, batchesAcknowledged: 1 },
  });
  expect(bench.changes()).toEqual([['created', 'T11']]);
  expect(await bench.job(job.id)).toMatchObject({ knownItems: 11 });
  bench.receiver.clear();
  bench.setFeed([...numberedItems(1, 8), ...numberedItems(11, 11)]);
  expect(await bench.runNow(job.id)).toMatchObject({
    outcome: 'succeeded',
    counts: { unchanged: 9, created: 0, updated: 0, removed: 2 },
  });
});

test('a release that skips removals does not end them: the next run misses the items in the same file again', async () => {
  const { job, run } = await heldRun();
  await release(run.id, 'skip');
  await work();
  const again = await bench.runNow(job.id);
  expect(again).toMatchObject({ outcome: 'held', held: { rule: 'removed' } });
  await release(again.id);
  await work();
  expect(await bench.job(job.id)).toMatchObject({ knownItems: 5 });
});

test('a discarded run ends as cancelled, and the next run compares with the last good state', async () => {
  const { job, run } = await heldRun();
  await discard(run.id);
  await work();
  expect(await bench.run(run.id)).toMatchObject({
    outcome: 'cancelled',
    decision: { action: 'discard', reason: 'The export was broken.' },
  });
  expect(eventTypes()).toEqual(['import.held', 'import.discarded']);
  expect((await bench.deliveries(run.id)).filter(({ type }) => type === 'import.records')).toMatchObject([
    { status: 'discarded' },
    { status: 'discarded' },
  ]);
  expect(await bench.job(job.id)).toMatchObject({
    heldRunId: null,
    knownItems: 10,
    lastRun: { runId: run.id, outcome: 'cancelled' },
  });
  bench.setFeed(numberedItems(1, 11));
  bench.receiver.clear();
  expect(await bench.runNow(job.id)).toMatchObject({ counts: { created: 1, unchanged: 10, removed: 0 } });
  expect(bench.changes()).toEqual([['created', 'T11']]);
});

test('the first decision counts, and the second gets it', async () => {
  const { run } = await heldRun();
  const [first, second] = await Promise.allSettled([release(run.id), discard(run.id)]);
  const refused = [first, second].filter(({ status }) => status === 'rejected');
  expect(refused).toHaveLength(1);
  await work();
  await expect(discard(run.id)).rejects.toMatchObject(
    errorWith('run_decided_already', { extra: { decision: { by: { kind: 'host' } } } }),
  );
});

test('a run that is not held cannot be decided, nor can a dry run', async () => {
  const { job } = await heldRun();
  bench.setFeed([]);
  const dry = await bench.runNow(job.id, { dryRun: true });
  expect(dry).toMatchObject({ outcome: 'held', held: { rule: 'empty' } });
  await expect(discard(dry.id)).rejects.toMatchObject(errorWith('run_not_held'));
  bench.setFeed(numberedItems(1, 10));
  const good = await bench.runNow(job.id);
  await expect(release(good.id)).rejects.toMatchObject(errorWith('run_not_held'));
});

test('a later run replaces the held one unless it fails', async () => {
  const { job, run } = await heldRun();
  bench.site.route('/feed.xml', { status: 404 });
  await bench.runNow(job.id);
  expect((await bench.job(job.id)).heldRunId).toBe(run.id);
  bench.setFeed([...numberedItems(1, 3), ...numberedItems(12, 12)]);
  const later = await bench.runNow(job.id);
  expect(later.outcome).toBe('held');
  expect(await bench.run(run.id)).toMatchObject({ outcome: 'cancelled', replacedBy: later.id });
  expect(await bench.job(job.id)).toMatchObject({ heldRunId: later.id, knownItems: 10 });
  await expect(release(run.id)).rejects.toMatchObject(
    errorWith('run_replaced', { extra: { replacedBy: later.id } }),
  );
  bench.setFeed(numberedItems(1, 10));
  const good = await bench.runNow(job.id);
  expect(good.outcome).toBe('unchanged');
  expect(await bench.run(later.id)).toMatchObject({ outcome: 'cancelled', replacedBy: good.id });
  expect((await bench.job(job.id)).heldRunId).toBeNull();
});

test('a job that waits starts no run before the decision, and skips its ticks', async () => {
  const { job, run } = await heldRun({
    whenHeld: 'wait',
    schedule: { kind: 'hours', every: 1, timeZone: 'UTC' },
  });
  await expect(bench.runNow(job.id)).rejects.toMatchObject(
    errorWith('run_held_undecided', { extra: { runId: run.id } }),
  );
  const before = bench.site.requests.length;
  expect(await bench.tickNow(job.id)).toEqual({ againAt: expect.any(Date) });
  expect(bench.site.requests.length).toBe(before);
  expect(await bench.run(run.id)).toMatchObject({ outcome: 'held', skippedTicks: 1 });
  expect((await bench.runNow(job.id, { dryRun: true })).outcome).toBe('held');
  await discard(run.id);
  await work();
  expect(await bench.runNow(job.id)).toMatchObject({ outcome: 'held' });
});

test('a run cannot be released while another run of the job is active', async () => {
  const { job, run } = await heldRun();
  const active = await bench.startRun(job.id);
  await expect(release(run.id)).rejects.toMatchObject(
    errorWith('run_already_active', { extra: { runId: active.runId } }),
  );
  await work();
});

test('staged rows of a held run outlive the time that failed deliveries are kept', async () => {
  const { run } = await heldRun();
  const muchLater = bench.later(400 * 86_400_000);
  await createWorkHandlers(muchLater).maintain({ signal: new AbortController().signal });
  await release(run.id);
  await work();
  expect(bench.changes()).toEqual(SENT);
});

test('resetting the job ends its held run', async () => {
  const { job, run } = await heldRun();
  await resetJob(bench.context, bench.caller, { jobId: job.id });
  expect(await bench.run(run.id)).toMatchObject({ outcome: 'cancelled', replacedBy: null });
  await expect(release(run.id)).rejects.toMatchObject(errorWith('run_not_held'));
  expect(await bench.runNow(job.id)).toMatchObject({ outcome: 'succeeded', counts: { created: 5 } });
});

test('a user decides only if the template allows it, and is named in the decision', async () => {
  const { run, job } = await heldRun();
  const { projectId } = bench.caller;
  const user = userOf({ projectId, templateId: job.templateId });
  await expect(discard(run.id, user)).rejects.toMatchObject(errorWith('not_permitted'));
  const { id: templateId } = await bench.makeTemplate({ usersDecideHeldRuns: true });
  const allowed = await heldRun({ templateId });
  const decided = await discard(allowed.run.id, userOf({ projectId, templateId }));
  expect(decided.decision).toMatchObject({ by: { kind: 'user', externalUserId: 'user-1' } });
  await work();
});

describe('an item state that cannot be read', () => {
  const BYTES_OF_A_LATER_VERSION = [Buffer.from('INL9\u0003\0\0\0', 'latin1'), Buffer.alloc(96)];

  async function replaceState(jobId: string, parts: readonly Buffer[] | null) {
    const { itemStates } = bench.context.store;
    const { projectId, itemStateId } = await bench.storedJob(jobId);
    if (itemStateId === null) throw new Error('the job has no item state');
    await itemStates.remove({ projectId, jobId }, [itemStateId]);
    if (parts) await itemStates.save({ projectId, jobId, itemStateId, parts });
  }

  async function heldWithoutState(parts: readonly Buffer[] | null) {
    bench.setFeed(numberedItems(1, 3));
    const job = await bench.makeJob({ changeDetection: { removed: true } });
    await bench.runNow(job.id);
    await replaceState(job.id, parts);
    bench.receiver.clear();
    bench.setFeed(numberedItems(2, 4));
    return { job, run: await bench.runNow(job.id) };
  }

  test.each([
    ['that is missing', null],
    ['of a later version', BYTES_OF_A_LATER_VERSION],
    ['that lost a part', [Buffer.from('INL2\u0003\0\0\0', 'latin1')]],
  ])('%s holds the run; a release starts over', async (_, parts) => {
    const { job, run } = await heldWithoutState(parts);
    expect(run).toMatchObject({
      outcome: 'held',
      held: { rule: 'state', counts: { affected: 3, total: 3 } },
      error: { code: 'run_held_state' },
    });
    expect(bench.changes()).toEqual([]);
    await release(run.id, 'skip');
    await work();
    expect(await bench.run(run.id)).toMatchObject({
      outcome: 'succeeded',
      counts: { created: 3, removed: 0 },
    });
    expect(bench.changes()).toEqual(['T2', 'T3', 'T4'].map((title) => ['created', title]));
    bench.receiver.clear();
    bench.setFeed(numberedItems(2, 5));
    expect(await bench.runNow(job.id)).toMatchObject({ outcome: 'succeeded', counts: { created: 1 } });
    expect(bench.changes()).toEqual([['created', 'T5']]);
  });

  test('ends a released run that was to leave out its removals', async () => {
    const { job, run } = await heldRun();
    await replaceState(job.id, null);
    await release(run.id, 'skip');
    await work();
    expect(await bench.run(run.id)).toMatchObject({
      outcome: 'failed',
      error: { code: 'item_state_unreadable' },
    });
  });
});
