import { fakeClock, interceptOperations } from '@inlet/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  cancelRun,
  createWorkHandlers,
  getRun,
  listRunIssues,
  listRuns,
  runJob,
  streamRunIssues,
} from '../src/index.js';
import { errorWith, userOf } from './callers.js';
import { type EngineBench, startEngineBench, workOptions } from './engine-bench.js';

let bench: EngineBench;

beforeAll(async () => {
  bench = await startEngineBench();
});
afterAll(() => bench.close());
beforeEach(() => {
  bench.receiver.clear();
  bench.receiver.answerWith({});
  bench.setFeed([
    { guid: '1', title: 'One' },
    { guid: '2', title: 'Two' },
  ]);
});

const run = (jobId: string, options: { isDryRun?: boolean; changes?: object } = {}) =>
  runJob(bench.context, bench.caller, { jobId, isDryRun: false, ...options });
const dueAt = (runId: string) => bench.queue.dueTimes.get(`run ${runId}`);

describe('a run that is asked for', () => {
  it('becomes the active run, is due now, and has a new state', async () => {
    const { now } = fakeClock('2100-03-01T12:00:00.000Z');
    const { id } = await bench.makeJob({ extra: { plan: 'gold' } });
    const started = await runJob({ ...bench.context, now }, bench.caller, { jobId: id, isDryRun: false });
    expect(started).toMatchObject({
      jobId: id,
      trigger: 'api',
      outcome: 'queued',
      phase: 'waiting',
      scheduledFor: null,
      lateMs: null,
      createdAt: '2100-03-01T12:00:00.000Z',
      startedAt: null,
    });
    expect(dueAt(started.id)).toEqual(now());
    expect(await bench.storedJob(id)).toMatchObject({ activeRunId: started.id });
    expect((await bench.storedRun(started.id)).about).toMatchObject({
      label: 'Feed',
      extra: { plan: 'gold' },
    });
  });

  it('names the person as its trigger if a user of the widget asks', async () => {
    const { id: jobId, templateId } = await bench.makeJob();
    const user = userOf({ ...bench.caller, templateId });
    const started = await runJob(bench.context, user, { jobId, isDryRun: false });
    expect(started.trigger).toBe('person');
    expect((await bench.storedRun(started.id)).about.trigger).toBe('person');
  });

  it('does not move the schedule, and leaves a paused job paused', async () => {
    const { id, nextRunAt } = await bench.makeJob();
    await bench.changeJob(id, { status: 'paused' });
    await bench.runNow(id);
    expect(await bench.job(id)).toMatchObject({ status: 'paused', lastRun: { outcome: 'succeeded' } });
    expect((await bench.storedJob(id)).nextRunAt?.toISOString()).toBe(nextRunAt);
  });

  it('is refused beside an active one, which the error names, and leaves nothing behind', async () => {
    const { id } = await bench.makeJob();
    const active = await run(id);
    await expect(run(id)).rejects.toMatchObject(
      errorWith('run_already_active', { extra: { runId: active.id } }),
    );
    expect(await bench.runsOf(id)).toHaveLength(1);
  });

  it('is refused if another one becomes active at the same moment, and leaves nothing behind', async () => {
    const { id: jobId } = await bench.makeJob();
    const racing = interceptOperations(bench.context, async (name, proceed) => {
      if (name === 'jobs.setActiveRun') await run(jobId);
      return proceed();
    });
    const slower = runJob(racing, bench.caller, { jobId, isDryRun: false });
    await expect(slower).rejects.toMatchObject(errorWith('run_already_active'));
    const [only, ...others] = await bench.runsOf(jobId);
    expect(others).toEqual([]);
    expect(await bench.storedJob(jobId)).toMatchObject({ activeRunId: only?.id });
  });

  it('is refused if the template is gone, and the job stays free', async () => {
    const { id: templateId } = await bench.makeTemplate();
    const { id } = await bench.makeJob({ templateId });
    await bench.context.store.templates.remove({ projectId: bench.caller.projectId, templateId });
    await expect(run(id)).rejects.toMatchObject(errorWith('template_not_found'));
    expect(await bench.storedJob(id)).toMatchObject({ activeRunId: null });
  });
});

describe('a dry run', () => {
  it('may be asked for beside an active run, and does not become the active one', async () => {
    const { id } = await bench.makeJob();
    const active = await run(id);
    const trial = await run(id, { isDryRun: true });
    expect(trial).toMatchObject({ isDryRun: true, outcome: 'queued', sample: [] });
    expect(await bench.storedJob(id)).toMatchObject({ activeRunId: active.id });
  });

  it('keeps the settings that it tries out until it ends, and the job never has them', async () => {
    const { id } = await bench.makeJob();
    const mapping = [{ column: 'title', path: 'guid' }];
    const trial = await run(id, { isDryRun: true, changes: { mapping } });
    expect(await bench.storedRun(trial.id)).toMatchObject({ proposal: { mapping, columns: null } });
    const ref = { projectId: bench.caller.projectId, runId: trial.id };
    await createWorkHandlers(bench.context).run(ref, workOptions());
    expect(await bench.run(trial.id)).toMatchObject({
      sample: [{ values: { title: '1' } }, { values: { title: '2' } }],
    });
    expect((await bench.storedRun(trial.id)).proposal).toBeNull();
    expect((await bench.job(id)).mapping).toHaveLength(3);
  });

  it('tries out nothing if it is a real run', async () => {
    const { id } = await bench.makeJob();
    const real = await run(id, { changes: { mapping: [{ column: 'title', path: 'guid' }] } });
    expect((await bench.storedRun(real.id)).proposal).toBeNull();
  });
});

describe('a cancelled run', () => {
  it('is due now if no worker has it, and then ends without sending anything', async () => {
    const { id } = await bench.makeJob();
    const ref = await bench.startRun(id);
    const { now } = fakeClock('2100-03-01T12:00:00.000Z');
    const requested = await cancelRun({ ...bench.context, now }, bench.caller, ref);
    expect(requested).toMatchObject({ outcome: 'queued' });
    expect(dueAt(ref.runId)).toEqual(now());
    await createWorkHandlers(bench.context).run(ref, workOptions());
    expect(await bench.run(ref.runId)).toMatchObject({
      outcome: 'cancelled',
      error: { code: 'run_cancelled' },
    });
    expect(bench.events()).toEqual([]);
    expect(await bench.job(id)).toMatchObject({ activeRunId: null, failuresInARow: 0 });
  });

  it('is left to the worker that has it, which is not disturbed by the queue', async () => {
    const { id } = await bench.makeJob();
    const ref = await bench.startRun(id);
    const before = dueAt(ref.runId);
    const now = new Date();
    const lease = { owner: 'worker', now, leaseUntil: new Date(now.getTime() + 60_000) };
    await bench.context.store.runs.acquireLease(ref, lease);
    await cancelRun(bench.later(60_000), bench.caller, ref);
    expect(dueAt(ref.runId)).toEqual(before);
    expect(await bench.storedRun(ref.runId)).toMatchObject({ isCancelRequested: true });
  });

  it('is refused once it has ended', async () => {
    const { id } = await bench.makeJob();
    const { id: runId } = await bench.runNow(id);
    const cancelled = cancelRun(bench.context, bench.caller, { runId });
    await expect(cancelled).rejects.toMatchObject(errorWith('run_not_active'));
  });

  it('is refused if it ends at the same moment', async () => {
    const { id } = await bench.makeJob();
    const ref = await bench.startRun(id);
    const racing = interceptOperations(bench.context, async (name, proceed) => {
      if (name === 'runs.requestCancel') await createWorkHandlers(bench.context).run(ref, workOptions());
      return proceed();
    });
    const cancelled = cancelRun(racing, bench.caller, ref);
    await expect(cancelled).rejects.toMatchObject(errorWith('run_not_active'));
    expect(await bench.run(ref.runId)).toMatchObject({ outcome: 'succeeded' });
  });
});

describe('the runs of a job', () => {
  it('are listed page by page, the newest first', async () => {
    const { id: jobId } = await bench.makeJob();
    const ids = [
      (await bench.runNow(jobId)).id,
      (await bench.runNow(jobId)).id,
      (await bench.runNow(jobId)).id,
    ];
    const list = (cursor?: string) =>
      listRuns(bench.context, bench.caller, { jobId, page: { limit: 2, cursor } });
    const first = await list();
    expect(first.items.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
    const second = await list(first.nextCursor ?? undefined);
    expect(second.items.map(({ id }) => id)).toEqual([ids[0]]);
    expect(second.nextCursor).toBeNull();
  });

  it('are found by id alone, and an unknown id is an error', async () => {
    const found = getRun(bench.context, bench.caller, { runId: 'run_unknown' });
    await expect(found).rejects.toMatchObject(errorWith('run_not_found'));
  });
});

describe('the issues of a run', () => {
  const invalid = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ guid: `${index}`, title: 'T', price: 'free' }));

  it('are listed page by page, and streamed whole, in the order of the records', async () => {
    bench.setFeed([
      ...invalid(7),
      ...[8, 9, 10, 11, 12, 13, 14].map((id) => ({ guid: `${id}`, title: 'T' })),
    ]);
    const { id } = await bench.makeJob();
    const { id: runId } = await bench.runNow(id);
    const page = await listRunIssues(bench.context, bench.caller, { runId, page: { limit: 5 } });
    expect(page.items.map(({ record }) => record)).toEqual([1, 2, 3, 4, 5]);
    const next = { limit: 5, cursor: page.nextCursor ?? undefined };
    const rest = await listRunIssues(bench.context, bench.caller, { runId, page: next });
    expect(rest.items.map(({ record }) => record)).toEqual([6, 7]);
    const streamed: (number | null)[] = [];
    for await (const issues of await streamRunIssues(bench.context, bench.caller, { runId }))
      streamed.push(...issues.map(({ record }) => record));
    expect(streamed).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('are those of the attempt whose rows count, not of one that lost the run', async () => {
    const { id: jobId } = await bench.makeJob();
    const { projectId, runId } = await bench.startRun(jobId);
    const issue = {
      record: 1,
      rowKey: null,
      columnKey: null,
      code: 'required',
      message: 'A value is required.',
      severity: 'error',
    } as const;
    const ofLostAttempt = { projectId, jobId, runId, runAttempt: 7, number: 1, issues: [issue] };
    await createWorkHandlers(bench.context).run({ projectId, runId }, workOptions());
    await bench.context.store.issues.insertPage(ofLostAttempt);
    expect(await bench.issues(runId)).toEqual([]);
  });
});
