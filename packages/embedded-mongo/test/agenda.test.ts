import { MongoBackend } from '@agendajs/mongo-backend';
import { Agenda } from 'agenda';
import type { Db } from 'mongodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startProcess, type TestProcess } from './processes/start-process.js';
import { startTestServer, type TestServer } from './start-test-server.js';

/** Two worker processes, and a scheduler in this process that runs no jobs. */
describe('agenda with two worker processes', () => {
  let test: TestServer;
  let databases = 0;
  let db: Db;
  let scheduler: Agenda;
  let workers: TestProcess[];

  beforeAll(async () => {
    test = await startTestServer();
  });
  afterAll(() => test.end());

  beforeEach(async () => {
    db = test.client.db(`agenda${databases++}`);
    scheduler = new Agenda({ backend: new MongoBackend({ mongo: db }) });
    await scheduler.ready;
    workers = await Promise.all(
      ['one', 'two'].map((name) =>
        startProcess('agenda-worker.mjs', [test.server.uri, db.databaseName, name]),
      ),
    );
  });
  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.kill()));
  });

  const runs = () => db.collection('runs');
  const waitFor = (what: () => Promise<unknown>, timeout = 15_000) =>
    expect.poll(what, { timeout, interval: 50 });

  it('runs every due job once, and both workers take part', async () => {
    const jobs = 400;
    await Promise.all(Array.from({ length: jobs }, (_, n) => scheduler.now('work', { n })));
    await waitFor(() => runs().countDocuments()).toBe(jobs);
    expect(await runs().distinct('n')).toHaveLength(jobs);
    expect((await runs().distinct('by')).sort()).toEqual(['one', 'two']);
    await waitFor(() => db.collection('agendaJobs').countDocuments()).toBe(0);
  });

  it('keeps one job of each repeating name, runs it on time in one worker, and stops when it is cancelled', async () => {
    // Agenda clears a job's lock when its schedule is saved again, so no worker may run between the two.
    for (const { child } of workers) child.kill('SIGSTOP');
    await Promise.all([scheduler.every('1 second', 'tick'), scheduler.every('1 second', 'tick')]);
    for (const { child } of workers) child.kill('SIGCONT');
    expect(await db.collection('agendaJobs').countDocuments({ name: 'tick' })).toBe(1);
    await waitFor(() => db.collection('ticks').countDocuments()).toBeGreaterThanOrEqual(3);
    const ticks = await db.collection('ticks').find().sort({ startedAt: 1 }).toArray();
    const gaps = ticks.slice(1).map(({ startedAt }, i) => startedAt - ticks[i]?.startedAt);
    expect(Math.min(...gaps)).toBeGreaterThan(500);
    expect(await scheduler.cancel({ name: 'tick' })).toBe(1);
  });

  it('disables and enables jobs', async () => {
    await scheduler.every('1 second', 'tick');
    await waitFor(() => db.collection('ticks').countDocuments()).toBeGreaterThan(0);
    expect(await scheduler.disable({ name: 'tick' })).toBe(1);
    await new Promise((resume) => setTimeout(resume, 1200));
    const whenDisabled = await db.collection('ticks').countDocuments();
    await new Promise((resume) => setTimeout(resume, 2000));
    expect(await db.collection('ticks').countDocuments()).toBe(whenDisabled);
    expect(await scheduler.enable({ name: 'tick' })).toBe(1);
    await waitFor(() => db.collection('ticks').countDocuments()).toBeGreaterThan(whenDisabled);
  });

  it('runs no job before its time, and schedules a unique job once', async () => {
    await scheduler.schedule(new Date(Date.now() + 800), 'work', { n: -1 });
    const unique = () =>
      scheduler
        .create('work', { n: -2 })
        .unique({ 'data.n': -2 })
        .schedule(new Date(Date.now() + 1e6))
        .save();
    await unique();
    await unique();
    expect(await db.collection('agendaJobs').countDocuments({ 'data.n': -2 })).toBe(1);
    expect(await runs().countDocuments()).toBe(0);
    await waitFor(() => runs().countDocuments({ n: -1 })).toBe(1);
  });

  it('takes over the lock of a killed worker when the lock expires', async () => {
    const [victim, survivor] = workers as [TestProcess, TestProcess];
    survivor.child.kill('SIGSTOP');
    await scheduler.now('hang', { n: 1, victim: 'one' });
    await waitFor(() => db.collection('hangs').countDocuments({ by: 'one' })).toBe(1);
    await victim.kill();
    survivor.child.kill('SIGCONT');
    await waitFor(() => db.collection('hangs').countDocuments({ by: 'two' })).toBe(1);
    await waitFor(() => db.collection('agendaJobs').countDocuments({ name: 'hang', lockedAt: null })).toBe(1);
    expect(await db.collection('hangs').countDocuments()).toBe(2);
  });
});
