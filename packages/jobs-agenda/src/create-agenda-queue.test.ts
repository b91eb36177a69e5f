import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Db } from '@agendajs/mongo-backend';
import { type EmbeddedMongo, startEmbeddedMongo } from '@inlet/embedded-mongo';
import type { WorkHandlers } from '@inlet/workflow';
import mongoose from 'mongoose';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type AgendaQueue, type AgendaQueueSettings, createAgendaQueue } from './create-agenda-queue.js';

let server: EmbeddedMongo | undefined;
let dataDir: string;
let connection: mongoose.Connection;
let db: Db;
const queues: AgendaQueue[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'inlet-queue-'));
  const given = process.env.TEST_MONGODB_URI;
  const dbName = `inlet_test_${randomBytes(6).toString('hex')}`;
  if (!given) server = await startEmbeddedMongo({ dataDir });
  connection = await mongoose.createConnection(given ?? server!.uri, { dbName }).asPromise();
  db = connection.db as unknown as Db;
});

beforeEach(async () => {
  await connection.dropDatabase();
});

afterEach(async () => {
  await Promise.all(queues.splice(0).map((queue) => queue.stop(5000)));
});

afterAll(async () => {
  await connection.dropDatabase();
  await connection.close();
  await server?.close();
  await rm(dataDir, { recursive: true, force: true });
});

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const idle: WorkHandlers = {
  tick: async () => null,
  run: async () => null,
  delivery: async () => null,
  maintain: async () => {},
};

async function makeQueue(settings: Partial<AgendaQueueSettings> = {}): Promise<AgendaQueue> {
  const queue = await createAgendaQueue({
    db,
    now: () => new Date(),
    log: silent,
    settings: {
      workerId: `worker ${queues.length}`,
      concurrency: 4,
      lockMs: 60_000,
      pollMs: 100,
      maintenanceMs: 60_000,
      ...settings,
    },
  });
  queues.push(queue);
  return queue;
}

const entries = () => db.collection('work').find({ name: 'import.run' }).toArray();
const tickOf = (jobId: string, at = new Date()) => ({ projectId: 'prj', jobId, externalUserId: 'user', at });
const soon = (ms: number) => new Date(Date.now() + ms);

/** Waits until `fact` is true, up to a minute. */
async function until(fact: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + 60_000;
  while (!(await fact())) {
    if (Date.now() > giveUpAt) throw new Error(`never became true: ${fact.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test('a job has one tick, even if many callers set it at the same time', async () => {
  const [one, two] = [await makeQueue(), await makeQueue()];
  await Promise.all(
    Array.from({ length: 20 }, (_, index) => (index % 2 ? one : two).setTick(tickOf('job', soon(60_000)))),
  );
  const later = soon(120_000);
  await one.setTick(tickOf('job', later));
  const found = await entries();
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({
    nextRunAt: later,
    disabled: false,
    data: { projectId: 'prj', jobId: 'job', externalUserId: 'user' },
  });
});

test('a tick is taken when it is due, not before, and again at the time that its handler returns', async () => {
  const queue = await makeQueue();
  const taken: number[] = [];
  const dueAt = soon(300);
  await queue.setTick(tickOf('job', dueAt));
  await queue.start({
    ...idle,
    tick: async () => {
      taken.push(Date.now());
      return taken.length < 3 ? { againAt: soon(50) } : null;
    },
  });
  await until(() => taken.length === 3);
  expect(taken[0]).toBeGreaterThanOrEqual(dueAt.getTime() - 5);
  await until(async () => (await entries())[0]?.lockedAt === null);
  expect((await entries())[0]!.nextRunAt).toBeNull();
});

test('work that came due while no worker ran is taken late, once', async () => {
  const queue = await makeQueue();
  await queue.setTick(tickOf('job', soon(-3_600_000)));
  let taken = 0;
  await queue.start({
    ...idle,
    tick: async () => {
      taken += 1;
      return null;
    },
  });
  await until(() => taken === 1);
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(taken).toBe(1);
});

test('a disabled tick is not taken until it is set again, and a removed one never', async () => {
  const queue = await makeQueue();
  const taken: string[] = [];
  await queue.setTick(tickOf('paused', soon(200)));
  await queue.setTick(tickOf('removed', soon(200)));
  await queue.disableTick('paused');
  await queue.removeTick('removed');
  await queue.start({
    ...idle,
    tick: async ({ jobId }) => {
      taken.push(jobId);
      return null;
    },
  });
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(taken).toEqual([]);
  await queue.setTick(tickOf('paused'));
  await until(() => taken.length === 1);
  expect(taken).toEqual(['paused']);
});

test('two workers share 120 due ticks and take none twice', async () => {
  const seen = new Map<string, number>();
  const by = [0, 0];
  const handlers = (worker: 0 | 1): WorkHandlers => ({
    ...idle,
    tick: async ({ jobId }) => {
      seen.set(jobId, (seen.get(jobId) ?? 0) + 1);
      by[worker]! += 1;
      await new Promise((resolve) => setTimeout(resolve, 2));
      return null;
    },
  });
  const [one, two] = [await makeQueue(), await makeQueue()];
  await Promise.all(
    Array.from({ length: 120 }, (_, index) => one.setTick(tickOf(`job ${index}`, soon(-1000)))),
  );
  await Promise.all([one.start(handlers(0)), two.start(handlers(1))]);
  await until(() => seen.size === 120);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect([...seen.values()].every((times) => times === 1)).toBe(true);
  expect(by[0]! + by[1]!).toBe(120);
  expect(Math.min(by[0]!, by[1]!)).toBeGreaterThan(0);
});

test('work is taken over from a dead worker, and never from a living one', async () => {
  const dead = {
    name: 'import.run',
    data: { key: 'job', ...tickOf('job') },
    nextRunAt: null,
    disabled: false,
  };
  await (await makeQueue()).setTick(tickOf('other', soon(60_000)));
  await db.collection('work').insertOne({ ...dead, lockedAt: soon(-500), priority: 0, type: 'normal' });
  let running = 0;
  let most = 0;
  const takenBy: number[] = [];
  const handlers = (worker: number): WorkHandlers => ({
    ...idle,
    tick: async () => {
      takenBy.push(worker);
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 1500));
      running -= 1;
      return null;
    },
  });
  for (const worker of [0, 1]) await (await makeQueue({ lockMs: 400 })).start(handlers(worker));
  await until(() => takenBy.length > 0);
  await new Promise((resolve) => setTimeout(resolve, 1600));
  expect(takenBy).toHaveLength(1);
  expect(most).toBe(1);
});

test('work whose handler throws is retried later', async () => {
  const queue = await makeQueue();
  await queue.setTick(tickOf('job'));
  await queue.start({
    ...idle,
    tick: async () => {
      throw new Error('the database is away');
    },
  });
  await until(async () => {
    const [entry] = await entries();
    return entry?.lockedAt === null && entry.nextRunAt > soon(20_000);
  });
});

test('a run has one entry, which a second call moves, and which is removed when the run is done', async () => {
  const queue = await makeQueue();
  const done: string[] = [];
  await queue.setRun({ projectId: 'prj', runId: 'run', at: soon(60_000) });
  await queue.start({
    ...idle,
    run: async ({ runId }) => {
      done.push(runId);
      return null;
    },
  });
  await queue.setRun({ projectId: 'prj', runId: 'run', at: new Date() });
  await until(() => done.length === 1);
  await until(async () => (await db.collection('work').countDocuments({ name: 'run.continue' })) === 0);
});

test('stopping asks running work to stop, stores its result, and leaves other work to other workers', async () => {
  const queue = await makeQueue();
  await queue.setTick(tickOf('job'));
  let isStarted = false;
  await queue.start({
    ...idle,
    tick: async (_work, { signal }) => {
      isStarted = true;
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return { againAt: soon(0) };
    },
  });
  await until(() => isStarted);
  expect(queue.isRunning).toBe(true);
  expect(await queue.stop(3000)).toBe(true);
  expect(queue.isRunning).toBe(false);
  const [entry] = await entries();
  expect(entry).toMatchObject({ lockedAt: null });
  expect(entry!.nextRunAt.getTime()).toBeLessThanOrEqual(Date.now());
});

test('a queue that stops while it looks for work leaves no entry locked', async () => {
  const first = await makeQueue();
  for (let job = 0; job < 40; job += 1) await first.setTick(tickOf(`job ${job}`));
  for (let round = 0; round < 5; round += 1) {
    const queue = await makeQueue({ concurrency: 10 });
    await queue.start({ ...idle, tick: async () => ({ againAt: new Date() }) });
    await queue.stop(5000);
    expect((await entries()).filter(({ lockedAt }) => lockedAt !== null)).toEqual([]);
  }
});

test('the search for due work reads a handful of index entries, not one for every job', async () => {
  const queue = await makeQueue();
  await queue.setTick(tickOf('first', soon(60_000)));
  const future = soon(3_600_000);
  await db.collection('work').insertMany(
    Array.from({ length: 5000 }, (_, index) => ({
      name: 'import.run',
      data: { key: `job ${index}` },
      nextRunAt: future,
      lockedAt: null,
      disabled: false,
    })),
  );
  const plan = await db
    .collection('work')
    .find({ name: 'import.run', lockedAt: null, nextRunAt: { $lte: new Date() }, disabled: { $ne: true } })
    .sort({ nextRunAt: 1 })
    .explain('executionStats');
  expect(plan.executionStats.totalKeysExamined).toBeLessThan(10);
  expect(plan.executionStats.totalDocsExamined).toBe(0);
});

/** The database behind a proxy that can make it unreachable. */
function faltering() {
  const state = { isAway: false };
  const answer = (target: object, name: string | symbol): unknown => {
    const member: unknown = Reflect.get(target, name);
    if (typeof member !== 'function') return member;
    return (...args: unknown[]) => {
      if (name === 'collection') return new Proxy(Reflect.apply(member, target, args), { get: answer });
      if (state.isAway && (name === 'findOne' || name === 'findOneAndUpdate'))
        return Promise.reject(new Error('connection refused'));
      return Reflect.apply(member, target, args);
    };
  };
  return { state, db: new Proxy<Db>(db, { get: answer }) };
}

test('an unreachable database is logged at first, then once a minute, and when it is back', async () => {
  const lines: string[] = [];
  const line = (level: string) => (fields: object, message: string) => {
    lines.push(`${level}: ${message} ${JSON.stringify(fields)}`);
  };
  const log = { debug: () => {}, info: line('info'), warn: line('warn'), error: line('error') };
  const clock = { ms: Date.now() };
  const { state, db: faulty } = faltering();
  const queue = await createAgendaQueue({
    db: faulty,
    now: () => new Date(clock.ms),
    log,
    settings: { workerId: 'w', concurrency: 4, lockMs: 60_000, pollMs: 50, maintenanceMs: 60_000 },
  });
  queues.push(queue);
  await queue.start(idle);
  state.isAway = true;
  await until(() => lines.length === 1);
  await new Promise((resolve) => setTimeout(resolve, 400));
  const away = (seconds: number) =>
    `error: cannot take work: the database does not answer {"reason":"connection refused","seconds":${seconds}}`;
  expect(lines).toEqual([away(0)]);
  clock.ms += 60_000;
  await until(() => lines.length === 2);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(lines).toEqual([away(0), away(60)]);
  clock.ms += 5000;
  state.isAway = false;
  await until(() => lines.length === 3);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const back = 'info: the database answers again {"seconds":65}';
  expect(lines).toEqual([away(0), away(60), back]);
});

test('a handler is told whether an earlier worker left the work unfinished', async () => {
  const queue = await makeQueue({ lockMs: 60_000 });
  const seen = new Map<string, boolean | undefined>();
  await queue.setTick(tickOf('fresh'));
  const dead = { lockedAt: soon(-61_000), lockedBy: 'dead/1' };
  for (const [key, left] of [
    ['left', dead],
    ['left, then disabled', { ...dead, disabled: true }],
    ['disabled', { disabled: true }],
  ] as const) {
    await queue.setTick(tickOf(key));
    await db.collection('work').updateOne({ 'data.key': key }, { $set: left });
  }
  await queue.start({
    ...idle,
    tick: async ({ jobId }, { isTakenOver }) => {
      seen.set(jobId, isTakenOver);
      return null;
    },
  });
  await until(() => seen.size === 3);
  await until(async () => (await db.collection('work').countDocuments({ lockedAt: { $ne: null } })) === 0);
  expect(Object.fromEntries(seen)).toEqual({ fresh: false, left: true, 'left, then disabled': true });
});

test('the end of work does not overwrite a time that was set while it ran', async () => {
  const queue = await makeQueue();
  const later = soon(60_000);
  await queue.setTick(tickOf('job'));
  await queue.start({
    ...idle,
    tick: async () => {
      await queue.setTick(tickOf('job', later));
      return { againAt: soon(3_600_000) };
    },
  });
  await until(async () => {
    const [entry] = await entries();
    return entry?.lockedAt === null && entry.nextRunAt.getTime() === later.getTime();
  });
});

test('a worker whose lock expired does not unlock the entry of the worker that took it over', async () => {
  const queue = await makeQueue();
  await queue.setTick(tickOf('job'));
  let isDone = false;
  await queue.start({
    ...idle,
    tick: async () => {
      await db.collection('work').updateOne({ name: 'import.run' }, { $set: { lockedBy: 'another/1' } });
      isDone = true;
      return null;
    },
  });
  await until(() => isDone);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const [entry] = await entries();
  expect(entry).toMatchObject({ lockedBy: 'another/1', lockedAt: expect.any(Date) });
});

/** Stores due ticks of one project, as a long outage leaves them. */
const backlogOf = (projectId: string, count: number) =>
  db.collection('work').insertMany(
    Array.from({ length: count }, (_, index) => ({
      name: 'import.run',
      data: { key: `${projectId} ${index}`, ...tickOf(`${projectId} ${index}`), projectId },
      nextRunAt: soon(index - 60_000),
      lockedAt: null,
      disabled: false,
      priority: 0,
      type: 'normal',
    })),
  );

test.each([
  ['one worker', 1, 'short'],
  ['two workers', 2, 'short'],
  ['one worker', 1, 'endless'],
  ['two workers', 2, 'endless'],
])(
  'with %s (%i), 6000 due ticks of %s work of one project do not delay another project',
  async (_, workers, work) => {
    await makeQueue();
    await backlogOf('greedy', 6000);
    const started = new Set<string>();
    const stop = new AbortController();
    const handlers: WorkHandlers = {
      ...idle,
      tick: async ({ projectId, jobId }, { signal }) => {
        started.add(jobId);
        if (projectId === 'greedy') await endOf(work, AbortSignal.any([signal, stop.signal]));
        return null;
      },
    };
    for (let worker = 0; worker < workers; worker += 1)
      await (await makeQueue({ pollMs: 500 })).start(handlers);
    await until(() => started.size >= 16 * workers);
    // Another process stores these, so that nothing wakes the workers.
    await backlogOf('modest', 1);
    await backlogOf('zealous', 1);
    await until(() => started.has('modest 0') && started.has('zealous 0'));
    // Without a choice of projects, they would be the last.
    expect(started.size).toBeLessThan(3000);
    stop.abort();
  },
);

const endOf = (work: string, signal: AbortSignal): Promise<unknown> =>
  work === 'short'
    ? new Promise((resolve) => setTimeout(resolve, 100))
    : new Promise((resolve) => signal.addEventListener('abort', resolve));

test('projects that wait for a worker get equal shares of its locks', async () => {
  const queue = await makeQueue();
  await backlogOf('greedy', 500);
  await backlogOf('second', 20);
  await backlogOf('third', 20);
  const order: string[] = [];
  await queue.start({
    ...idle,
    tick: async ({ projectId }, { signal }) => {
      order.push(projectId);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return null;
    },
  });
  await until(() => order.length >= 16);
  const count = (projectId: string) => order.filter((one) => one === projectId).length;
  expect(Math.max(...['greedy', 'second', 'third'].map(count))).toBeLessThanOrEqual(7);
});

test('one seek for each project finds the projects with due work, however much is due', async () => {
  await makeQueue();
  await backlogOf('greedy', 3000);
  for (const projectId of ['a', 'b']) await backlogOf(projectId, 1);
  const plan = await db
    .collection('work')
    .find({ name: 'import.run', lockedAt: null, 'data.projectId': { $gt: 'b' } })
    .sort({ 'data.projectId': 1, nextRunAt: 1 })
    .limit(1)
    .hint({ name: 1, lockedAt: 1, 'data.projectId': 1, nextRunAt: 1, disabled: 1 })
    .explain('executionStats');
  expect(plan.executionStats.totalKeysExamined).toBeLessThan(10);
});

/** The database behind a proxy that counts the operations of its collections. */
function counted() {
  const counts = new Map<string, number>();
  const count = (target: object, name: string | symbol): unknown => {
    const member: unknown = Reflect.get(target, name);
    if (typeof member !== 'function') return member;
    return (...args: unknown[]) => {
      if (name === 'collection') return new Proxy(Reflect.apply(member, target, args), { get: count });
      counts.set(String(name), (counts.get(String(name)) ?? 0) + 1);
      return Reflect.apply(member, target, args);
    };
  };
  return { counts, db: new Proxy<Db>(db, { get: count }) };
}

test('an idle worker makes one read for each poll, and looks for dead workers four times in the time of a lock', async () => {
  const { counts, db: countedDb } = counted();
  const queue = await createAgendaQueue({
    db: countedDb,
    now: () => new Date(),
    log: silent,
    settings: { workerId: 'w', concurrency: 4, lockMs: 2000, pollMs: 50, maintenanceMs: 60_000 },
  });
  queues.push(queue);
  await queue.start(idle);
  await new Promise((resolve) => setTimeout(resolve, 400));
  counts.clear();
  await new Promise((resolve) => setTimeout(resolve, 2000));
  expect(counts.get('findOne')).toBeGreaterThan(10);
  // With looking for dead workers and for times to correct.
  expect(counts.get('findOne')).toBeLessThanOrEqual(41 + 15);
  expect(counts.get('findOneAndUpdate') ?? 0).toBe(0);
  // The registration of the worker, and reading those of all.
  for (const name of ['updateOne', 'find']) expect(counts.get(name), name).toBeLessThanOrEqual(5);
});

test('a lock from a clock that was ahead is taken over, once its worker has not renewed it', async () => {
  const queue = await makeQueue({ lockMs: 400 });
  await queue.setTick(tickOf('job'));
  await db
    .collection('work')
    .updateOne({ 'data.key': 'job' }, { $set: { lockedAt: soon(86_400_000), lockedBy: 'dead/1' } });
  const taken: (boolean | undefined)[] = [];
  await queue.start({
    ...idle,
    tick: async (_work, { isTakenOver }) => {
      taken.push(isTakenOver);
      return null;
    },
  });
  await until(() => taken.length === 1);
  expect(taken).toEqual([true]);
});

test('a run that was due by a clock that was ahead is taken over soon after that clock is right', async () => {
  const queue = await makeQueue({ lockMs: 400 });
  await queue.setRun({ projectId: 'p', runId: 'run', at: soon(18_000_000) });
  await db
    .collection('work')
    .updateOne({ 'data.key': 'run' }, { $set: { lockedAt: soon(18_000_100), lockedBy: 'dead/1' } });
  let taken = 0;
  await queue.start({
    ...idle,
    run: async () => {
      taken += 1;
      return null;
    },
  });
  await until(() => taken === 1);
});

test('work in progress is not taken twice if the clock is set back', async () => {
  const clock = { offsetMs: 3_600_000 };
  const queue = await createAgendaQueue({
    db,
    now: () => soon(clock.offsetMs),
    log: silent,
    settings: { workerId: 'w', concurrency: 4, lockMs: 400, pollMs: 50, maintenanceMs: 60_000 },
  });
  queues.push(queue);
  let taken = 0;
  await queue.setTick(tickOf('job'));
  await queue.start({
    ...idle,
    tick: async () => {
      taken += 1;
      await new Promise((resolve) => setTimeout(resolve, 1500));
      return null;
    },
  });
  await until(async () => (await entries())[0]?.lockedAt > soon(3_000_000));
  clock.offsetMs = 0;
  const other = await makeQueue({ lockMs: 400 });
  await other.start({
    ...idle,
    tick: async () => {
      taken += 1;
      return null;
    },
  });
  await until(async () => (await entries())[0]?.lockedAt === null);
  expect(taken).toBe(1);
});

test('maintenance that a clock ahead has put off comes now', async () => {
  let maintained = 0;
  const queue = await makeQueue({ lockMs: 400 });
  const maintain = async () => {
    maintained += 1;
  };
  await queue.start({ ...idle, maintain });
  await until(() => maintained === 1);
  await db
    .collection('work')
    .updateOne({ name: 'maintenance', lockedAt: null }, { $set: { nextRunAt: soon(86_400_000) } });
  await until(() => maintained === 2);
});

test('a worker knows how many share the queue, without those that have ended or died', async () => {
  const seen = new Set<number | undefined>();
  const handlers: WorkHandlers = {
    ...idle,
    tick: async (_work, { workerCount }) => {
      seen.add(workerCount);
      return { againAt: soon(50) };
    },
  };
  const [one, two] = [await makeQueue({ lockMs: 400 }), await makeQueue({ lockMs: 400 })];
  const workers = db.collection<{ _id: string; aliveUntil: Date }>('workers');
  await workers.insertMany([
    { _id: 'dead', aliveUntil: soon(-1) },
    { _id: 'ahead', aliveUntil: soon(86_400_000) },
  ]);
  await one.setTick(tickOf('job'));
  await one.start(handlers);
  await two.start(handlers);
  await until(() => seen.has(2));
  seen.clear();
  await two.stop(1000);
  await until(() => seen.has(1));
  await one.stop(1000);
  expect(await workers.countDocuments()).toBe(0);
});
