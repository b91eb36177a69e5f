import type { Context } from '@inlet/workflow';
import { expect, test } from 'vitest';
import { interceptOperations } from './intercept-operations.js';

/** A context with only the operations that this test calls. */
function contextOf(calls: string[]): Context {
  const recorded =
    (name: string) =>
    async (...args: unknown[]) => {
      calls.push(`${name} ${JSON.stringify(args)}`);
      return name;
    };
  const store = {
    projects: {},
    templates: {},
    jobs: { get: recorded('get') },
    runs: {},
    issues: {},
    deliveries: {},
    itemStates: {},
    uploads: {},
    files: {},
    sheets: {},
    fileMemories: {},
    erasures: {},
    idempotency: {},
    ping: recorded('ping'),
  };
  return { store, queue: { removeTick: recorded('removeTick') } } as unknown as Context;
}

test('each operation of store and queue passes the interceptor with its name', async () => {
  const calls: string[] = [];
  const { store, queue } = interceptOperations(contextOf(calls), async (name, proceed) => {
    calls.push(name);
    return proceed();
  });
  expect(await store.jobs.get({ projectId: 'prj', jobId: 'job' })).toBe('get');
  await queue.removeTick('job');
  await store.ping();
  expect(calls).toEqual([
    'jobs.get',
    'get [{"projectId":"prj","jobId":"job"}]',
    'queue.removeTick',
    'removeTick ["job"]',
    'ping []',
  ]);
});

test('an interceptor can keep an operation from happening, and choose its result', async () => {
  const calls: string[] = [];
  const { store } = interceptOperations(contextOf(calls), async () => null);
  expect(await store.jobs.get({ projectId: 'prj', jobId: 'job' })).toBeNull();
  expect(calls).toEqual([]);
});
