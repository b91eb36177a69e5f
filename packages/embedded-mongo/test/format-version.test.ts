import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  backupEmbeddedMongo,
  NewerFormatError,
  restoreEmbeddedMongo,
  startEmbeddedMongo,
  validateEmbeddedMongo,
} from '../dist/index.js';
import { Environment } from '../dist/storage/environment.js';
import { startTestServer, temporaryDirectory } from './start-test-server.js';

const VERSION_KEY = Buffer.from('format');
const directory = temporaryDirectory('format');

afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function writeDatabase(name: string): Promise<string> {
  const dataDir = join(directory, name);
  const { client, server } = await startTestServer({ dataDir });
  await client.db('d').collection('c').insertOne({ a: 1 });
  await client.close();
  await server.close();
  return dataDir;
}

/** Stores another format version, or none, and returns the one that was there. */
async function replaceVersion(path: string, version: number | undefined): Promise<number | undefined> {
  const environment = new Environment({ path, durability: 'flush' });
  const before = environment.get('meta', VERSION_KEY)?.readUInt32BE(0);
  environment.commit(() =>
    version === undefined
      ? environment.remove('meta', VERSION_KEY)
      : environment.put('meta', VERSION_KEY, Buffer.from([0, 0, 0, version])),
  );
  await environment.close();
  return before;
}

describe('the format version of a data directory', () => {
  it('is stored when the database is created', async () => {
    const dataDir = await writeDatabase('new');
    expect(await replaceVersion(dataDir, 1)).toBe(1);
  });

  it('may be missing, in a database that was written before there was one', async () => {
    const dataDir = await writeDatabase('older');
    await replaceVersion(dataDir, undefined);
    const { client, server } = await startTestServer({ dataDir });
    expect(await client.db('d').collection('c').findOne()).toMatchObject({ a: 1 });
    await client.close();
    await server.close();
    expect((await validateEmbeddedMongo(dataDir)).isValid).toBe(true);
  });

  it('is refused when it is newer, by the server and by every tool, in one sentence', async () => {
    const dataDir = await writeDatabase('newer');
    await replaceVersion(dataDir, 2);
    const refusal = {
      code: 'database_newer',
      message: expect.stringMatching(/newer has format 2, and this release of Inlet reads formats up to 1;/),
    };
    await expect(startEmbeddedMongo({ dataDir })).rejects.toMatchObject(refusal);
    await expect(startEmbeddedMongo({ dataDir })).rejects.toBeInstanceOf(NewerFormatError);
    await expect(validateEmbeddedMongo(dataDir)).rejects.toBeInstanceOf(NewerFormatError);
    await expect(backupEmbeddedMongo(dataDir, join(directory, 'backup'))).rejects.toMatchObject(refusal);
    const target = join(directory, 'target');
    mkdirSync(target);
    await expect(restoreEmbeddedMongo(dataDir, target)).rejects.toMatchObject({ code: refusal.code });
    expect(existsSync(join(target, 'data.mdb'))).toBe(false);
  });
});
