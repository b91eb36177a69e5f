import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BSON } from 'bson';
import { Decimal128, type Document, Double, Int32, Long, MongoClient, ObjectId } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  backupEmbeddedMongo,
  compactEmbeddedMongo,
  exportDatabase,
  importDatabase,
  restoreEmbeddedMongo,
  startEmbeddedMongo,
  validateEmbeddedMongo,
} from '../dist/index.js';
import { DATA_FILE, measureSpareBytes } from '../dist/storage/check-data-file.js';
import { startTestServer, type TestServer, temporaryDirectory } from './start-test-server.js';

interface Row {
  _id: number;
  k: string;
  x: string;
}

let test: TestServer;
let directory: string;

beforeEach(async () => {
  directory = temporaryDirectory('tools');
  test = await startTestServer();
});
afterEach(async () => {
  await test.end();
  rmSync(directory, { recursive: true, force: true });
});

const rowsOf = (client: MongoClient) => client.db('app').collection<Row>('rows');

async function fill(count: number): Promise<void> {
  await rowsOf(test.client).createIndex({ k: 1 }, { unique: true });
  await rowsOf(test.client).insertMany(
    Array.from({ length: count }, (_, _id) => ({ _id, k: `k${_id}`, x: 'x'.repeat(500) })),
  );
}

/** Starts a server over a directory and reads the content of the database. */
async function contentOf(dataDir: string): Promise<{ rows: number; indexes: (string | undefined)[] }> {
  const server = await startEmbeddedMongo({ dataDir });
  const client = await MongoClient.connect(server.uri);
  const rows = await rowsOf(client).countDocuments();
  const indexes = (await rowsOf(client).indexes()).map(({ name }) => name);
  await client.close();
  await server.close();
  return { rows, indexes };
}

const stop = async (): Promise<void> => {
  await test.client.close();
  await test.server.close();
};

const sizeOf = (dataDir: string): number => statSync(join(dataDir, DATA_FILE)).size;

describe('a backup', () => {
  it('is one consistent state, although a client is writing, and can be restored', async () => {
    await fill(3000);
    const backup = join(directory, 'backup');
    const stopWriting = new AbortController();
    const writing = (async () => {
      for (let i = 3000; !stopWriting.signal.aborted; i += 10) {
        await rowsOf(test.client).insertMany(
          Array.from({ length: 10 }, (_, j) => ({ _id: i + j, k: `k${i + j}`, x: '' })),
        );
      }
    })();
    await backupEmbeddedMongo(test.dataDir, backup);
    stopWriting.abort();
    await writing;
    const restored = join(directory, 'restored');
    await restoreEmbeddedMongo(backup, restored);
    const { rows, indexes } = await contentOf(restored);
    expect(rows).toBeGreaterThanOrEqual(3000);
    expect(rows % 10, 'no partial batch').toBe(0);
    expect(indexes).toEqual(['_id_', 'k_1']);
    expect((await validateEmbeddedMongo(restored)).isValid).toBe(true);
  });

  it('is refused in a directory with files, and restoring is refused over a database', async () => {
    await fill(10);
    const backup = join(directory, 'backup');
    await backupEmbeddedMongo(test.dataDir, backup);
    await expect(backupEmbeddedMongo(test.dataDir, backup)).rejects.toThrow(/needs an empty directory/);
    await stop();
    await expect(restoreEmbeddedMongo(backup, test.dataDir)).rejects.toThrow(/already has a database/);
    await expect(restoreEmbeddedMongo(join(directory, 'none'), join(directory, 'new'))).rejects.toThrow(
      /no backup found/,
    );
    await expect(backupEmbeddedMongo(join(directory, 'none'), join(directory, 'new'))).rejects.toThrow(
      /no database found/,
    );
  });

  it('that is damaged is not restored', async () => {
    const damaged = join(directory, 'damaged');
    mkdirSync(damaged);
    writeFileSync(join(damaged, 'data.mdb'), Buffer.alloc(20_000, 7));
    const target = join(directory, 'target');
    await expect(restoreEmbeddedMongo(damaged, target)).rejects.toThrow(/is damaged/);
    expect(existsSync(join(target, 'data.mdb'))).toBe(false);
  });
});

describe('compacting', () => {
  it('frees the space of deleted documents and keeps the others', async () => {
    await fill(6000);
    await rowsOf(test.client).deleteMany({ _id: { $gte: 100 } });
    await stop();
    const before = sizeOf(test.dataDir);
    await compactEmbeddedMongo(test.dataDir);
    expect(sizeOf(test.dataDir)).toBeLessThan(before / 5);
    expect(await contentOf(test.dataDir)).toEqual({ rows: 100, indexes: ['_id_', 'k_1'] });
  });

  it('is refused while a server uses the database', async () => {
    await fill(10);
    await expect(compactEmbeddedMongo(test.dataDir)).rejects.toThrow(
      new RegExp(`in use by process ${process.pid}`),
    );
  });

  it('prevents servers from starting until it ends', async () => {
    await fill(20_000);
    await stop();
    const compacting = compactEmbeddedMongo(test.dataDir);
    await expect.poll(() => existsSync(join(test.dataDir, 'run', 'maintenance')), { interval: 1 }).toBe(true);
    await expect(startEmbeddedMongo({ dataDir: test.dataDir })).rejects.toThrow(
      /is being compacted or restored/,
    );
    await expect(compactEmbeddedMongo(test.dataDir)).rejects.toThrow(/already being compacted/);
    await compacting;
    expect(readdirSync(join(test.dataDir, 'run'))).toEqual([]);
    expect((await contentOf(test.dataDir)).rows).toBe(20_000);
  });

  it('leaves the database unchanged if its process is killed', async () => {
    await fill(10);
    await stop();
    const runDir = join(test.dataDir, 'run');
    writeFileSync(
      join(runDir, 'maintenance'),
      `mongodb://${encodeURIComponent(join(runDir, 'maintenance-0.sock'))}`,
    );
    mkdirSync(join(runDir, 'maintenance-copy'));
    writeFileSync(join(runDir, 'maintenance-copy', 'data.mdb'), 'half a file');
    expect((await contentOf(test.dataDir)).rows).toBe(10);
    expect(readdirSync(runDir)).toEqual([]);
  });
});

/** Without the spare space behind the data, which the server adds once. */
const usedBytesOf = (dataDir: string): number =>
  sizeOf(dataDir) - Math.max(0, measureSpareBytes(join(dataDir, DATA_FILE)));

describe('space on disk', () => {
  it('is reused after deletes: the file stops growing', async () => {
    const large = test.client.db('app').collection<{ _id: number; body: Buffer }>('large');
    const sizes: number[] = [];
    for (let round = 0; round < 8; round++) {
      for (let i = 0; i < 20; i++)
        await large.insertOne({
          _id: i,
          body: Buffer.alloc(200_000 + ((i * 7919 + round * 104_729) % 300_000), i),
        });
      await large.deleteMany({});
      sizes.push(usedBytesOf(test.dataDir));
    }
    expect(sizes[7], JSON.stringify(sizes)).toBeLessThanOrEqual((sizes[3] ?? 0) * 1.15);
  });

  it('of dropped collections is reused', async () => {
    const sizes: number[] = [];
    for (let round = 0; round < 5; round++) {
      await fill(2000);
      await rowsOf(test.client).drop();
      await expect.poll(async () => (await validateEmbeddedMongo(test.dataDir)).collections).toEqual([]);
      await new Promise((resume) => setTimeout(resume, 150));
      sizes.push(usedBytesOf(test.dataDir));
    }
    expect(sizes[4], JSON.stringify(sizes)).toBeLessThanOrEqual((sizes[1] ?? 0) * 1.15);
  });
});

describe('validating', () => {
  it('finds no error in a database in use, and lists the checked collections', async () => {
    await fill(50);
    await test.client.db('other').collection('empty').createIndex({ a: 1 });
    expect(await validateEmbeddedMongo(test.dataDir)).toEqual({
      isValid: true,
      collections: [
        { ns: 'app.rows', documents: 50, indexes: 2, errors: [] },
        { ns: 'other.empty', documents: 0, indexes: 2, errors: [] },
      ],
    });
  });
});

describe('export and import', () => {
  const types: Document = {
    _id: new ObjectId('0123456789abcdef01234567'),
    int: new Int32(3),
    double: new Double(3),
    long: Long.fromNumber(3),
    decimal: Decimal128.fromString('1.10'),
    date: new Date(5),
    nested: { list: [1, 'two', null] },
    binary: Buffer.from([0, 255]),
    pattern: /^x/i,
  };

  it('transfer documents with their types, indexes, options and unusual names to a second instance', async () => {
    await fill(2500);
    const db = test.client.db('app');
    await db.collection('types').insertOne(types);
    await db.collection('types').createIndex({ date: 1 }, { expireAfterSeconds: 3_000_000_000 });
    await db.createCollection('odd/näme', { validator: { a: { $exists: true } } });
    await db
      .collection('odd/näme')
      .createIndex({ a: 1, b: -1 }, { unique: true, partialFilterExpression: { a: { $gt: 1 } } });
    await test.client.db('second').collection('c').insertOne({ a: 1 });

    const exported = await exportDatabase(test.server.uri, directory);
    expect(exported.sort((a, b) => (a.ns < b.ns ? -1 : 1))).toEqual([
      { ns: 'app.odd/näme', documents: 0, indexes: 2 },
      { ns: 'app.rows', documents: 2500, indexes: 2 },
      { ns: 'app.types', documents: 1, indexes: 2 },
      { ns: 'second.c', documents: 1, indexes: 1 },
    ]);

    const target = await startTestServer();
    const imported = await importDatabase(directory, target.server.uri);
    expect(imported.sort((a, b) => (a.ns < b.ns ? -1 : 1))).toEqual(exported);
    const raw = (client: MongoClient) =>
      client.db('app').collection('types').findOne({}, { raw: true, promoteValues: false });
    expect(await raw(target.client)).toEqual(await raw(test.client));
    expect(await rowsOf(target.client).find().sort({ _id: 1 }).toArray()).toEqual(
      await rowsOf(test.client).find().sort({ _id: 1 }).toArray(),
    );
    for (const name of ['rows', 'types', 'odd/näme']) {
      expect(await target.client.db('app').collection(name).indexes()).toEqual(
        await db.collection(name).indexes(),
      );
    }
    await expect(target.client.db('app').collection('odd/näme').insertOne({ b: 1 })).rejects.toMatchObject({
      code: 121,
    });
    await target.end();
  });

  it('use the layout of mongodump, and export only the database that the URI names', async () => {
    await fill(3);
    await test.client.db('second').collection('c').insertOne({ a: 1 });
    await exportDatabase(`${test.server.uri}/app`, directory);
    expect(readdirSync(directory)).toEqual(['app']);
    expect(readdirSync(join(directory, 'app')).sort()).toEqual(['rows.bson', 'rows.metadata.json']);
    const documents: Document[] = [];
    BSON.deserializeStream(readFileSync(join(directory, 'app/rows.bson')), 0, 3, documents, 0, {});
    expect(documents.map(({ k }) => k)).toEqual(['k0', 'k1', 'k2']);
    expect(JSON.parse(readFileSync(join(directory, 'app/rows.metadata.json'), 'utf8'))).toMatchObject({
      options: {},
      collectionName: 'rows',
      indexes: [
        { v: { $numberInt: '2' }, key: { _id: { $numberInt: '1' } }, name: '_id_' },
        { v: { $numberInt: '2' }, key: { k: { $numberInt: '1' } }, name: 'k_1', unique: true },
      ],
    });
  });

  it('import the only database of an export into the one that the URI names, and refuse two databases', async () => {
    await fill(3);
    await exportDatabase(`${test.server.uri}/app`, directory);
    mkdirSync(join(directory, 'admin'));
    writeFileSync(join(directory, 'admin', 'system.version.bson'), '');
    expect(await importDatabase(directory, `${test.server.uri}/moved`)).toEqual([
      { ns: 'moved.rows', documents: 3, indexes: 2 },
    ]);
    expect(await test.client.db('moved').collection('rows').find().sort({ _id: 1 }).toArray()).toEqual(
      await rowsOf(test.client).find().sort({ _id: 1 }).toArray(),
    );
    await exportDatabase(`${test.server.uri}/moved`, directory);
    await expect(importDatabase(directory, `${test.server.uri}/other`)).rejects.toThrow(
      /holds 2 databases, and only one can be imported into other/,
    );
  });

  it('write nothing if a collection is not empty', async () => {
    await fill(3);
    await test.client.db('app').collection('another').insertOne({ a: 1 });
    await exportDatabase(`${test.server.uri}/app`, directory);
    await test.client.db('target').collection('rows').insertOne({ a: 1 });
    await expect(importDatabase(directory, `${test.server.uri}/target`)).rejects.toThrow(
      /target\.rows is not empty/,
    );
    expect(await test.client.db('target').listCollections().toArray()).toMatchObject([{ name: 'rows' }]);
  });

  it('refuse a collection with documents, and a truncated file', async () => {
    await fill(3);
    await exportDatabase(test.server.uri, directory);
    await expect(importDatabase(directory, test.server.uri)).rejects.toThrow(/app\.rows is not empty/);
    await rowsOf(test.client).drop();
    const path = join(directory, 'app/rows.bson');
    writeFileSync(path, readFileSync(path).subarray(0, -5));
    await expect(importDatabase(directory, test.server.uri)).rejects.toThrow(/ends within a document/);
  });
});
