import { type JobInput, jobInputSchema } from '@inlet/contracts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Context, createJob, createWorkHandlers, runJob, type WorkHandlers } from '../src/index.js';
import { type ClockedContext, type EngineBench, startEngineBench, workOptions } from './engine-bench.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAILY = { kind: 'days', time: '06:00', timeZone: 'UTC' };
const HOURLY = { kind: 'hours', every: 1, startsAt: '2100-03-01T00:00:00.000Z' };

let bench: EngineBench;
let templateId: string;
let clock: ClockedContext['clock'];
let context: Context;
let worker: WorkHandlers;

beforeAll(async () => {
  bench = await startEngineBench({ leaseMs: 60_000 });
  templateId = (await bench.makeTemplate()).id;
});
afterAll(() => bench.close());
beforeEach(async () => {
  ({ clock, context } = bench.startClock());
  worker = createWorkHandlers(context);
  bench.receiver.answerWith({});
  bench.setFeed([{ guid: 'a', title: 'A' }]);
});

async function makeJob(schedule: object, changes: object = {}): Promise<string> {
  const input: JobInput = jobInputSchema.parse(bench.jobInput(templateId, { schedule, ...changes }));
  return (await createJob(context, bench.caller, input)).job.id;
}

const tick = async (jobId: string, handlers = worker) => {
  const { projectId, externalUserId } = await bench.storedJob(jobId);
  return handlers.tick({ projectId, jobId, externalUserId }, workOptions());
};
const nextRunOf = async (jobId: string) => (await bench.storedJob(jobId)).nextRunAt?.toISOString();
const maintain = (handlers = worker) => handlers.maintain(workOptions());

test.each(['the same process', 'a new process'])(
  'jobs that a clock ahead has put off run at their own times again, by maintenance of %s',
  async (process) => {
    const [daily, hourly] = [await makeJob(DAILY), await makeJob(HOURLY)];
    await maintain();
    clock.advance(10 * DAY_MS);
    for (const jobId of [daily, hourly]) await tick(jobId);
    expect([await nextRunOf(daily), await nextRunOf(hourly)]).toEqual([
      '2100-03-12T06:00:00.000Z',
      '2100-03-11T13:00:00.000Z',
    ]);
    clock.set('2100-03-01T12:00:30.000Z');
    await maintain(process === 'a new process' ? createWorkHandlers(context) : worker);
    expect([await nextRunOf(daily), await nextRunOf(hourly)]).toEqual([
      '2100-03-02T06:00:00.000Z',
      '2100-03-01T13:00:00.000Z',
    ]);
    expect(bench.queue.dueTimes.get(`tick ${hourly}`)?.toISOString()).toBe('2100-03-01T13:00:00.000Z');
  },
);

test('a clock that is set back a little repeats no tick', async () => {
  const jobId = await makeJob(HOURLY);
  clock.set('2100-03-01T13:00:00.400Z');
  await tick(jobId);
  clock.set('2100-03-01T12:59:58.000Z');
  await maintain();
  await tick(jobId);
  expect(await nextRunOf(jobId)).toBe('2100-03-01T14:00:00.000Z');
  clock.set('2100-03-01T13:00:00.400Z');
  await tick(jobId);
  expect(await bench.runsOf(jobId)).toHaveLength(1);
});

test('a tick that is taken a moment early is not taken again at its time', async () => {
  const jobId = await makeJob(HOURLY);
  clock.set('2100-03-01T12:59:59.500Z');
  await tick(jobId);
  clock.set('2100-03-01T13:00:00.000Z');
  await tick(jobId);
  expect(await bench.runsOf(jobId)).toHaveLength(1);
  expect(await nextRunOf(jobId)).toBe('2100-03-01T14:00:00.000Z');
});

test('a job that its source asked to wait keeps waiting', async () => {
  const url = bench.site.route('/busy.xml', { status: 429, headers: { 'retry-after': '21600' } });
  const jobId = await makeJob(HOURLY, { source: { kind: 'url', url } });
  clock.set('2100-03-01T13:00:00.000Z');
  await tick(jobId);
  expect(await nextRunOf(jobId)).toBe('2100-03-01T20:00:00.000Z');
  await maintain();
  await maintain(createWorkHandlers(context));
  expect(await nextRunOf(jobId)).toBe('2100-03-01T20:00:00.000Z');
});

test('batches that a clock ahead has put off are sent, and the run that waits for them ends', async () => {
  bench.receiver.answerWith({ status: 503 });
  const jobId = await makeJob(HOURLY);
  clock.advance(10 * DAY_MS);
  await tick(jobId);
  const [run] = await bench.runsOf(jobId);
  expect(run).toMatchObject({ phase: 'deliver' });
  clock.set('2100-03-01T12:00:30.000Z');
  bench.receiver.answerWith({});
  await bench.queue.runDue(worker, clock.now);
  expect(await bench.storedRun(run!.id)).toMatchObject({ phase: 'deliver' });
  await maintain();
  await bench.queue.runDue(worker, clock.now);
  expect(await bench.storedRun(run!.id)).toMatchObject({ outcome: 'succeeded' });
});

test('a closing event that a clock ahead has put off is sent', async () => {
  bench.receiver.answerWith(({ json }) =>
    (json as { type: string }).type === 'import.records' ? {} : { status: 503 },
  );
  const jobId = await makeJob(HOURLY);
  clock.advance(10 * DAY_MS);
  await tick(jobId);
  await bench.queue.runDue(worker, clock.now);
  const [run] = await bench.runsOf(jobId);
  const closing = { projectId: run!.projectId, deliveryId: run!.closingDeliveryId };
  expect(await context.store.deliveries.get(closing)).toMatchObject({ status: 'pending' });
  clock.set('2100-03-01T12:00:30.000Z');
  bench.receiver.answerWith({});
  await maintain();
  await bench.queue.runDue(worker, clock.now);
  expect(await context.store.deliveries.get(closing)).toMatchObject({ status: 'acknowledged' });
});

test('a delivery that waits for its next attempt as it should keeps waiting', async () => {
  bench.receiver.answerWith({ status: 503 });
  const jobId = await makeJob(HOURLY);
  clock.set('2100-03-01T13:00:00.000Z');
  await tick(jobId);
  for (let attempt = 0; attempt < 4; attempt += 1) {
    clock.advance(20 * 60_000);
    await bench.queue.runDue({ ...worker, tick: async () => null }, clock.now);
  }
  const [run] = await bench.runsOf(jobId);
  const next = await context.store.deliveries.nextAttemptAt({ projectId: run!.projectId, runId: run!.id });
  expect(next!.getTime()).toBeGreaterThan(clock.nowMs() + 10 * 60_000);
  const dueBefore = bench.queue.dueTimes.get(`run ${run!.id}`);
  await maintain();
  expect(bench.queue.dueTimes.get(`run ${run!.id}`)).toEqual(dueBefore);
});

test('the run of a worker that died while its clock was ahead is taken over', async () => {
  const { runId, projectId } = await bench.startRun(await makeJob(HOURLY));
  await context.store.runs.acquireLease(
    { projectId, runId },
    { owner: 'dead', now: clock.now(), leaseUntil: new Date(clock.nowMs() + 10 * DAY_MS) },
  );
  await maintain();
  expect((await bench.storedRun(runId)).leaseUntil).toEqual(new Date(clock.nowMs() + 60_000));
});

test('a run that was created by a clock ahead and never taken starts', async () => {
  const jobId = await makeJob(HOURLY);
  clock.advance(10 * DAY_MS);
  const { id: runId } = await runJob(context, bench.caller, { jobId, isDryRun: false });
  clock.set('2100-03-01T12:00:30.000Z');
  await bench.queue.runDue(worker, clock.now);
  expect(await bench.storedRun(runId)).toMatchObject({ outcome: 'queued' });
  await maintain();
  await bench.queue.runDue(worker, clock.now);
  expect(await bench.storedRun(runId)).toMatchObject({ outcome: 'succeeded' });
});
