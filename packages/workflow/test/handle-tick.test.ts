import { createGate, interceptOperations } from '@inlet/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Context, createWorkHandlers, pauseJob, type WorkOptions } from '../src/index.js';
import { type EngineBench, startEngineBench, workOptions } from './engine-bench.js';

let bench: EngineBench;

beforeAll(async () => {
  bench = await startEngineBench();
});
afterAll(() => bench.close());
beforeEach(() => {
  bench.receiver.clear();
  bench.receiver.answerWith({});
  bench.setFeed([{ guid: 'a', title: 'A' }]);
});

const HOURLY = { schedule: { kind: 'hours', every: 1 } };
const inMs = (ms: number) => new Date(Date.now() + ms);

async function tick(jobId: string, options: WorkOptions = workOptions(), context: Context = bench.context) {
  const { projectId, externalUserId } = await bench.storedJob(jobId);
  return createWorkHandlers(context).tick({ projectId, jobId, externalUserId }, options);
}

/** A job whose next run is due at a time relative to now. */
async function jobDue(ms: number, changes: object = {}) {
  const { id } = await bench.makeJob({ ...HOURLY, ...changes });
  await bench.changeJob(id, { nextRunAt: inMs(ms) });
  return id;
}

test('a due tick runs the job and comes back at its next time', async () => {
  const jobId = await jobDue(-10);
  const result = await tick(jobId);
  const job = await bench.storedJob(jobId);
  expect(result).toEqual({ againAt: job.nextRunAt });
  expect(job.nextRunAt!.getTime()).toBeGreaterThan(Date.now());
  expect(await bench.runsOf(jobId)).toMatchObject([{ trigger: 'schedule', outcome: 'succeeded' }]);
});

test('a tick that sends one batch costs as many operations as docs/architecture.md says', async () => {
  const jobId = await jobDue(-10);
  await tick(jobId);
  bench.setFeed([{ guid: 'a', title: 'B' }]);
  await bench.changeJob(jobId, { nextRunAt: inMs(-10) });
  const operations: string[] = [];
  const counting = interceptOperations(bench.context, (name, proceed) => {
    operations.push(name);
    return proceed();
  });
  await tick(jobId, workOptions(), counting);
  expect(await bench.runsOf(jobId)).toMatchObject([{ outcome: 'succeeded' }, { outcome: 'succeeded' }]);
  expect(operations).toHaveLength(18);
});

test('a tick before its time comes back then, without a run', async () => {
  const jobId = await jobDue(60_000);
  expect(await tick(jobId)).toEqual({ againAt: (await bench.storedJob(jobId)).nextRunAt });
  expect(await bench.runsOf(jobId)).toEqual([]);
});

test('a tick that is less than a second early counts as due', async () => {
  const jobId = await jobDue(0);
  const early = { ...bench.context, now: () => inMs(-900) };
  await tick(jobId, workOptions(), early);
  expect(await bench.runsOf(jobId)).toHaveLength(1);
});

test('missed ticks run once, late', async () => {
  const jobId = await jobDue(-5 * 3_600_000);
  await tick(jobId);
  await tick(jobId);
  const runs = await bench.runsOf(jobId);
  expect(runs).toHaveLength(1);
  expect(runs[0]!.lateMs).toBeGreaterThanOrEqual(5 * 3_600_000);
});

test.each(['paused', 'removed'])(
  'the tick of a %s job does nothing and does not come back',
  async (state) => {
    const jobId = await jobDue(-10);
    const { projectId, externalUserId } = await bench.storedJob(jobId);
    if (state === 'paused') await pauseJob(bench.context, bench.caller, { jobId });
    else await bench.context.store.jobs.remove({ projectId, jobId });
    const work = { projectId, jobId, externalUserId };
    expect(await createWorkHandlers(bench.context).tick(work, workOptions())).toBeNull();
    expect(await bench.runsOf(jobId)).toEqual([]);
  },
);

test('a tick during the active run is skipped and counted', async () => {
  const jobId = await jobDue(-10, { overlap: 'skip' });
  const { runId } = await bench.startRun(jobId);
  expect(await tick(jobId)).toEqual({ againAt: (await bench.storedJob(jobId)).nextRunAt });
  expect((await bench.storedRun(runId)).skippedTicks).toBe(1);
  expect(await bench.storedJob(jobId)).toMatchObject({ hasQueuedTick: false, activeRunId: runId });
  expect(await bench.runsOf(jobId)).toHaveLength(1);
});

test('a tick during the active run is queued if the job asks for it, and due when the run ends', async () => {
  const jobId = await jobDue(-10, { overlap: 'queue' });
  const ref = await bench.startRun(jobId);
  await tick(jobId);
  expect(await bench.storedJob(jobId)).toMatchObject({ hasQueuedTick: true });
  expect((await bench.storedRun(ref.runId)).skippedTicks).toBe(0);
  await createWorkHandlers(bench.context).run(ref, workOptions());
  const job = await bench.storedJob(jobId);
  expect(job.hasQueuedTick).toBe(false);
  expect(job.nextRunAt!.getTime()).toBeLessThanOrEqual(Date.now());
  expect(bench.queue.dueTimes.get(`tick ${jobId}`)).toEqual(job.nextRunAt);
});

test('two workers with the same tick start one run', async () => {
  const jobId = await jobDue(-10);
  const [reached, other] = [createGate(), createGate()];
  const slow = interceptOperations(bench.context, async (name, proceed) => {
    if (name === 'jobs.setActiveRun') {
      reached.open();
      await other.opened;
    }
    return proceed();
  });
  const late = tick(jobId, workOptions(), slow);
  await reached.opened;
  await tick(jobId);
  other.open();
  expect(await late).toEqual({ againAt: (await bench.storedJob(jobId)).nextRunAt });
  expect(await bench.runsOf(jobId)).toHaveLength(1);
});

test('a worker that is asked to stop before it has a slot leaves the tick due', async () => {
  const jobId = await jobDue(-10);
  const { nextRunAt } = await bench.storedJob(jobId);
  expect(await tick(jobId, { signal: AbortSignal.abort() })).toEqual({ againAt: nextRunAt });
  expect(await bench.runsOf(jobId)).toEqual([]);
});

test('a run whose template was removed is not started and says why', async () => {
  const template = await bench.makeTemplate();
  const jobId = await jobDue(-10, { templateId: template.id });
  await bench.context.store.templates.remove({ projectId: bench.caller.projectId, templateId: template.id });
  await tick(jobId);
  expect(await bench.runsOf(jobId)).toMatchObject([
    { outcome: 'not_started', error: { code: 'template_not_found' } },
  ]);
});

test('a source that names a time is not fetched by a tick before it', async () => {
  bench.site.route('/busy.xml', { status: 429, headers: { 'retry-after': '7200' } });
  const source = { kind: 'url', url: bench.site.url('/busy.xml') };
  const jobId = await jobDue(-10, { source });
  const result = await tick(jobId);
  expect(result!.againAt.getTime()).toBeGreaterThan(Date.now() + 7_100_000);
  expect(await bench.runsOf(jobId)).toMatchObject([
    { outcome: 'failed', error: { code: 'source_rate_limited' } },
  ]);
});

test('a run that waits for its receiver is queued for the time of the next attempt', async () => {
  bench.receiver.answerWith({ status: 503 });
  const jobId = await jobDue(-10);
  await tick(jobId);
  const [run] = await bench.runsOf(jobId);
  expect(run).toMatchObject({
    outcome: 'running',
    phase: 'deliver',
    leaseOwner: null,
    attemptsSinceRequeue: 0,
  });
  expect(bench.queue.dueTimes.get(`run ${run!.id}`)).toEqual(run!.resumeAt);
  expect(run!.resumeAt!.getTime()).toBeGreaterThan(Date.now());
});

test('an active run that is gone is ended as interrupted', async () => {
  const jobId = await jobDue(60_000);
  const { runId, projectId } = await bench.startRun(jobId);
  await bench.context.store.runs.remove({ projectId, runId }, { owner: null });
  await tick(jobId);
  expect(await bench.storedJob(jobId)).toMatchObject({
    activeRunId: null,
    failuresInARow: 1,
    lastRun: { runId, outcome: 'failed', error: { code: 'run_interrupted' } },
  });
});

test('an active run whose worker may have died is queued for the end of its lease', async () => {
  const jobId = await jobDue(60_000);
  const { runId, projectId } = await bench.startRun(jobId);
  const leaseUntil = inMs(40_000);
  await bench.context.store.runs.acquireLease(
    { projectId, runId },
    { owner: 'dead', now: new Date(), leaseUntil },
  );
  await tick(jobId);
  expect(bench.queue.dueTimes.get(`run ${runId}`)).toEqual(leaseUntil);
});

test('a tick that is taken over queues the pending closing event of the last run', async () => {
  const template = await bench.makeTemplate();
  bench.receiver.answerWith(({ json }) =>
    (json as { type: string }).type === 'import.records' ? {} : { status: 503 },
  );
  const jobId = await jobDue(-10, { templateId: template.id });
  await tick(jobId);
  const [run] = await bench.runsOf(jobId);
  expect(run).toMatchObject({ outcome: 'succeeded', phase: 'done' });
  const key = `delivery ${run!.closingDeliveryId}`;
  const due = bench.queue.dueTimes.get(key);
  expect(due!.getTime()).toBeGreaterThan(Date.now());
  const { projectId } = bench.caller;
  await bench.queue.setDelivery({ projectId, deliveryId: run!.closingDeliveryId, at: inMs(9_999_999) });
  await tick(jobId, { ...workOptions(), isTakenOver: true });
  expect(bench.queue.dueTimes.get(key)).toEqual(due);
});
