import { columnSchema, type JobPatch, jobPatchSchema, scheduleSchema } from '@inlet/contracts';
import { interceptOperations } from '@inlet/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Caller, type Context, changeJob, pauseJob, resumeJob } from '../src/index.js';
import { errorWith, userOf } from './callers.js';
import { type ClockedContext, type EngineBench, startEngineBench } from './engine-bench.js';

const DAILY = { kind: 'days', time: '03:00' };
const HOUR_MS = 3_600_000;

let bench: EngineBench;
let clock: ClockedContext['clock'];
let context: Context;

beforeAll(async () => {
  bench = await startEngineBench();
});
afterAll(() => bench.close());
beforeEach(() => {
  // After the jobs of the bench were created, so that "every N hours" counts from the past.
  ({ clock, context } = bench.startClock());
});

const tickOf = (jobId: string) => bench.queue.dueTimes.get(`tick ${jobId}`)?.toISOString();

const change = (jobId: string, patch: object, caller: Caller = bench.caller) =>
  changeJob(context, caller, { jobId, patch: jobPatchSchema.parse(patch) });

/** The same process, in which a person changes the job between the reading and the writing of a use case. */
const overtaken = (jobId: string): Context => {
  let isDone = false;
  return interceptOperations(context, async (name, proceed) => {
    if (name !== 'jobs.change' || isDone) return proceed();
    isDone = true;
    await change(jobId, { label: 'Overtaken' });
    return proceed();
  });
};

describe('a changed job', () => {
  it('keeps all fields that are not given', async () => {
    const before = await bench.makeJob({ extra: { a: 1 }, schedule: DAILY });
    const after = await change(before.id, { label: 'Renamed', extra: undefined });
    expect(after).toEqual({ ...before, label: 'Renamed', updatedAt: clock.now().toISOString() });
  });

  it.each<[keyof JobPatch, object]>([
    ['parseOptions', { format: 'rss' }],
    [
      'guardRails',
      {
        maxInvalidPercent: 5,
        maxRemovedPercent: 6,
        holdWhenEmpty: false,
        holdOnDrift: false,
        pauseAfterFailures: 2,
      },
    ],
    ['changeDetection', { send: 'all', removed: true }],
    ['extra', { a: [1, null] }],
  ])('has the new value of %s as a whole', async (field, value) => {
    const { id } = await bench.makeJob();
    expect((await change(id, { [field]: value })) as object).toMatchObject({ [field]: value });
    expect(await bench.job(id)).toMatchObject({ [field]: value });
  });

  it('does not move its next run unless the schedule is changed', async () => {
    const job = await bench.makeJob({ schedule: DAILY });
    const due = tickOf(job.id);
    clock.advance(100 * HOUR_MS);
    expect(await change(job.id, { label: 'Renamed' })).toMatchObject({ nextRunAt: job.nextRunAt });
    expect(tickOf(job.id)).toBe(due);
    expect(await change(job.id, { schedule: DAILY })).toMatchObject({
      nextRunAt: '2100-03-06T03:00:00.000Z',
    });
    expect(tickOf(job.id)).toBe('2100-03-06T03:00:00.000Z');
  });

  it.each([
    ['a mapping that does not fit', { mapping: [{ column: 'nope', path: 'x' }] }, 'mapping_column_unknown'],
    [
      'a schedule that never runs',
      { schedule: { ...DAILY, endsAt: '2099-01-01T00:00:00Z' } },
      'schedule_never',
    ],
  ])('refuses %s, and stays as it was', async (_, patch, code) => {
    const before = await bench.makeJob();
    await expect(change(before.id, { label: 'Renamed', ...patch })).rejects.toMatchObject(errorWith(code));
    expect(await bench.job(before.id)).toEqual(before);
  });

  it('refuses any change once its template allows no imports any more, and says so', async () => {
    const template = await bench.makeTemplate();
    const { id } = await bench.makeJob({ templateId: template.id });
    await bench.context.store.templates.remove({
      projectId: bench.caller.projectId,
      templateId: template.id,
    });
    await expect(change(id, { label: 'Renamed' })).rejects.toMatchObject(errorWith('template_not_found'));
  });
});

describe('two changes at the same moment', () => {
  it.each([
    [
      'change',
      (job: Context, jobId: string) => changeJob(job, bench.caller, { jobId, patch: { label: 'Mine' } }),
    ],
    ['pause', (job: Context, jobId: string) => pauseJob(job, bench.caller, { jobId })],
  ])('do not mix: the slower %s is refused', async (_, act) => {
    const { id } = await bench.makeJob();
    await expect(act(overtaken(id), id)).rejects.toMatchObject(errorWith('job_changed_meanwhile'));
    expect(await bench.job(id)).toMatchObject({ label: 'Overtaken', status: 'active' });
  });

  it('do not mix: the slower resume is refused, and sets no tick', async () => {
    const { id } = await bench.makeJob();
    await pauseJob(context, bench.caller, { jobId: id });
    const resumed = resumeJob(overtaken(id), bench.caller, { jobId: id });
    await expect(resumed).rejects.toMatchObject(errorWith('job_changed_meanwhile'));
    expect(await bench.job(id)).toMatchObject({ status: 'paused' });
    expect(tickOf(id)).toBeUndefined();
  });
});

describe('a change at the moment at which a run pauses the job', () => {
  const pausedByRun = (jobId: string): Context => {
    let isDone = false;
    return interceptOperations(context, async (name, proceed) => {
      if (name === 'jobs.change' && !isDone) {
        isDone = true;
        bench.site.route('/feed.xml', { status: 404 });
        await bench.runNow(jobId);
      }
      return proceed();
    });
  };
  const LATER = scheduleSchema.parse({ kind: 'days', time: '05:00', timeZone: 'UTC' });
  const makeFailing = () => bench.makeJob({ schedule: DAILY, guardRails: { pauseAfterFailures: 1 } });

  it('is made, and the job stays paused', async () => {
    const { id } = await makeFailing();
    const patch: JobPatch = { label: 'Mine', schedule: LATER };
    await changeJob(pausedByRun(id), bench.caller, { jobId: id, patch });
    expect(await bench.job(id)).toMatchObject({
      label: 'Mine',
      schedule: LATER,
      status: 'paused',
      pausedBecause: { code: 'job_auto_paused' },
    });
  });

  it('says that the job is paused already', async () => {
    const { id } = await makeFailing();
    await expect(pauseJob(pausedByRun(id), bench.caller, { jobId: id })).rejects.toMatchObject(
      errorWith('job_paused_already'),
    );
  });
});

describe('a new source', () => {
  const headers = { 'x-key': 'secret' };

  it.each<[string, (origin: string) => string, object | undefined]>([
    ['keeps the stored headers on the same server', (origin) => `${origin}/other.xml`, headers],
    ['does not send them to another server', () => 'https://elsewhere.example/feed.xml', undefined],
  ])('%s', async (_, urlAt, expected) => {
    const { id } = await bench.makeJob({
      source: { kind: 'url', url: bench.site.url('/feed.xml'), headers },
    });
    await change(id, { source: { kind: 'url', url: urlAt(bench.site.origin) } });
    const { source } = await bench.storedJob(id);
    expect([source?.url, source?.headers]).toEqual([urlAt(bench.site.origin), expected]);
  });

  it('has the credentials of its address in the field that keeps them secret', async () => {
    const { id } = await bench.makeJob();
    await change(id, { source: { kind: 'url', url: 'https://ann:pw@feeds.example/a' } });
    expect((await bench.storedJob(id)).source).toEqual({
      kind: 'url',
      url: 'https://feeds.example/a',
      auth: { kind: 'basic', username: 'ann', password: 'pw' },
      pagination: { kind: 'declared', maxPages: 20 },
    });
  });
});

describe('the columns of a job', () => {
  const own = [columnSchema.parse({ key: 'own', name: 'Own' })];
  const mapping = [{ column: 'own', path: 'title' }];
  const inSession = (templateId: string) => userOf({ ...bench.caller, templateId, columns: own });

  it('become those of the session with a new mapping', async () => {
    const { id, templateId } = await bench.makeJob();
    expect(await change(id, { mapping }, inSession(templateId))).toMatchObject({ columns: own, mapping });
  });

  it('are not changed without a new mapping, whatever the session has', async () => {
    const { id, templateId } = await bench.makeJob();
    expect(await change(id, { label: 'Mine' }, inSession(templateId))).toMatchObject({ columns: null });
  });

  it('stay with the job when the host changes its mapping', async () => {
    const { id, templateId } = await bench.makeJob();
    await change(id, { mapping }, inSession(templateId));
    const [rule] = mapping;
    const renamed = [{ ...rule, path: 'description' }];
    expect(await change(id, { mapping: renamed })).toMatchObject({ columns: own, mapping: renamed });
    const wrong = change(id, { mapping: [{ column: 'title', path: 'title' }] });
    await expect(wrong).rejects.toMatchObject(errorWith('mapping_column_unknown'));
  });
});

describe('a new schedule', () => {
  const ended = { status: 'ended', nextRunAt: null } as const;

  it.each([
    [
      'starts a job again that had ended',
      ended,
      { status: 'active', nextRunAt: '2100-03-02T03:00:00.000Z' },
      true,
    ],
    [
      'leaves a paused job paused',
      { status: 'paused' } as const,
      { status: 'paused', nextRunAt: null },
      false,
    ],
    ['leaves a draft a draft', { status: 'draft' } as const, { status: 'draft', nextRunAt: null }, false],
  ])('%s', async (_, before, after, hasTick) => {
    const { id } = await bench.makeJob();
    await bench.changeJob(id, before);
    expect(await change(id, { schedule: DAILY })).toMatchObject(after);
    expect(tickOf(id) !== undefined).toBe(hasTick);
  });
});
