import { setMaxListeners } from 'node:events';
import { expect, test } from 'vitest';
import { createRunSlots } from './run-slots.js';

const never = new AbortController().signal;
setMaxListeners(0, never);

/** Takes a slot, and adds its name to `order` once it has one. */
function line(total: number, perSite: number) {
  const slots = createRunSlots({ total, perSite });
  const order: string[] = [];
  const join = (name: string, { projectId = 'p', site = name, signal = never, workerCount = 1 } = {}) =>
    slots.take({ projectId, site, signal, workerCount }).then((free) => {
      order.push(name);
      return free;
    });
  return { order, join };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

test('no more than the total run at a time, and a freed slot goes to the next', async () => {
  const { order, join } = line(2, 2);
  const first = join('a');
  for (const name of ['b', 'c', 'd']) void join(name);
  await settled();
  expect(order).toEqual(['a', 'b']);
  const free = await first;
  free();
  free();
  await settled();
  expect(order).toEqual(['a', 'b', 'c']);
});

test('a site has no more runs than it should, and others overtake those that wait for it', async () => {
  const { order, join } = line(3, 1);
  void join('a1', { site: 'a' });
  void join('a2', { site: 'a' });
  void join('b1', { site: 'b' });
  await settled();
  expect(order).toEqual(['a1', 'b1']);
});

test('a project with a thousand runs that wait does not keep another one waiting', async () => {
  const { order, join } = line(2, 10);
  const greedy = Array.from({ length: 1000 }, (_, index) => join(`greedy ${index}`, { projectId: 'greedy' }));
  void join('modest', { projectId: 'modest' });
  const free = await greedy[0]!;
  free();
  await settled();
  expect(order).toEqual(['greedy 0', 'greedy 1', 'modest']);
});

test('a waiting run can be called off, and does not take a slot later', async () => {
  const { order, join } = line(1, 1);
  const first = join('a');
  const stop = new AbortController();
  const second = join('b', { signal: stop.signal });
  void join('c');
  stop.abort(new Error('stop'));
  await expect(second).rejects.toThrow('stop');
  (await first)();
  await settled();
  expect(order).toEqual(['a', 'c']);
  await expect(join('d', { signal: stop.signal })).rejects.toThrow('stop');
});

test('a project without a run starts one at once, though others hold all slots; one such project at a time', async () => {
  const { order, join } = line(2, 10);
  const greedy = ['a', 'b', 'c'].map((name) => join(name, { projectId: 'greedy' }));
  const modest = join('d', { projectId: 'modest' });
  void join('e', { projectId: 'modest' });
  void join('f', { projectId: 'third' });
  await settled();
  expect(order).toEqual(['a', 'b', 'd']);
  (await modest)();
  await settled();
  expect(order).toEqual(['a', 'b', 'd', 'e']);
  (await greedy[0]!)();
  await settled();
  expect(order).toEqual(['a', 'b', 'd', 'e', 'f']);
});

test('the limit of a site is divided among the workers, with at least one run for each', async () => {
  const { order, join } = line(10, 4);
  for (const name of ['a1', 'a2', 'a3']) void join(name, { site: 'a', workerCount: 2 });
  for (const name of ['b1', 'b2']) void join(name, { site: 'b', workerCount: 9 });
  await settled();
  expect(order).toEqual(['a1', 'a2', 'b1']);
});
