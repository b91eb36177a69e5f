import { jobInputSchema, type WidgetJobInput } from '@inlet/contracts';
import { fakeClock, interceptOperations } from '@inlet/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Context,
  changeJob,
  createJob,
  createWorkHandlers,
  getJob,
  getRun,
  type JobChanges,
  pauseJob,
  removeJob,
  resetJob,
  resumeJob,
} from '../src/index.js';
import { errorWith, userOf } from './callers.js';
import { type EngineBench, startEngineBench, workOptions } from './engine-bench.js';

const DAILY = { kind: 'days', time: '03:00' };

let bench: EngineBench;
let clock: ReturnType<typeof fakeClock>;
let context: Context;

beforeAll(async () => {
  bench = await startEngineBench();
});
afterAll(() => bench.close());
beforeEach(() => {
  clock = fakeClock('2100-03-01T12:00:00.000Z');
  context = { ...bench.context, now: clock.now };
  bench.receiver.clear();
  bench.setFeed([
    { guid: '1', title: 'One' },
    { guid: '2', title: 'Two' },
  ]);
});

const tickOf = (jobId: string) => bench.queue.dueTimes.get(`tick ${jobId}`)?.toISOString();

async function inputFor(changes: object = {}) {
  const { id: templateId } = await bench.makeTemplate();
  return jobInputSchema.parse({
    templateId,
    externalUserId: 'user-1',
    label: 'Feed',
    source: { kind: 'url', url: bench.site.url('/feed.xml') },
    recordPath: '/rss/channel/item',
    mapping: [{ column: 'title', path: 'title' }],
    schedule: DAILY,
    ...changes,
  });
}

describe('a new job', () => {
  it('is due at the first time of its schedule, and knows no items', async () => {
    const { job, run } = await createJob(context, bench.caller, await inputFor());
    expect(run).toBeNull();
    expect(job).toMatchObject({
      status: 'active',
      nextRunAt: '2100-03-02T03:00:00.000Z',
      activeRunId: null,
      lastRun: null,
      knownItems: 0,
      failuresInARow: 0,
      createdAt: clock.now().toISOString(),
    });
    expect(tickOf(job.id)).toBe('2100-03-02T03:00:00.000Z');
    expect(await getJob(context, bench.caller, { jobId: job.id })).toEqual(job);
  });

  it('waits as a draft without a tick', async () => {
    const { job } = await createJob(context, bench.caller, await inputFor({ isDraft: true }));
    expect(job).toMatchObject({ status: 'draft', nextRunAt: null });
    expect(tickOf(job.id)).toBeUndefined();
  });

  it('may start a run at once, in addition to its schedule', async () => {
    const { job, run } = await createJob(context, bench.caller, await inputFor({ runNow: true }));
    expect(run).toMatchObject({ jobId: job.id, trigger: 'api', isDryRun: false, outcome: 'queued' });
    expect(bench.queue.dueTimes.get(`run ${run?.id}`)).toEqual(clock.now());
    expect(tickOf(job.id)).toBe('2100-03-02T03:00:00.000Z');
    await createWorkHandlers(context).run({ ...bench.caller, runId: run?.id ?? '' }, workOptions());
    expect(await getRun(context, bench.caller, { runId: run?.id ?? '' })).toMatchObject({
      outcome: 'succeeded',
    });
  });

  it('has the user, the template and the extra of its session, whatever the input names', async () => {
    const { id: templateId } = await bench.makeTemplate();
    const caller = userOf({ ...bench.caller, templateId, extra: { plan: 'gold' } });
    const input: WidgetJobInput = await inputFor({ externalUserId: 'eve', extra: { plan: 'free' } });
    const { job } = await createJob(context, caller, input);
    expect(job).not.toHaveProperty('extra');
    expect(await bench.storedJob(job.id)).toMatchObject({
      externalUserId: 'user-1',
      templateId,
      extra: { plan: 'gold' },
    });
  });

  it('does not store the credentials of an address in the address', async () => {
    const source = { kind: 'url', url: 'https://ann:pw@feeds.example/a' };
    const { job } = await createJob(context, bench.caller, await inputFor({ source }));
    expect(job.source).toMatchObject({ url: 'https://feeds.example/a', username: 'ann' });
  });

  it.each([
    ['the template is unknown', { templateId: 'tpl_unknown' }, 'template_not_found'],
    ['the mapping does not fit', { mapping: [{ column: 'nope', path: 'x' }] }, 'mapping_column_unknown'],
    [
      'a required column is not mapped',
      { mapping: [{ column: 'text', path: 'x' }] },
      'mapping_required_missing',
    ],
    ['the schedule never runs', { schedule: { ...DAILY, endsAt: '2100-01-01T00:00:00Z' } }, 'schedule_never'],
  ])('is not stored if %s', async (_, changes, code) => {
    const input = await inputFor({ externalUserId: `user of ${code}`, ...changes });
    await expect(createJob(context, bench.caller, input)).rejects.toMatchObject(errorWith(code));
    const { externalUserId } = input;
    const page = { limit: 10, externalUserId, kind: 'feed', withTemporary: true } as const;
    const { items } = await context.store.jobs.listOfUser(bench.caller.projectId, page);
    expect(items).toEqual([]);
  });
});

describe('pause', () => {
  it('removes the tick, and hides the next run', async () => {
    const { id } = await bench.makeJob();
    expect(tickOf(id)).toBeDefined();
    const paused = await pauseJob(context, bench.caller, { jobId: id });
    expect(paused).toMatchObject({ status: 'paused', pausedBecause: null, nextRunAt: null });
    expect(tickOf(id)).toBeUndefined();
  });

  it('lets a run in progress continue to its end', async () => {
    const { id } = await bench.makeJob();
    const run = await bench.startRun(id);
    await pauseJob(context, bench.caller, { jobId: id });
    await createWorkHandlers(bench.context).run(run, workOptions());
    expect(await bench.run(run.runId)).toMatchObject({
      outcome: 'succeeded',
      counts: { rowsAcknowledged: 2 },
    });
    expect(await bench.job(id)).toMatchObject({ status: 'paused', lastRun: { outcome: 'succeeded' } });
  });

  it.each<[string, JobChanges, string]>([
    ['is paused already', { status: 'paused' }, 'job_paused_already'],
    ['has ended', { status: 'ended' }, 'job_ended'],
  ])('is refused if the job %s', async (_, before, code) => {
    const { id } = await bench.makeJob();
    await bench.changeJob(id, before);
    await expect(pauseJob(context, bench.caller, { jobId: id })).rejects.toMatchObject(errorWith(code));
  });
});

describe('resume', () => {
  const error = { code: 'job_auto_paused', title: 'Paused', help: 'Resume it.' };

  it.each<[string, JobChanges]>([
    ['a person paused', { status: 'paused' }],
    ['paused itself after failures', { status: 'paused', pausedBecause: error, failuresInARow: 10 }],
    ['is a draft', { status: 'draft', nextRunAt: null }],
  ])('starts a job that %s, with the next time from now and no failures', async (_, before) => {
    const { id } = await bench.makeJob({ schedule: DAILY });
    await bench.changeJob(id, before);
    clock.set('2100-05-01T00:00:00.000Z');
    expect(await resumeJob(context, bench.caller, { jobId: id })).toMatchObject({
      status: 'active',
      pausedBecause: null,
      failuresInARow: 0,
      nextRunAt: '2100-05-01T03:00:00.000Z',
    });
    expect(tickOf(id)).toBe('2100-05-01T03:00:00.000Z');
  });

  it('is refused if the job is active', async () => {
    const { id } = await bench.makeJob();
    const resumed = resumeJob(context, bench.caller, { jobId: id });
    await expect(resumed).rejects.toMatchObject(errorWith('job_not_paused'));
  });

  it('is refused if the schedule has no more times, and the job stays paused', async () => {
    const { id } = await bench.makeJob({ schedule: { ...DAILY, endsAt: '2100-04-01T00:00:00Z' } });
    await pauseJob(context, bench.caller, { jobId: id });
    clock.set('2100-04-02T00:00:00.000Z');
    const resumed = resumeJob(context, bench.caller, { jobId: id });
    await expect(resumed).rejects.toMatchObject(errorWith('job_ended'));
    expect(await bench.job(id)).toMatchObject({ status: 'paused' });
  });
});

describe('reset', () => {
  it('forgets all items and what was fetched, and keeps runs and schedule', async () => {
    const { id, nextRunAt } = await bench.makeJob();
    await bench.runNow(id);
    const { itemStateId } = await bench.storedJob(id);
    expect(await resetJob(context, bench.caller, { jobId: id })).toMatchObject({ knownItems: 0, nextRunAt });
    const { projectId } = bench.caller;
    expect(
      await context.store.itemStates.load({ projectId, jobId: id, itemStateId: itemStateId ?? '' }),
    ).toBeNull();
    expect(await bench.storedJob(id)).toMatchObject({
      itemStateId: null,
      fetchState: { version: null, configHash: null, body: null },
    });
    expect(await bench.runsOf(id)).toHaveLength(1);
  });

  it('is refused while a run is active', async () => {
    const { id } = await bench.makeJob();
    await bench.startRun(id);
    const reset = resetJob(context, bench.caller, { jobId: id });
    await expect(reset).rejects.toMatchObject(errorWith('run_already_active'));
  });
});

describe('remove', () => {
  it('removes everything of the job, and nothing of other jobs', async () => {
    const { projectId } = bench.caller;
    const { store } = bench.context;
    bench.setFeed([
      { guid: '1', title: 'One', price: 'free' },
      { guid: '2', title: 'Two' },
    ]);
    const [gone, kept] = [await bench.makeJob(), await bench.makeJob()];
    const [goneRun, keptRun] = [await bench.runNow(gone.id), await bench.runNow(kept.id)];
    const { itemStateId } = await bench.storedJob(gone.id);
    await removeJob(context, bench.caller, { jobId: gone.id });
    const leftOf = async (jobId: string, runId: string) => ({
      job: (await store.jobs.get({ projectId, jobId })) !== null,
      runs: (await bench.runsOf(jobId)).length,
      deliveries: (await store.deliveries.listOfRun({ projectId, runId }, { limit: 10 })).items.length,
      issues: (await store.issues.list({ projectId, runId, runAttempt: 1 }, { limit: 10 })).items.length,
      tick: tickOf(jobId) !== undefined,
    });
    expect(await leftOf(gone.id, goneRun.id)).toEqual({
      job: false,
      runs: 0,
      deliveries: 0,
      issues: 0,
      tick: false,
    });
    expect(
      await store.itemStates.load({ projectId, jobId: gone.id, itemStateId: itemStateId ?? '' }),
    ).toBeNull();
    expect(await leftOf(kept.id, keptRun.id)).toEqual({
      job: true,
      runs: 1,
      deliveries: 2,
      issues: 1,
      tick: true,
    });
  });

  it('can be repeated after a crash, since the job itself is removed last', async () => {
    const { id } = await bench.makeJob();
    await bench.runNow(id);
    const crashing = interceptOperations(context, async (name, proceed) => {
      if (name === 'jobs.remove') throw new Error('crashed');
      return proceed();
    });
    await expect(removeJob(crashing, bench.caller, { jobId: id })).rejects.toThrow('crashed');
    expect(await bench.runsOf(id)).toEqual([]);
    await removeJob(context, bench.caller, { jobId: id });
    const found = getJob(context, bench.caller, { jobId: id });
    await expect(found).rejects.toMatchObject(errorWith('job_not_found'));
  });

  it('stops a run in progress, which then sends nothing', async () => {
    const { id } = await bench.makeJob();
    const run = await bench.startRun(id);
    await removeJob(context, bench.caller, { jobId: id });
    await createWorkHandlers(bench.context).run(run, workOptions());
    expect(bench.events()).toEqual([]);
    expect(await bench.context.store.runs.get(run)).toBeNull();
  });
});

describe('a draft that the widget saves for a dry run', () => {
  const DAY_MS = 24 * 60 * 60 * 1000;
  const maintain = () => createWorkHandlers(context).maintain(workOptions());

  it('is removed with its runs a day after its last change, unless it was started', async () => {
    const input = await inputFor();
    const user = userOf({ ...bench.caller, templateId: input.templateId });
    const createDraft = async () => (await createJob(context, user, { ...input, isDraft: true })).job.id;
    const [left, changed, started] = [await createDraft(), await createDraft(), await createDraft()];
    const ofHost = (await createJob(context, bench.caller, { ...input, isDraft: true })).job.id;
    await resumeJob(context, user, { jobId: started });
    clock.advance(DAY_MS - 1);
    await changeJob(context, user, { jobId: changed, patch: { label: 'Later' } });
    await maintain();
    expect((await getJob(context, user, { jobId: left })).id).toBe(left);
    clock.advance(1);
    await maintain();
    await expect(getJob(context, user, { jobId: left })).rejects.toMatchObject(errorWith('job_not_found'));
    for (const jobId of [changed, started, ofHost])
      expect((await getJob(context, bench.caller, { jobId })).id).toBe(jobId);
  });
});
