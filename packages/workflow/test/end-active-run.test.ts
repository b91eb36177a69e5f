import { NO_COUNTS, type RunOutcome } from '@inlet/contracts';
import { interceptOperations } from '@inlet/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { endActiveRun, updateTick } from '../src/execution/end-active-run.js';
import { type Context, type JobChanges, pauseJob } from '../src/index.js';
import { type ClockedContext, type EngineBench, startEngineBench } from './engine-bench.js';

type RunEnd = Parameters<typeof endActiveRun>[1]['end'];
type Ended = RunEnd['lastRun']['outcome'];

let bench: EngineBench;
let clock: ClockedContext['clock'];
let context: Context;

beforeAll(async () => {
  bench = await startEngineBench();
});
afterAll(() => bench.close());
beforeEach(() => {
  ({ clock, context } = bench.startClock());
});

const error = { code: 'source_not_found', title: 'There is no file', help: 'Check the address.' };
const RAILS = {
  maxInvalidPercent: 50,
  maxRemovedPercent: 30,
  holdWhenEmpty: true,
  holdOnDrift: true,
  holdOnChurn: true,
  sourceIncomplete: 'hold',
  pauseAfterFailures: 3,
} as const;

/** A job with an active run. */
async function activeJob(changes: JobChanges = {}) {
  const { id } = await bench.makeJob({ overlap: 'queue' });
  await bench.changeJob(id, { guardRails: RAILS, ...changes });
  const { runId } = await bench.startRun(id);
  const endOf = (outcome: Ended, more: Partial<RunEnd> = {}): RunEnd => ({
    lastRun: {
      runId,
      outcome,
      counts: NO_COUNTS,
      error: outcome === 'failed' || outcome === 'not_started' ? error : null,
      finishedAt: clock.now().toISOString(),
    },
    mustPause: false,
    ...more,
  });
  const end = async (outcome: Ended, more?: Partial<RunEnd>, within = context) =>
    endActiveRun(within, { job: await bench.storedJob(id), runId, end: endOf(outcome, more) });
  return { jobId: id, runId, end };
}

async function queueTick(jobId: string): Promise<void> {
  const { projectId, nextRunAt } = await bench.storedJob(jobId);
  const tick = { at: nextRunAt!, next: new Date('2101-01-01T00:00:00.000Z'), isQueued: true };
  if (!(await context.store.jobs.moveTick({ projectId, jobId }, tick)))
    throw new Error('the tick did not move');
}

describe('the failures in a row', () => {
  it.each<[RunOutcome & Ended, number]>([
    ['failed', 2],
    ['not_started', 2],
    ['succeeded', 0],
    ['succeeded_with_issues', 0],
    ['unchanged', 0],
    ['cancelled', 0],
  ])('of a job with one, after a run that %s: %d', async (outcome, failuresInARow) => {
    const { runId, end } = await activeJob({ failuresInARow: 1 });
    expect(await end(outcome)).toMatchObject({
      status: 'active',
      failuresInARow,
      activeRunId: null,
      lastRun: { runId, outcome },
    });
  });

  it.each<Ended>(['failed', 'not_started'])('pause the job at its limit: %s', async (outcome) => {
    const { end } = await activeJob({ failuresInARow: 2 });
    expect(await end(outcome)).toMatchObject({
      status: 'paused',
      failuresInARow: 3,
      pausedBecause: {
        code: 'job_auto_paused',
        detail: '3 runs in a row have failed, the last one because: There is no file.',
      },
    });
  });

  it.each(['paused', 'draft', 'ended'] as const)(
    'count, but change nothing, for a job that is %s',
    async (status) => {
      const { end } = await activeJob({ failuresInARow: 2, status });
      expect(await end('failed', { mustPause: true })).toMatchObject({
        status,
        failuresInARow: 3,
        pausedBecause: null,
      });
    },
  );
});

describe('an error that pauses at once', () => {
  it('pauses the job with that error, whatever the number of failures', async () => {
    const { end } = await activeJob();
    expect(await end('failed', { mustPause: true })).toMatchObject({
      status: 'paused',
      failuresInARow: 1,
      pausedBecause: error,
    });
  });
});

describe('a tick that waited for the end of the run', () => {
  it('is due now', async () => {
    const { jobId, end } = await activeJob();
    await queueTick(jobId);
    expect(await end('succeeded')).toMatchObject({ hasQueuedTick: false, nextRunAt: clock.now() });
  });

  it('is dropped if the run pauses the job', async () => {
    const { jobId, end } = await activeJob();
    await queueTick(jobId);
    expect(await end('failed', { mustPause: true })).toMatchObject({
      status: 'paused',
      hasQueuedTick: false,
      nextRunAt: new Date('2101-01-01T00:00:00.000Z'),
    });
  });
});

describe('the state after a run', () => {
  it.each([
    ['replaces the old one', { itemStateId: 'run-2', knownItems: 7 }, 'run-2', 7],
    ['is the old one if there is no new one', null, 'run-1', 3],
  ])('%s', async (_, change, itemStateId, knownItems) => {
    const first = await activeJob();
    const { fetchState } = await bench.storedJob(first.jobId);
    await first.end('succeeded', { newState: { itemStateId: 'run-1', knownItems: 3, fetchState } });
    const { runId } = await bench.startRun(first.jobId);
    const job = await bench.storedJob(first.jobId);
    const lastRun = { ...job.lastRun!, runId };
    const newState = change ? { ...change, fetchState } : undefined;
    const end = { lastRun, mustPause: false, newState };
    expect(await endActiveRun(context, { job, runId, end })).toMatchObject({ itemStateId, knownItems });
  });
});

describe('the end of the active run', () => {
  it('happens once: it does not touch a run that started since', async () => {
    const { jobId, end } = await activeJob();
    expect(await end('failed')).not.toBeNull();
    const next = await bench.startRun(jobId);
    expect(await end('failed')).toBeNull();
    expect(await bench.storedJob(jobId)).toMatchObject({ activeRunId: next.runId, failuresInARow: 1 });
  });

  it('is decided again if a person changes the job at that moment', async () => {
    const { jobId, end } = await activeJob({ failuresInARow: 2 });
    let isPaused = false;
    const racing = interceptOperations(context, async (name, proceed) => {
      if (name === 'jobs.endActiveRun' && !isPaused) {
        isPaused = true;
        await pauseJob(context, bench.caller, { jobId });
      }
      return proceed();
    });
    // Not `job_auto_paused`: the person was faster.
    expect(await end('failed', {}, racing)).toMatchObject({
      status: 'paused',
      pausedBecause: null,
      failuresInARow: 3,
      activeRunId: null,
    });
  });

  it('returns nothing if the job is removed at that moment', async () => {
    const { jobId, end } = await activeJob();
    const racing = interceptOperations(context, async (name, proceed) => {
      if (name === 'jobs.endActiveRun')
        await context.store.jobs.remove({ projectId: bench.caller.projectId, jobId });
      return proceed();
    });
    expect(await end('succeeded', {}, racing)).toBeNull();
  });
});

describe('the tick of a job whose run has ended', () => {
  const tickOf = (jobId: string) => bench.queue.dueTimes.get(`tick ${jobId}`);
  const past = new Date('2100-03-01T11:00:00.000Z');
  const future = new Date('2100-03-01T13:00:00.000Z');

  it.each<[string, JobChanges, Date | undefined | 'unchanged']>([
    ['is set if it is due', { nextRunAt: past }, past],
    ['is left alone if it is not due', { nextRunAt: future }, 'unchanged'],
    ['is removed if the job is paused', { status: 'paused', nextRunAt: future }, undefined],
    ['is removed if the job is paused and was due', { status: 'paused', nextRunAt: past }, undefined],
  ])('%s', async (_, changes, expected) => {
    const { id } = await bench.makeJob();
    const before = tickOf(id);
    await bench.changeJob(id, changes);
    await updateTick(context, await bench.storedJob(id));
    expect(tickOf(id)).toEqual(expected === 'unchanged' ? before : expected);
  });
});
