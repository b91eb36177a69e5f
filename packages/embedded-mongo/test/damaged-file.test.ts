import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backupEmbeddedMongo, startEmbeddedMongo, validateEmbeddedMongo } from '../dist/index.js';
import { Random } from './random-bson.js';
import { startTestServer, temporaryDirectory } from './start-test-server.js';

const PAGE_BYTES = 4096;
/** Offset of the last page's number in a meta page. */
const LAST_PAGE = 144;
const directory = temporaryDirectory('damaged');
let whole: Buffer;
let usedBytes: number;

beforeAll(async () => {
  const test = await startTestServer({ dataDir: join(directory, 'original') });
  const rows = test.client.db('p').collection<{ _id: number; x: string }>('rows');
  for (let i = 0; i < 5; i += 1)
    await rows.insertMany(Array.from({ length: 100 }, (_, j) => ({ _id: i * 100 + j, x: 'x'.repeat(2000) })));
  whole = readFileSync(join(test.dataDir, 'data.mdb'));
  const lastPages = [0, PAGE_BYTES].map((page) => Number(whole.readBigUInt64LE(page + LAST_PAGE)));
  usedBytes = (Math.max(...lastPages) + 1) * PAGE_BYTES;
  await test.end();
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function store(name: string, file: Buffer): string {
  const dataDir = join(directory, name);
  mkdirSync(dataDir);
  writeFileSync(join(dataDir, 'data.mdb'), file);
  return dataDir;
}

describe('a data file that was cut off', () => {
  it.each([2, 3, 10, 100])('after %i pages is refused with a sentence', async (pages) => {
    const dataDir = store(`cut-${pages}`, whole.subarray(0, pages * PAGE_BYTES));
    await expect(startEmbeddedMongo({ dataDir })).rejects.toThrow(
      /^the last \d+ bytes of .+data\.mdb are missing; move it away and restore a backup with `inlet db restore`$/,
    );
    expect(statSync(join(dataDir, 'data.mdb')).size).toBe(pages * PAGE_BYTES);
  });

  it('behind its data is used, with space behind its data again', async () => {
    const dataDir = store('spare', whole.subarray(0, usedBytes));
    const server = await startEmbeddedMongo({ dataDir });
    const client = await MongoClient.connect(server.uri);
    expect(await client.db('p').collection('rows').countDocuments()).toBe(500);
    expect(statSync(join(dataDir, 'data.mdb')).size).toBeGreaterThan(usedBytes + 2 ** 20);
    await client.close();
    await server.close();
  });

  it('by pages that are free is used', async () => {
    const file = Buffer.from(whole.subarray(0, usedBytes));
    for (const page of [0, PAGE_BYTES])
      file.writeBigUInt64LE(file.readBigUInt64LE(page + LAST_PAGE) + 2n, page + LAST_PAGE);
    const dataDir = store('free', file);
    const server = await startEmbeddedMongo({ dataDir });
    await server.close();
    expect(await validateEmbeddedMongo(dataDir)).toMatchObject({ isValid: true });
  });
});

describe('a damaged page', () => {
  it('is reported by a check and by a backup, and never ends the process', async () => {
    const random = new Random(5);
    let reports = 0;
    for (let i = 0; i < 6; i += 1) {
      const file = Buffer.from(whole.subarray(0, usedBytes));
      const first = 2 * PAGE_BYTES;
      for (let j = 0; j < 20 * (i + 1); j += 1) {
        const at = first + PAGE_BYTES * random.below(usedBytes / PAGE_BYTES - 2);
        for (let k = 0; k < PAGE_BYTES; k += 4) file.writeUInt32LE(random.below(2 ** 31), at + k);
      }
      const dataDir = store(`page-${i}`, file);
      const reported = await validateEmbeddedMongo(dataDir).then(
        ({ isValid }) => !isValid,
        (error: Error) =>
          /is damaged|cannot be read/.test(error.message) && /inlet db restore/.test(error.message),
      );
      if (reported) reports += 1;
      const copy = join(directory, `copy-${i}`);
      if (i < 2) await expect(backupEmbeddedMongo(dataDir, copy)).rejects.toThrow();
      if (i < 2) expect(readdirSync(copy)).toEqual([]);
    }
    expect(reports).toBe(6);
  }, 60_000);
});

it('a data directory may have a dot in its name', async () => {
  const dataDir = join(directory, 'inlet.v1');
  const server = await startEmbeddedMongo({ dataDir });
  await server.close();
  expect(statSync(join(dataDir, 'data.mdb')).isFile()).toBe(true);
});
