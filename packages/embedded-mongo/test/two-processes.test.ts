import { MongoClient } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runningEmbeddedMongoUris } from '../dist/index.js';
import { startServerProcess } from './processes/start-process.js';
import { startTestServer, type TestServer } from './start-test-server.js';

interface Row {
  _id?: number | string;
  k?: unknown;
  n?: number;
  tag?: string;
  taken?: boolean;
}

describe('two processes over one data directory', () => {
  let here: TestServer;
  let there: Awaited<ReturnType<typeof startServerProcess>>;
  let other: MongoClient;

  beforeEach(async () => {
    here = await startTestServer();
    there = await startServerProcess(here.dataDir);
    other = await MongoClient.connect(there.uri);
  });
  afterEach(async () => {
    await other.close();
    await there.kill();
    await here.end();
  });

  const rows = (client: MongoClient) => client.db('t').collection<Row>('rows');

  it("see each other's documents, unique values and indexes immediately", async () => {
    const [mine, theirs] = [rows(here.client), rows(other)];
    await mine.createIndex({ k: 1 }, { unique: true });
    await mine.insertOne({ _id: 1, k: 'one', n: 0 });
    expect(await theirs.findOne({ k: 'one' })).toEqual({ _id: 1, k: 'one', n: 0 });
    await expect(theirs.insertOne({ _id: 2, k: 'one' })).rejects.toMatchObject({ code: 11000 });
    await theirs.createIndex({ tag: 1 });
    await mine.insertOne({ _id: 3, k: 'three', tag: 'z' });
    const { queryPlanner } = await mine.find({ tag: 'z' }).explain('queryPlanner');
    expect(queryPlanner.winningPlan).toMatchObject({ stage: 'IXSCAN', indexName: 'tag_1' });
    expect(await theirs.find({ tag: 'z' }).toArray()).toHaveLength(1);
    await theirs.drop();
    expect(await mine.countDocuments()).toBe(0);
  });

  it('lose no concurrent change of one document', async () => {
    await rows(here.client).insertOne({ _id: 1, n: 0 });
    const add = async (client: MongoClient): Promise<void> => {
      for (let i = 0; i < 100; i++) await rows(client).updateOne({ _id: 1 }, { $inc: { n: 1 } });
    };
    await Promise.all([here.client, other, here.client, other].map(add));
    expect(await rows(other).findOne({ _id: 1 })).toEqual({ _id: 1, n: 400 });
  });

  it('never take the same document twice', async () => {
    await rows(here.client).insertMany(Array.from({ length: 300 }, (_, _id) => ({ _id, taken: false })));
    const taken: unknown[] = [];
    const take = async (client: MongoClient): Promise<void> => {
      for (;;) {
        const row = await rows(client).findOneAndUpdate(
          { taken: false },
          { $set: { taken: true } },
          { sort: { _id: 1 } },
        );
        if (row === null) return;
        taken.push(row._id);
      }
    };
    await Promise.all([here.client, other, here.client, other, here.client, other].map(take));
    expect(taken.length).toBe(300);
    expect(new Set(taken).size).toBe(300);
  });

  it('take turns in growing one file', async () => {
    const batch = (from: number) =>
      Array.from({ length: 200 }, (_, i) => ({ _id: from + i, k: 'x'.repeat(5000) }));
    for (let round = 0; round < 20; round++) {
      await rows(round % 2 === 0 ? here.client : other).insertMany(batch(round * 200));
    }
    for (const client of [here.client, other]) {
      expect(await rows(client).countDocuments({ k: 'x'.repeat(5000) })).toBe(4000);
    }
  });

  it('are not disturbed when one of them is killed during a write', async () => {
    const acknowledged: string[] = [];
    const writing = (async () => {
      for (let i = 0; ; i++) {
        await rows(other).insertOne({ _id: `theirs-${i}`, k: 'x'.repeat(1000) });
        acknowledged.push(`theirs-${i}`);
      }
    })().catch(() => {});
    await expect.poll(() => acknowledged.length).toBeGreaterThan(20);
    await there.kill();
    await writing;
    await rows(here.client).insertMany(Array.from({ length: 100 }, (_, i) => ({ _id: `mine-${i}` })));
    expect(await rows(here.client).countDocuments({ _id: { $in: acknowledged } })).toBe(acknowledged.length);
    expect(await here.client.db('t').command({ validate: 'rows' })).toMatchObject({
      valid: true,
      errors: [],
    });
  });

  it('can be found by others, and a killed one is neither found nor in the way', async () => {
    expect((await runningEmbeddedMongoUris(here.dataDir)).sort()).toEqual(
      [here.server.uri, there.uri].sort(),
    );
    await there.kill();
    expect(await runningEmbeddedMongoUris(here.dataDir)).toEqual([here.server.uri]);
    const next = await startTestServer({ dataDir: here.dataDir });
    expect(await runningEmbeddedMongoUris(here.dataDir)).toHaveLength(2);
    await next.client.close();
    await next.server.close();
  });
});
