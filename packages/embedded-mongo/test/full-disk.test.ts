import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { validateEmbeddedMongo } from '../dist/index.js';
import { prepareServerProcess } from './processes/start-process.js';
import { startTestServer, temporaryDirectory } from './start-test-server.js';

const mountPoint = temporaryDirectory('disk');

function succeeds(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

interface Row {
  _id: number | string;
  k?: number;
  x: string;
}

/** Inserts until an insert is refused; returns the number of acknowledged documents and the error. */
async function fillUp(client: MongoClient): Promise<{ acknowledged: number; error: unknown }> {
  const rows = client.db('d').collection<Row>('rows');
  await rows.createIndex({ k: 1 });
  for (let acknowledged = 0; ; acknowledged += 20) {
    const batch = Array.from({ length: 20 }, (_, i) => ({
      _id: acknowledged + i,
      k: acknowledged + i,
      x: 'y'.repeat(2000),
    }));
    try {
      await rows.insertMany(batch);
    } catch (error) {
      return { acknowledged, error };
    }
  }
}

/** Expects that all acknowledged documents are present after a refusal, and that deleting makes space for more. */
async function expectUsable(client: MongoClient, acknowledged: number): Promise<void> {
  const rows = client.db('d').collection<Row>('rows');
  expect(acknowledged).toBeGreaterThan(100);
  expect(await rows.countDocuments({ k: { $gte: 0 } })).toBe(acknowledged);
  expect(await rows.findOne({ k: 7 })).toMatchObject({ _id: 7 });
  expect(await client.db('d').command({ validate: 'rows' })).toMatchObject({
    valid: true,
    nrecords: acknowledged,
  });
  expect((await rows.deleteMany({ k: { $lt: acknowledged / 2 } })).deletedCount).toBe(acknowledged / 2);
  await rows.insertOne({ _id: 'after', x: 'z'.repeat(1000) });
}

const isMounted =
  process.platform === 'linux' && succeeds('mount', '-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', mountPoint);

describe.skipIf(!isMounted)('on a disk of 12 MB (skipped if no file system can be mounted)', () => {
  beforeAll(() => mkdirSync(join(mountPoint, 'warm-up')));
  afterAll(() => {
    succeeds('umount', '-l', mountPoint);
    rmSync(mountPoint, { recursive: true, force: true });
  });

  it('writes are refused while the reserve is still free, and deleting still works', async () => {
    const dataDir = join(mountPoint, 'reserve');
    const test = await startTestServer({ dataDir, reserveMb: 3 });
    const { acknowledged, error } = await fillUp(test.client);
    expect(error).toMatchObject({ code: 14031, codeName: 'OutOfDiskSpace' });
    expect(String(error)).toContain('less than 3 MB would be left on the disk');
    await expect(
      test.client
        .db('d')
        .collection('rows')
        .updateOne({}, { $set: { y: 'y'.repeat(2 ** 20) } }),
    ).rejects.toMatchObject({ code: 14031 });
    const rows = test.client.db('d').collection('rows');
    await expect(rows.updateMany({}, { $set: { y: 'y'.repeat(500) } })).rejects.toMatchObject({
      code: 14031,
    });
    expect((await rows.deleteMany({})).deletedCount).toBe(acknowledged);
    await test.end();
  });

  it('a write that does not fit is refused as a whole, and no acknowledged write is lost', async () => {
    const dataDir = join(mountPoint, 'full');
    const test = await startTestServer({ dataDir, reserveMb: 0 });
    const { acknowledged, error } = await fillUp(test.client);
    expect(error).toMatchObject({ code: 14031, codeName: 'OutOfDiskSpace' });
    await expectUsable(test.client, acknowledged);
    await test.client.close();
    await test.server.close();
    expect((await validateEmbeddedMongo(dataDir)).isValid).toBe(true);
    rmSync(dataDir, { recursive: true, force: true });
  });
});

describe.skipIf(!succeeds('prlimit', '--version'))(
  'with a limit on file sizes (skipped if prlimit is missing)',
  () => {
    it('a write beyond the limit is refused as a whole, and no acknowledged write is lost', async () => {
      const dataDir = temporaryDirectory('limit');
      const prepared = await prepareServerProcess();
      expect(succeeds('prlimit', '--pid', String(prepared.child.pid), `--fsize=${6 * 2 ** 20}`)).toBe(true);
      const client = await MongoClient.connect(await prepared.serve(dataDir, 'flush'));
      const { acknowledged, error } = await fillUp(client);
      expect(error).toMatchObject({ code: 14031, codeName: 'OutOfDiskSpace' });
      await expectUsable(client, acknowledged);
      await client.close();
      await prepared.kill();
      expect((await validateEmbeddedMongo(dataDir)).isValid).toBe(true);
      rmSync(dataDir, { recursive: true, force: true });
    });
  },
);
