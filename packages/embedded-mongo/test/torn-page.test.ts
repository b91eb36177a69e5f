import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmbeddedMongo, validateEmbeddedMongo } from '../dist/index.js';
import { Random } from './random-bson.js';
import { startTestServer, temporaryDirectory } from './start-test-server.js';

const PAGE_BYTES = 4096;
/** The first two pages point to the newest states; a commit writes one of them at its end. */
const META_BYTES = 2 * PAGE_BYTES;
const SECTOR_BYTES = 512;
const SEED = Number(process.env.FUZZ_SEED ?? 3);

interface Row {
  _id: number;
  k: number;
  x: string;
}

const rowsFrom = (first: number): Row[] =>
  Array.from({ length: 200 }, (_, i) => ({
    _id: first + i,
    k: -(first + i),
    x: 'x'.repeat(((first + i) % 40) * 50),
  }));

/**
 * A power cut during a commit leaves its pages on disk complete, partial or missing, but never the
 * pointer to them, which is written after the pages are flushed.
 */
describe('a data file after a power cut', () => {
  const directory = temporaryDirectory('torn');
  let before: Buffer;
  let after: Buffer;

  beforeAll(async () => {
    const test = await startTestServer({ dataDir: join(directory, 'original') });
    const rows = test.client.db('p').collection<Row>('rows');
    await rows.createIndex({ k: 1 }, { unique: true });
    await rows.insertMany(rowsFrom(0));
    before = readFileSync(join(test.dataDir, 'data.mdb'));
    await rows.updateMany({}, { $inc: { k: -1000 }, $set: { x: 'changed' } });
    after = readFileSync(join(test.dataDir, 'data.mdb'));
    await test.end();
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const restore = (name: string, file: Buffer): string => {
    const dataDir = join(directory, name);
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'data.mdb'), file);
    return dataDir;
  };

  const expectStateBefore = async (dataDir: string): Promise<void> => {
    expect(await validateEmbeddedMongo(dataDir)).toMatchObject({
      isValid: true,
      collections: [{ ns: 'p.rows', documents: 200 }],
    });
    const server = await startEmbeddedMongo({ dataDir });
    const client = await MongoClient.connect(server.uri);
    const rows = client.db('p').collection<Row>('rows');
    expect(await rows.find().sort({ _id: 1 }).toArray()).toEqual(rowsFrom(0));
    await rows.insertMany(rowsFrom(200));
    expect(await rows.countDocuments({ k: { $lte: 0 } })).toBe(400);
    await client.close();
    await server.close();
  };

  it(`has the last complete state if pages of the next one are partial (seed ${SEED})`, async () => {
    const random = new Random(SEED);
    const padded = Buffer.concat([before, Buffer.alloc(Math.max(0, after.length - before.length))]);
    for (let i = 0; i < 5; i++) {
      const file = Buffer.from(after);
      before.copy(file, 0, 0, META_BYTES);
      for (const at of changedSectors()) {
        const fate = random.next();
        if (fate < 0.4) padded.copy(file, at, at, at + SECTOR_BYTES);
        else if (fate < 0.5) file.fill(random.below(256), at, at + SECTOR_BYTES);
      }
      await expectStateBefore(restore(`torn-${i}`, file));
    }
  });

  const changedSectors = (): number[] => {
    const sectors: number[] = [];
    for (let at = META_BYTES; at < after.length; at += SECTOR_BYTES) {
      if (!before.subarray(at, at + SECTOR_BYTES).equals(after.subarray(at, at + SECTOR_BYTES)))
        sectors.push(at);
    }
    expect(sectors.length).toBeGreaterThan(50);
    return sectors;
  };

  it('has the last complete state if the end of the file is garbage', async () => {
    const cut = restore('cut', before);
    const file = openSync(join(cut, 'data.mdb'), 'r+');
    writeSync(file, Buffer.alloc(PAGE_BYTES + 100, 0xa5), 0, PAGE_BYTES + 100, before.length);
    closeSync(file);
    await expectStateBefore(cut);
  });

  it('is refused, instead of ending the process, if its beginning is missing', async () => {
    const dataDir = restore('short', after.subarray(0, META_BYTES - 10));
    await expect(startEmbeddedMongo({ dataDir })).rejects.toThrow(/is damaged, or is not a database/);
    await expect(validateEmbeddedMongo(restore('other', Buffer.alloc(META_BYTES, 1)))).rejects.toThrow(
      /is damaged/,
    );
  });
});
