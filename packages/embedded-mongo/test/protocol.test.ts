import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { BSON, type Document, Double, Int32, Long, MongoClient } from 'mongodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startEmbeddedMongo } from '../dist/index.js';
import { startTestServer, type TestServer, temporaryDirectory } from './start-test-server.js';

describe('features that the server leaves out', () => {
  let test: TestServer;

  beforeAll(async () => {
    test = await startTestServer();
    await test.client.db('d').collection('c').insertOne({ a: 1 });
  });
  afterAll(() => test.end());

  /** A name, a command, and the code and the message of its refusal. */
  const REFUSALS: [string, Document, number, RegExp][] = [
    ['unknown commands', { nonsense: 1 }, 59, /no such command: 'nonsense'/],
    [
      'commands that are left out',
      { mapReduce: 'c' },
      115,
      /mapReduce is not supported by the embedded server/,
    ],
    ['replica sets', { replSetGetStatus: 1 }, 115, /not supported by the embedded server/],
    ['users', { createUser: 'u', pwd: 'p', roles: [] }, 115, /not supported/],
    [
      'transactions',
      { find: 'c', txnNumber: 1, startTransaction: true, autocommit: false },
      20,
      /only allowed on a replica set/,
    ],
    ['commits', { commitTransaction: 1 }, 20, /only allowed on a replica set/],
    ['snapshot reads', { find: 'c', readConcern: { level: 'snapshot' } }, 72, /replica set/],
    ['more than one copy', { insert: 'c', documents: [{}], writeConcern: { w: 2 } }, 2, /not replicated/],
    [
      'change streams',
      { aggregate: 'c', pipeline: [{ $changeStream: {} }], cursor: {} },
      40573,
      /replica sets/,
    ],
    ['tailable cursors', { find: 'c', tailable: true }, 2, /tailable cursor/],
    [
      'capped collections',
      { create: 'x', capped: true, size: 1000 },
      115,
      /a capped collection is not supported/,
    ],
    ['views', { create: 'x', viewOn: 'c', pipeline: [] }, 115, /a view is not supported/],
    ['time series', { create: 'x', timeseries: { timeField: 't' } }, 115, /time-series/],
    [
      'text indexes',
      { createIndexes: 'c', indexes: [{ key: { a: 'text' }, name: 'a' }] },
      67,
      /index type 'text'/,
    ],
    [
      'geographical indexes',
      { createIndexes: 'c', indexes: [{ key: { a: '2dsphere' }, name: 'a' }] },
      67,
      /index type '2dsphere'/,
    ],
    [
      'wildcard indexes',
      { createIndexes: 'c', indexes: [{ key: { '$**': 1 }, name: 'a' }] },
      67,
      /illegal field name/,
    ],
    [
      'collated indexes',
      { createIndexes: 'c', indexes: [{ key: { a: 1 }, name: 'a', collation: { locale: 'en' } }] },
      67,
      /collation/,
    ],
    ['JavaScript in filters', { find: 'c', filter: { $where: 'true' } }, 2, /\$where is not supported/],
    ['text search', { find: 'c', filter: { $text: { $search: 'x' } } }, 2, /\$text is not supported/],
    ['unknown operators', { find: 'c', filter: { a: { $near: 1 } } }, 2, /unknown operator: \$near/],
    [
      'JavaScript in expressions',
      { aggregate: 'c', pipeline: [{ $project: { x: { $function: {} } } }], cursor: {} },
      115,
      /\$function is not/,
    ],
    [
      'unknown stages',
      { aggregate: 'c', pipeline: [{ $nope: {} }], cursor: {} },
      40324,
      /Unrecognized pipeline stage name/,
    ],
    [
      'stages that are left out',
      { aggregate: 'c', pipeline: [{ $graphLookup: {} }], cursor: {} },
      115,
      /\$graphLookup is not supported/,
    ],
    [
      'windows over documents',
      { aggregate: 'c', pipeline: [{ $setWindowFields: {} }], cursor: {} },
      115,
      /\$setWindowFields is not supported/,
    ],
    ...['$out', '$merge', '$bucket', '$bucketAuto', '$unionWith', '$lookup', '$facet', '$replaceRoot'].map(
      (stage): [string, Document, number, RegExp] => [
        `${stage} stages`,
        { aggregate: 'c', pipeline: [{ [stage]: {} }], cursor: {} },
        115,
        new RegExp(`\\${stage} is not supported`),
      ],
    ),
    ['aggregations of a database', { aggregate: 1, pipeline: [], cursor: {} }, 115, /whole database is not/],
    [
      'expressions that are left out',
      { aggregate: 'c', pipeline: [{ $project: { x: { $add: ['$a', 1] } } }], cursor: {} },
      115,
      /the expression \$add is not supported/,
    ],
    [
      'accumulators that are left out',
      { aggregate: 'c', pipeline: [{ $group: { _id: 1, x: { $top: {} } } }], cursor: {} },
      115,
      /the accumulator \$top is not supported/,
    ],
    [
      'expressions in filters',
      { find: 'c', filter: { $expr: { $gt: ['$a', 1] } } },
      2,
      /\$expr is not supported/,
    ],
    ['variables', { find: 'c', filter: {}, let: { x: 1 } }, 115, /the option 'let' is not supported/],
    ['bits in filters', { find: 'c', filter: { a: { $bitsAllSet: 1 } } }, 2, /\$bitsAllSet is not supported/],
    [
      'writes to several collections',
      { bulkWrite: 1, ops: [], nsInfo: [] },
      115,
      /bulkWrite is not supported/,
    ],
    ['locks of the whole server', { fsync: 1, lock: true }, 115, /fsync is not supported/],
    [
      'names that a collection has already',
      { renameCollection: 'd.c', to: 'd.c', dropTarget: true },
      20,
      /rename a collection to itself/,
    ],
    ['unknown cursors', { getMore: 1n, collection: 'c' }, 43, /cursor id 1 not found/],
    ['bad names', { create: 'a$b' }, 73, /Invalid namespace/],
    ['long names', { create: 'x'.repeat(254) }, 73, /Invalid namespace/],
  ];

  it.each(REFUSALS)(
    '%s are refused with a code of MongoDB and a sentence',
    async (_name, command, code, words) => {
      const error = await test.client
        .db('renameCollection' in command ? 'admin' : 'd')
        .command(command)
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code });
      expect(String(error)).toMatch(words);
      expect(await test.client.db('d').collection('c').countDocuments()).toBe(1);
    },
  );

  it.each([
    ['by a pipeline', [{ $set: { a: 2 } }], /an update by a pipeline is not supported/],
    ['of bits', { $bit: { a: { or: 4 } } }, /the update operator \$bit is not supported/],
  ])('updates %s are refused with a sentence', async (_name, update, words) => {
    const collection = test.client.db('d').collection('c');
    const error = await collection.updateOne({}, update).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 115 });
    expect(String(error)).toMatch(words);
  });

  it('a document whose key is too long for an index is refused', async () => {
    const collection = test.client.db('d').collection('long');
    await collection.createIndex({ a: 1 });
    await expect(collection.insertOne({ a: 'x'.repeat(3000) })).rejects.toMatchObject({ code: 17280 });
    await collection.insertOne({ a: 'x'.repeat(1500), b: 'x'.repeat(100_000) });
    expect(await collection.countDocuments()).toBe(1);
  });

  it('a sort that would need too much memory is refused, and works with a limit or an index', async () => {
    const collection = test.client.db('d').collection<{ _id: number; a: number; x: string }>('sort');
    for (let from = 0; from < 60_000; from += 5000) {
      await collection.insertMany(
        Array.from({ length: 5000 }, (_, i) => ({ _id: from + i, a: -(from + i), x: 'x'.repeat(1200) })),
      );
    }
    const first = (limit: number) =>
      collection
        .find({}, { projection: { a: 1 } })
        .sort({ a: 1 })
        .limit(limit)
        .toArray();
    const error = await collection
      .find()
      .sort({ a: 1 })
      .toArray()
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 292 });
    expect(String(error)).toContain('add an index for it, or a limit');
    expect(await first(2)).toEqual([
      { _id: 59_999, a: -59_999 },
      { _id: 59_998, a: -59_998 },
    ]);
    const pushed = collection.aggregate([{ $group: { _id: null, all: { $push: '$x' } } }]).toArray();
    await expect(pushed).rejects.toMatchObject({ code: 146 });
    await collection.createIndex({ a: 1 });
    expect(await collection.find().sort({ a: 1 }).limit(1).next()).toMatchObject({ _id: 59_999 });
    await collection.drop();
  });

  it('a query is stopped after its time limit', async () => {
    const collection = test.client.db('d').collection('slow');
    await collection.insertMany(Array.from({ length: 20_000 }, (_, i) => ({ i, text: `text ${i}` })));
    const slow = collection
      .find({ text: /(x+x+)+y$/ })
      .maxTimeMS(1)
      .toArray();
    await expect(slow).rejects.toMatchObject({ code: 50, codeName: 'MaxTimeMSExpired' });
  });
});

/** The pipelines with which Compass reads the sizes of a collection, and the sizes and the use of its indexes. */
const SIZES_OF_A_COLLECTION: Document[] = [
  { $collStats: { storageStats: {} } },
  {
    $group: {
      _id: null,
      capped: { $first: '$storageStats.capped' },
      count: { $sum: '$storageStats.count' },
      size: { $sum: { $toDouble: '$storageStats.size' } },
      unscaledCollSize: {
        $sum: {
          $multiply: [{ $toDouble: '$storageStats.avgObjSize' }, { $toDouble: '$storageStats.count' }],
        },
      },
      nindexes: { $max: '$storageStats.nindexes' },
    },
  },
  {
    $addFields: {
      avgObjSize: {
        $cond: {
          if: { $ne: ['$count', 0] },
          // biome-ignore lint/suspicious/noThenProperty: MongoDB's own name
          then: { $divide: ['$unscaledCollSize', { $toDouble: '$count' }] },
          else: 0,
        },
      },
    },
  },
];
const SIZES_OF_INDEXES: Document[] = [
  { $collStats: { storageStats: {} } },
  { $project: { indexSizes: { $objectToArray: '$storageStats.indexSizes' } } },
  { $unwind: '$indexSizes' },
  { $group: { _id: '$indexSizes.k', size: { $sum: { $toDouble: '$indexSizes.v' } } } },
];
const USE_OF_INDEXES: Document[] = [
  { $indexStats: {} },
  { $project: { name: 1, usageHost: '$host', usageCount: '$accesses.ops' } },
];

describe('the commands of other clients', () => {
  let test: TestServer;

  beforeAll(async () => {
    test = await startTestServer();
    await test.client
      .db('shop')
      .collection('items')
      .insertMany([{ a: 1 }, { a: 2 }, { a: 2 }]);
    await test.client.db('shop').collection('items').createIndex({ a: 1 });
  });
  afterAll(() => test.end());

  const admin = (command: Document) => test.client.db('admin').command(command);

  it('Compass gets each document with its size, and every number with its type', async () => {
    const types = test.client.db('types').collection('numbers');
    const document = { _id: new Int32(1), whole: new Double(3), long: Long.fromNumber(4) };
    await types.insertOne(document as Document);
    const projection = { _id: 0, __doc: '$$ROOT', __size: { $bsonSize: '$$ROOT' } };
    const [found] = await types.find({}, { projection, promoteValues: false }).toArray();
    expect(found).toEqual({ __doc: document, __size: new Int32(BSON.calculateObjectSize(document)) });
    await types.drop();
  });

  it('mongosh gets answers to the commands that it sends on connecting', async () => {
    expect(await admin({ hello: 1 })).toMatchObject({
      isWritablePrimary: true,
      maxBsonObjectSize: 16 * 2 ** 20,
    });
    expect(await admin({ ping: 1 })).toMatchObject({ ok: 1 });
    expect(await admin({ buildInfo: 1 })).toMatchObject({ version: '8.0.0', modules: ['embedded-lmdb'] });
    expect(await admin({ getParameter: 1, featureCompatibilityVersion: 1 })).toMatchObject({ ok: 1 });
    expect(await admin({ getLog: 'startupWarnings' })).toMatchObject({ log: [] });
    expect(await admin({ getCmdLineOpts: 1 })).toMatchObject({ ok: 1 });
    expect(await admin({ connectionStatus: 1, showPrivileges: true })).toMatchObject({ ok: 1 });
    expect(await admin({ hostInfo: 1 })).toMatchObject({ ok: 1 });
  });

  it('Compass gets its lists, sizes, samples and explanations', async () => {
    const { databases } = await admin({ listDatabases: 1 });
    expect(databases).toEqual([{ name: 'shop', sizeOnDisk: expect.any(Number), empty: false }]);
    const shop = test.client.db('shop');
    expect(await shop.command({ dbStats: 1 })).toMatchObject({ collections: 1, objects: 3, indexes: 2 });
    expect(await shop.command({ collStats: 'items' })).toMatchObject({ count: 3, nindexes: 2 });
    const items = shop.collection('items');
    expect(await items.aggregate([{ $collStats: { storageStats: {} } }]).next()).toMatchObject({
      storageStats: { count: 3 },
    });
    expect((await items.aggregate([{ $indexStats: {} }]).toArray()).map(({ name }) => name)).toEqual([
      '_id_',
      'a_1',
    ]);
    expect(await items.aggregate([{ $sample: { size: 2 } }]).toArray()).toHaveLength(2);
    expect(await items.aggregate(SIZES_OF_A_COLLECTION).toArray()).toMatchObject([
      { _id: null, capped: null, count: 3, nindexes: 2, avgObjSize: expect.any(Number) },
    ]);
    expect(await items.aggregate(SIZES_OF_INDEXES).toArray()).toEqual([
      { _id: '_id_', size: 0 },
      { _id: 'a_1', size: 0 },
    ]);
    expect(await items.aggregate(USE_OF_INDEXES).toArray()).toMatchObject([
      { name: '_id_', usageHost: 'localhost', usageCount: 0 },
      { name: 'a_1', usageHost: 'localhost', usageCount: 0 },
    ]);
    expect(await items.find({ a: 2 }).explain('executionStats')).toMatchObject({
      queryPlanner: { namespace: 'shop.items', winningPlan: { stage: 'IXSCAN', indexName: 'a_1' } },
      executionStats: { nReturned: 2, totalKeysExamined: 2, totalDocsExamined: 2 },
    });
    expect(await items.find({ b: 1 }).explain('executionStats')).toMatchObject({
      queryPlanner: { winningPlan: { stage: 'FETCH', inputStage: { stage: 'COLLSCAN' } } },
      executionStats: { nReturned: 0, totalDocsExamined: 3 },
    });
  });
});

describe('the address of the server', () => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  const ownDirectory = (name: string): string => {
    const directory = temporaryDirectory(name);
    ends.unshift(() => rmSync(directory, { recursive: true, force: true }));
    return directory;
  };

  it('is a socket in directories that only this user may enter', async () => {
    const test = await startTestServer({ dataDir: join(ownDirectory('mode'), 'data') });
    ends.unshift(test.end);
    const modeOf = (...path: string[]): string =>
      (statSync(join(test.dataDir, ...path)).mode & 0o777).toString(8);
    expect([modeOf(), modeOf('run')]).toEqual(['700', '700']);
    expect(test.server.uri).toMatch(/^mongodb:\/\/[^/]*run%2F\d+-[0-9a-f]{8}\.sock$/);
    const [notice = ''] = readdirSync(join(test.dataDir, 'run')).filter((name) => name.endsWith('.uri'));
    expect(modeOf('run', notice)).toBe('600');
  });

  it('is removed alone when the server ends, even if the data directory has the prefix of temporary sockets', async () => {
    const dataDir = join(temporaryDirectory('db-prod'), 'inlet-db-prod');
    const [one, two] = [await startTestServer({ dataDir }), await startTestServer({ dataDir })];
    ends.push(one.end);
    await two.server.close();
    const left = readdirSync(join(dataDir, 'run'));
    expect(left.filter((name) => name.endsWith('.sock'))).toHaveLength(1);
    await one.client.db('d').collection('c').insertOne({ a: 1 });
    await two.client.close();
  });

  it('is a socket in a temporary directory if the path of the data is too long for one', async () => {
    const dataDir = join(ownDirectory('long'), 'd'.repeat(120));
    mkdirSync(dataDir);
    const test = await startTestServer({ dataDir });
    ends.unshift(test.end);
    await test.client.db('d').collection('c').insertOne({ a: 1 });
    const socketPath = decodeURIComponent(test.server.uri.replace('mongodb://', ''));
    expect(Buffer.byteLength(socketPath)).toBeLessThan(100);
    expect((statSync(join(socketPath, '..')).mode & 0o777).toString(8)).toBe('700');
  });

  it('is a loopback port with a password on request', async () => {
    const test = await startTestServer({ transport: 'loopback' });
    ends.unshift(test.end);
    const { hostname, port, password } = new URL(test.server.uri);
    expect([hostname, password.length]).toEqual(['127.0.0.1', 48]);
    await test.client.db('d').collection('c').insertOne({ a: 1 });
    const open = new MongoClient(`mongodb://127.0.0.1:${port}`);
    await expect(open.db('d').collection('c').findOne()).rejects.toMatchObject({
      code: 13,
      codeName: 'Unauthorized',
    });
    await open.close();
    const wrong = new MongoClient(
      test.server.uri.replace(
        password,
        password.replace(/^./, (first) => (first === '0' ? '1' : '0')),
      ),
    );
    await expect(wrong.connect()).rejects.toMatchObject({ code: 18 });
    const unknown = new MongoClient(test.server.uri.replace('inlet:', 'somebody:'));
    await expect(unknown.connect()).rejects.toMatchObject({ code: 18 });
  });

  it('is removed by closing, and closing twice does no harm', async () => {
    const test = await startTestServer();
    await test.client.close();
    await test.server.close();
    await test.server.close();
    expect(readdirSync(join(test.dataDir, 'run'))).toEqual([]);
    await test.end();
  });

  it('is ready within 1.5 seconds of processor time', async () => {
    const dataDir = ownDirectory('start');
    const first = await startEmbeddedMongo({ dataDir });
    await first.close();
    const cpuBefore = process.cpuUsage();
    const second = await startEmbeddedMongo({ dataDir });
    const { user, system } = process.cpuUsage(cpuBefore);
    ends.unshift(() => second.close());
    // Measures processor time, because the elapsed time depends on other work of the machine.
    expect((user + system) / 1000).toBeLessThan(1500);
  });
});

describe('a connection', () => {
  let test: TestServer;

  beforeAll(async () => {
    test = await startTestServer();
  });
  afterAll(() => test.end());

  const connect = (): net.Socket =>
    net.connect(decodeURIComponent(test.server.uri.replace('mongodb://', '')));

  it.each([
    ['sends another protocol', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ['announces a message beyond the limit', Buffer.from([0xff, 0xff, 0xff, 0x7f, 0, 0, 0, 0])],
    [
      'sends a malformed message',
      Buffer.concat([
        Buffer.from([24, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0xdd, 7, 0, 0]),
        Buffer.alloc(8, 0xff),
      ]),
    ],
    [
      'sends a message that ends too early',
      Buffer.from([21, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0xdd, 7, 0, 0, 0, 0, 0, 0, 0]),
    ],
  ])('that %s is closed, and others still work', async (_name, bytes) => {
    const socket = connect();
    socket.write(bytes);
    await new Promise((done) =>
      socket
        .once('close', done)
        .once('error', () => {})
        .resume(),
    );
    expect(await test.client.db('d').command({ ping: 1 })).toMatchObject({ ok: 1 });
    expect(test.faults).toEqual([]);
  });

  it('that ends in the middle of a message does no harm', async () => {
    const socket = connect();
    socket.write(Buffer.concat([Buffer.from([0, 0, 1, 0]), Buffer.alloc(1000)]));
    await new Promise((done) => setTimeout(done, 50));
    socket.destroy();
    expect(await test.client.db('d').command({ ping: 1 })).toMatchObject({ ok: 1 });
  });

  it('that does not read its replies does not delay others', async () => {
    const rows = test.client.db('d').collection('large');
    await rows.insertMany(Array.from({ length: 20 }, (_, i) => ({ i, body: Buffer.alloc(500_000, i) })));
    const slow = new MongoClient(test.server.uri);
    const cursor = slow.db('d').collection('large').find().batchSize(1000);
    await cursor.next();
    const startedAt = performance.now();
    for (let i = 0; i < 20; i++) expect(await rows.findOne({ i })).toMatchObject({ i });
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    let rest = 1;
    while ((await cursor.next()) !== null) rest++;
    expect(rest).toBe(20);
    await slow.close();
  });
});

describe('a cursor', () => {
  it('is kept only if documents are left', async () => {
    const test = await startTestServer();
    const db = test.client.db('d');
    await db.collection('c').insertMany(Array.from({ length: 10 }, (_, i) => ({ i })));
    const idOf = async (command: Document) => Number((await db.command({ find: 'c', ...command })).cursor.id);
    expect(await idOf({ limit: 2 })).toBe(0);
    expect(await idOf({})).toBe(0);
    expect(await idOf({ batchSize: 2, singleBatch: true })).toBe(0);
    expect(await idOf({ batchSize: 2 })).toBeGreaterThan(0);
    expect(await idOf({ batchSize: 2, limit: 4 })).toBeGreaterThan(0);
    await test.end();
  });
});

describe('data', () => {
  it('survives a restart, with its indexes', async () => {
    const first = await startTestServer();
    const collection = first.client.db('d').collection<{ _id: number; a: number }>('c');
    await collection.createIndex({ a: 1 }, { unique: true });
    await collection.insertMany([
      { _id: 1, a: 1 },
      { _id: 2, a: 2 },
    ]);
    await first.client.close();
    await first.server.close();
    const second = await startTestServer({ dataDir: first.dataDir });
    const again = second.client.db('d').collection<{ _id: number; a: number }>('c');
    expect(await again.find({ a: { $gte: 1 } }).toArray()).toHaveLength(2);
    await expect(again.insertOne({ _id: 3, a: 2 })).rejects.toMatchObject({ code: 11000 });
    await second.end();
  });

  it('of large documents is returned complete, and small fields can be read without the large ones', async () => {
    const test = await startTestServer();
    const pages = test.client.db('d').collection<{ page: number; body: Buffer }>('pages');
    await pages.createIndex({ page: 1 }, { unique: true });
    const body = (page: number): Buffer => Buffer.alloc(700_000 + page, page);
    for (let page = 0; page < 30; page++) await pages.insertOne({ page, body: body(page) });
    for (let page = 0; page < 30; page++) {
      const found = await pages.findOne({ page }, { promoteBuffers: true });
      expect(body(page).equals(found?.body ?? Buffer.alloc(0)), `page ${page}`).toBe(true);
    }
    const listed = await pages
      .find({}, { projection: { _id: 0, page: 1 } })
      .sort({ page: -1 })
      .limit(2)
      .toArray();
    expect(listed).toEqual([{ page: 29 }, { page: 28 }]);
    await test.end();
  });
});
