import type { WorkHandlers, WorkResult } from '@inlet/workflow';
import { expect, test } from 'vitest';
import { createMemoryQueue } from './memory-queue.js';

const at = (seconds: number) => new Date(seconds * 1000);
const TICK = { projectId: 'prj', jobId: 'job', externalUserId: 'user' };
const RUN = { projectId: 'prj', runId: 'run' };
const DELIVERY = { projectId: 'prj', deliveryId: 'dlv' };

/** Handlers that record their work and return `results` one after the other, then null. */
function recordingHandlers(results: WorkResult[] = []) {
  const done: unknown[] = [];
  const handle = async (work: unknown) => {
    done.push(work);
    return results.shift() ?? null;
  };
  const handlers: WorkHandlers = { tick: handle, run: handle, delivery: handle, maintain: async () => {} };
  return { done, handlers };
}

test('due work goes to its handler once; other work waits', async () => {
  const queue = createMemoryQueue();
  const { done, handlers } = recordingHandlers();
  await queue.setTick({ ...TICK, at: at(1) });
  await queue.setRun({ ...RUN, at: at(2) });
  await queue.setDelivery({ ...DELIVERY, at: at(9) });
  await queue.runDue(handlers, () => at(2));
  expect(done).toEqual([TICK, RUN]);
  expect([...queue.dueTimes]).toEqual([['delivery dlv', at(9)]]);
});

test('a second entry for the same work moves the first one', async () => {
  const queue = createMemoryQueue();
  await queue.setRun({ ...RUN, at: at(1) });
  await queue.setRun({ ...RUN, at: at(5) });
  expect([...queue.dueTimes]).toEqual([['run run', at(5)]]);
});

test('work that is due again is done again when its time comes', async () => {
  const queue = createMemoryQueue();
  const { done, handlers } = recordingHandlers([{ againAt: at(1) }, { againAt: at(8) }]);
  await queue.setRun({ ...RUN, at: at(0) });
  await queue.runDue(handlers, () => at(2));
  expect(done).toEqual([RUN, RUN]);
  await queue.runDue(handlers, () => at(8));
  expect(done).toHaveLength(3);
  expect(queue.dueTimes.size).toBe(0);
});

test('an entry that a handler sets itself is kept instead of its result', async () => {
  const queue = createMemoryQueue();
  const { handlers } = recordingHandlers();
  const run = async () => {
    await queue.setRun({ ...RUN, at: at(20) });
    return { againAt: at(10) };
  };
  await queue.setRun({ ...RUN, at: at(0) });
  await queue.runDue({ ...handlers, run }, () => at(0));
  expect([...queue.dueTimes]).toEqual([['run run', at(20)]]);
});

test.each(['disableTick', 'removeTick'] as const)('%s takes the tick out', async (remove) => {
  const queue = createMemoryQueue();
  await queue.setTick({ ...TICK, at: at(0) });
  await queue[remove]('job');
  expect(queue.dueTimes.size).toBe(0);
});
