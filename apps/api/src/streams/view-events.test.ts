import { InletError, isFinished, NO_COUNTS, type RunView } from '@inlet/contracts';
import { fakeClock } from '@inlet/testing';
import { describe, expect, it } from 'vitest';
import { viewEvents } from './view-events.js';

const run: RunView = {
  id: 'run_00000000000000000000000001',
  jobId: 'job_00000000000000000000000001',
  externalUserId: 'u1',
  trigger: 'api',
  isDryRun: false,
  outcome: 'running',
  phase: 'ingest',
  counts: NO_COUNTS,
  error: null,
  held: null,
  decision: null,
  replacedBy: null,
  undoes: null,
  undoneBy: null,
  warnings: [],
  scheduledFor: null,
  lateMs: null,
  skippedTicks: 0,
  createdAt: '2026-01-05T09:00:00.000Z',
  startedAt: '2026-01-05T09:00:00.000Z',
  finishedAt: null,
};
const delivering: RunView = { ...run, phase: 'deliver' };
const done: RunView = { ...run, phase: 'done', outcome: 'succeeded' };

/** Reads one state after another, the last one again and again. Each read takes `readMs`. */
function eventsOf(states: readonly (RunView | Error)[], { readMs = 1 } = {}) {
  const clock = fakeClock();
  const pauses: number[] = [];
  const stop = new AbortController();
  let at = 0;
  const read = async () => {
    clock.advance(readMs);
    const state = states[Math.min(at, states.length - 1)];
    at += 1;
    if (state instanceof Error) throw state;
    return state ?? run;
  };
  const pause = async (ms: number) => {
    pauses.push(ms);
    clock.advance(ms);
  };
  const events = viewEvents<RunView>({
    name: 'run',
    isFinished: ({ outcome }) => isFinished(outcome),
    read,
    signal: stop.signal,
    nowMs: clock.nowMs,
    pause,
  });
  return { stop, pauses, events };
}

async function collect(events: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const event of events) all.push(event);
  return all;
}

describe('viewEvents', () => {
  it('sends the run now and at each change, and ends when it has finished', async () => {
    const { events } = eventsOf([run, run, delivering, done]);
    expect(await collect(events)).toEqual([
      'retry: 2000\n\n',
      `event: run\ndata: ${JSON.stringify(run)}\n\n`,
      `event: run\ndata: ${JSON.stringify(delivering)}\n\n`,
      `event: run\nid: finished\ndata: ${JSON.stringify(done)}\n\n`,
    ]);
  });

  it('keeps the connection alive while nothing changes', async () => {
    const { events } = eventsOf([run, run, run, done], { readMs: 8000 });
    const [, , third] = await collect(events);
    expect(third).toBe(': still here\n\n');
  });

  it('sends a problem when the run was removed', async () => {
    const { events } = eventsOf([run, new InletError('run_not_found')]);
    const last = (await collect(events)).at(-1) ?? '';
    expect(last.startsWith('event: problem\ndata: {')).toBe(true);
    expect(JSON.parse(last.slice(last.indexOf('{')))).toMatchObject({ code: 'run_not_found', status: 404 });
  });

  it('polls less often after half a minute without a change', async () => {
    const { events, pauses } = eventsOf([run, run, run, run, delivering, done], { readMs: 14_800 });
    await collect(events);
    expect(pauses).toEqual([100, 500, 1000, 1000, 100]);
  });

  it('ends when its signal fires', async () => {
    const { events, stop } = eventsOf([run]);
    await events.next();
    await events.next();
    stop.abort();
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });
});
