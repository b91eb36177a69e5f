import mongoose, { type Connection, Schema, Types } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-test-server.js';

let test: TestServer;
let connection: Connection;

beforeAll(async () => {
  test = await startTestServer({ ttlSweepSeconds: 1 });
  connection = await mongoose.createConnection(`${test.server.uri}/app`).asPromise();
});
afterAll(async () => {
  await connection.close();
  await test.end();
});

interface Person {
  email: string;
  name: string;
  age: number;
  tags: string[];
  address: { city: string };
  friends: Types.ObjectId[];
  createdAt: Date;
}

const personSchema = new Schema<Person>(
  {
    email: { type: String, unique: true, required: true },
    name: String,
    age: Number,
    tags: [String],
    address: { city: String },
    friends: [{ type: Schema.Types.ObjectId, ref: 'Person' }],
  },
  { timestamps: true },
);

const people = () => connection.model<Person>('Person', personSchema);

describe('models with unique indexes', () => {
  beforeEach(async () => {
    await people().init();
    await people().deleteMany({});
    await people().create([
      { email: 'a@x', name: 'Ann', age: 30, tags: ['x', 'y'], address: { city: 'Oslo' } },
      { email: 'b@x', name: 'Bob', age: 20, tags: ['y'] },
      { email: 'c@x', name: 'cat', age: 25 },
    ]);
  });

  it('refuse a second document with the same value, and the error names the value', async () => {
    const error = await people()
      .create({ email: 'a@x' })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 11000, keyPattern: { email: 1 }, keyValue: { email: 'a@x' } });
  });

  it('refuse an update to the value of another document', async () => {
    await expect(people().updateOne({ email: 'b@x' }, { email: 'a@x' })).rejects.toMatchObject({
      code: 11000,
    });
    expect(await people().countDocuments({ email: 'b@x' })).toBe(1);
  });

  it('refuse an upsert with the value of another document, and store nothing', async () => {
    const upsert = people().updateOne({ name: 'nobody' }, { $set: { email: 'a@x' } }, { upsert: true });
    await expect(upsert).rejects.toMatchObject({ code: 11000 });
    expect(await people().countDocuments({ name: 'nobody' })).toBe(0);
  });

  it('set the timestamps of every document', async () => {
    const ann = await people().findOne({ name: 'Ann' }).orFail();
    expect(ann.createdAt).toBeInstanceOf(Date);
    expect(await people().countDocuments({ createdAt: { $lte: new Date() } })).toBe(3);
  });

  it('find, sort, skip, limit, select and return lean documents', async () => {
    const found = await people()
      .find({ age: { $gte: 20 } })
      .sort({ age: -1 })
      .skip(1)
      .limit(1)
      .select('name age')
      .lean();
    expect(found).toEqual([{ _id: expect.any(Types.ObjectId), name: 'cat', age: 25 }]);
  });

  it('populate references in their order', async () => {
    const [bob, cat] = await Promise.all(['b@x', 'c@x'].map((email) => people().findOne({ email }).orFail()));
    await people().updateOne({ name: 'Ann' }, { friends: [cat?._id, bob?._id] });
    const ann = await people()
      .findOne({ name: 'Ann' })
      .populate<{ friends: Person[] }>('friends')
      .lean()
      .orFail();
    expect(ann.friends.map((friend) => friend.name)).toEqual(['cat', 'Bob']);
  });

  it('count documents, list distinct values and tell whether one exists', async () => {
    expect(await people().countDocuments({ age: { $gt: 20 } })).toBe(2);
    expect(await people().estimatedDocumentCount()).toBe(3);
    expect((await people().distinct('tags')).sort()).toEqual(['x', 'y']);
    expect(await people().exists({ name: 'Ann' })).not.toBeNull();
    expect(await people().exists({ name: 'nobody' })).toBeNull();
  });

  it('compare strings by a collation on request', async () => {
    const insensitive = await people().find({ name: 'ANN' }).collation({ locale: 'en', strength: 2 });
    expect(insensitive).toHaveLength(1);
    const names = async (query: { collation?: string }) => {
      const found = people().find().sort('name').lean();
      return (await (query.collation ? found.collation({ locale: query.collation }) : found)).map(
        ({ name }) => name,
      );
    };
    expect(await names({ collation: 'en' })).toEqual(['Ann', 'Bob', 'cat']);
    expect(await names({})).toEqual(['Ann', 'Bob', 'cat']);
    expect((await people().find().sort('-name').lean()).map(({ name }) => name)).toEqual([
      'cat',
      'Bob',
      'Ann',
    ]);
  });
});

describe('subdocuments', () => {
  const schema = new Schema({
    title: String,
    comments: [{ body: String, votes: { type: Number, default: 0 } }],
  });
  const posts = () => connection.model('Post', schema);
  const votes = async () =>
    (await posts().findOne().lean().orFail()).comments.map(({ body, votes: count }) => [body, count]);

  beforeEach(async () => {
    await posts().deleteMany({});
    await posts().create({ title: 't', comments: [{ body: 'first' }, { body: 'second' }] });
  });

  it('are pushed, changed and pulled when their document is saved', async () => {
    const post = await posts().findOne().orFail();
    post.comments.push({ body: 'third', votes: 0 });
    await post.save();
    const [first, , third] = post.comments;
    if (first !== undefined) first.votes = 5;
    await post.save();
    post.comments.pull(third?._id);
    await post.save();
    expect(await votes()).toEqual([
      ['first', 5],
      ['second', 0],
    ]);
  });

  it('are changed in place by positions and array filters', async () => {
    await posts().updateOne({ 'comments.body': 'second' }, { $inc: { 'comments.$.votes': 7 } });
    await posts().updateOne(
      {},
      { $set: { 'comments.$[one].body': 'FIRST' } },
      { arrayFilters: [{ 'one.body': 'first' }] },
    );
    await posts().updateOne(
      { comments: { $elemMatch: { body: 'second' } } },
      { $set: { 'comments.$.body': 'SECOND' } },
    );
    await posts().updateOne({}, { $inc: { 'comments.$[].votes': 1 } });
    expect(await votes()).toEqual([
      ['FIRST', 1],
      ['SECOND', 8],
    ]);
  });

  it('make a save fail if another client changed the document first', async () => {
    const counters = connection.model('Counter', new Schema({ n: Number }, { optimisticConcurrency: true }));
    const { _id } = await counters.create({ n: 1 });
    const [one, other] = await Promise.all([
      counters.findById(_id).orFail(),
      counters.findById(_id).orFail(),
    ]);
    await one.set('n', 2).save();
    await expect(other.set('n', 3).save()).rejects.toMatchObject({ name: 'VersionError' });
  });
});

describe('many documents at once', () => {
  it('insertMany stops at the first error if it is ordered, and inserts the rest if it is not', async () => {
    const numbers = connection.model('Unique', new Schema({ k: { type: Number, unique: true } }));
    await numbers.init();
    const ordered = await numbers
      .insertMany([{ k: 1 }, { k: 2 }, { k: 2 }, { k: 3 }])
      .catch((thrown: unknown) => thrown);
    expect(ordered).toMatchObject({ code: 11000, insertedDocs: [{ k: 1 }, { k: 2 }] });
    expect(await numbers.countDocuments()).toBe(2);
    const unordered = numbers.insertMany([{ k: 2 }, { k: 4 }, { k: 1 }, { k: 5 }], { ordered: false });
    await expect(unordered).rejects.toMatchObject({ writeErrors: [{}, {}] });
    expect((await numbers.find().sort('k').lean()).map(({ k }) => k)).toEqual([1, 2, 4, 5]);
  });

  it('bulkWrite of a model runs all kinds of writes in order', async () => {
    const pairs = connection.model('Pair', new Schema({ k: Number, v: Number }));
    const result = await pairs.bulkWrite([
      { insertOne: { document: { k: 1, v: 1 } } },
      { insertOne: { document: { k: 2, v: 2 } } },
      { updateOne: { filter: { k: 1 }, update: { $inc: { v: 10 } } } },
      { updateMany: { filter: {}, update: { $inc: { v: 100 } } } },
      { updateOne: { filter: { k: 9 }, update: { $set: { v: 9 } }, upsert: true } },
      { replaceOne: { filter: { k: 2 }, replacement: { k: 2, v: 22 } } },
      { deleteOne: { filter: { k: 9 } } },
    ]);
    expect(result).toMatchObject({
      insertedCount: 2,
      matchedCount: 4,
      modifiedCount: 4,
      upsertedCount: 1,
      deletedCount: 1,
    });
    expect((await pairs.find().sort('k').lean()).map(({ k, v }) => [k, v])).toEqual([
      [1, 111],
      [2, 22],
    ]);
  });

  it('bulkSave writes new and changed documents', async () => {
    const items = connection.model('Item', new Schema({ k: Number }));
    const documents = [new items({ k: 1 }), new items({ k: 2 })];
    await items.bulkSave(documents);
    documents[0]?.set('k', 5);
    await items.bulkSave(documents);
    expect((await items.find().sort('k').lean()).map(({ k }) => k)).toEqual([2, 5]);
  });

  it('updateMany and deleteMany count matched and changed documents', async () => {
    const rows = connection.model('Row', new Schema({ i: Number }));
    await rows.insertMany(Array.from({ length: 1200 }, (_, i) => ({ i })));
    expect(await rows.updateMany({ i: { $lt: 1100 } }, { $inc: { i: 0 } })).toMatchObject({
      matchedCount: 1100,
      modifiedCount: 0,
    });
    expect(await rows.updateMany({ i: { $lt: 1100 } }, { $inc: { i: 10_000 } })).toMatchObject({
      modifiedCount: 1100,
    });
    expect(await rows.deleteMany({ i: { $gte: 10_000 } })).toMatchObject({ deletedCount: 1100 });
    expect(await rows.estimatedDocumentCount()).toBe(100);
  });

  it('updateMany changes no document twice, although the change moves documents in the index that it reads', async () => {
    const moved = connection.model('Moved', new Schema({ i: { type: Number, index: true } }));
    await moved.init();
    await moved.insertMany(Array.from({ length: 1500 }, (_, i) => ({ i })));
    const { matchedCount } = await moved.updateMany({ i: { $gte: 0 } }, { $inc: { i: 100_000 } });
    expect(matchedCount).toBe(1500);
    expect(await moved.countDocuments({ i: { $gte: 200_000 } })).toBe(0);
  });
});

describe('findOneAnd...', () => {
  const schema = new Schema({ k: Number, v: Number });
  const pairs = () => connection.model('FindAnd', schema);

  beforeEach(async () => {
    await pairs().deleteMany({});
    await pairs().create([
      { k: 1, v: 1 },
      { k: 2, v: 9 },
      { k: 3, v: 8 },
    ]);
  });

  it('Update returns the document before or after, sorted and projected', async () => {
    expect(
      await pairs()
        .findOneAndUpdate({ k: 1 }, { $inc: { v: 1 } })
        .lean(),
    ).toMatchObject({ v: 1 });
    const options = { sort: { v: -1 }, returnDocument: 'after', projection: { v: 1 } } as const;
    const highest = await pairs()
      .findOneAndUpdate({}, { $set: { v: 0 } }, options)
      .lean();
    expect(highest).toEqual({ _id: expect.any(Types.ObjectId), v: 0 });
    expect(await pairs().findOne({ k: 2 }).lean()).toMatchObject({ v: 0 });
    expect(await pairs().findOneAndUpdate({ k: 77 }, { v: 1 })).toBeNull();
  });

  it('Update inserts if it is an upsert, and reports it', async () => {
    const options = { upsert: true, returnDocument: 'after', includeResultMetadata: true } as const;
    const result = await pairs().findOneAndUpdate(
      { k: 50 },
      { $set: { v: 1 }, $setOnInsert: { k: 50 } },
      options,
    );
    expect(result).toMatchObject({
      lastErrorObject: { n: 1, updatedExisting: false },
      value: { k: 50, v: 1 },
    });
  });

  it('Replace and Delete return the document', async () => {
    expect(
      await pairs().findOneAndReplace({ k: 3 }, { k: 33 }, { returnDocument: 'after' }).lean(),
    ).toMatchObject({ k: 33 });
    expect(await pairs().findOneAndDelete({ k: 33 }).lean()).toMatchObject({ k: 33 });
    expect(await pairs().countDocuments()).toBe(2);
  });

  it('Update hands out each document once to many concurrent callers', async () => {
    const jobs = connection.model('Job', new Schema({ n: Number, taken: Boolean }));
    await jobs.insertMany(Array.from({ length: 300 }, (_, n) => ({ n, taken: false })));
    const taken: number[] = [];
    const take = async (): Promise<void> => {
      const job = await jobs.findOneAndUpdate({ taken: false }, { taken: true }, { sort: { n: 1 } }).lean();
      if (job === null) return;
      taken.push(job.n ?? -1);
      await take();
    };
    await Promise.all(Array.from({ length: 10 }, take));
    expect(taken.sort((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, n) => n));
  });
});

describe('cursors', () => {
  const schema = new Schema({ i: Number });
  const rows = () => connection.model('CursorRow', schema);
  const openCursors = async () =>
    (await test.client.db('admin').command({ serverStatus: 1 })).metrics.cursor.open.total;

  beforeEach(async () => {
    await rows().deleteMany({});
    await rows().insertMany(Array.from({ length: 1234 }, (_, i) => ({ i })));
  });

  it('return all documents in order, batch by batch', async () => {
    const seen: (number | null | undefined)[] = [];
    for await (const { i } of rows().find().sort('i').batchSize(100).lean().cursor()) seen.push(i);
    expect(seen).toEqual(Array.from({ length: 1234 }, (_, i) => i));
  });

  it('of aggregations return all documents', async () => {
    let count = 0;
    for await (const _ of rows()
      .aggregate([{ $match: { i: { $gte: 1000 } } }])
      .cursor({ batchSize: 10 }))
      count++;
    expect(count).toBe(234);
  });

  it('survive deletes between batches, and are removed when they are closed', async () => {
    const cursor = rows().find().batchSize(10).cursor();
    await cursor.next();
    await rows().deleteMany({ i: { $lt: 20 } });
    let count = 1;
    while ((await cursor.next()) !== null && count < 500) count++;
    expect(await openCursors()).toBe(1);
    await cursor.close();
    expect(await openCursors()).toBe(0);
  });
});

describe('types', () => {
  const schema = new Schema({
    decimal: Schema.Types.Decimal128,
    big: BigInt,
    buffer: Buffer,
    uuid: Schema.Types.UUID,
    double: Schema.Types.Double,
    int: Schema.Types.Int32,
    mixed: Schema.Types.Mixed,
    date: Date,
    map: { type: Map, of: Number },
  });

  it('are returned unchanged, also after an update of another field, and can be queried', async () => {
    const types = connection.model('Types', schema);
    const big = 9007199254740993n;
    const uuid = new Types.UUID();
    const decimal = Types.Decimal128.fromString('12345678901234567890.12');
    const { _id } = await types.create({
      decimal,
      big,
      buffer: Buffer.from([0, 255, 254]),
      uuid,
      double: 3,
      int: 7,
      mixed: { a: [1, { b: null }], r: /x/i },
      date: new Date(123),
      map: { q: 1 },
    });
    await types.updateOne({ _id }, { $set: { int: 8 } });
    const found = await types.findById(_id).orFail();
    expect([found.big, String(found.decimal), Number(found.double), found.map?.get('q')]).toEqual([
      big,
      String(decimal),
      3,
      1,
    ]);
    expect([...(found.buffer ?? [])]).toEqual([0, 255, 254]);
    for (const [filter, count] of [
      [{ big }, 1],
      [{ big: big - 1n }, 0],
      [{ buffer: Buffer.from([0, 255, 254]) }, 1],
      [{ buffer: Buffer.from([0, 255, 253]) }, 0],
      [{ uuid }, 1],
      [{ decimal: { $gt: Types.Decimal128.fromString('9') } }, 1],
      [{ double: { $type: 'double' } }, 1],
      [{ int: { $type: 'int' } }, 1],
      [{ big: { $type: 'long' } }, 1],
    ] as const) {
      expect(await types.countDocuments(filter as object), JSON.stringify(Object.keys(filter))).toBe(count);
    }
  });

  it('keep their BSON type in an update: a whole double stays a double', async () => {
    const collection = connection.collection('doubles');
    const { Double, Int32, Long } = mongoose.mongo;
    await collection.insertOne({ d: new Double(3), i: new Int32(3), l: Long.fromNumber(3) });
    await collection.updateOne(
      {},
      { $set: { other: 1 }, $inc: { d: new Int32(1), i: new Int32(2 ** 31 - 1), l: new Int32(1) } },
    );
    const typed = async (type: string) =>
      Promise.all(['d', 'i', 'l'].map((name) => collection.countDocuments({ [name]: { $type: type } })));
    expect(await typed('double')).toEqual([1, 0, 0]);
    expect(await typed('long')).toEqual([0, 1, 1]);
    expect(await collection.findOne({}, { projection: { _id: 0 } })).toEqual({
      d: 4,
      i: 2147483650,
      l: 4,
      other: 1,
    });
  });

  it('sort in the order of BSON, with an index and without', async () => {
    const collection = connection.collection<{ _id: number; v?: unknown }>('ordered');
    const values: [number, unknown][] = [
      [1, 'a'],
      [2, 5],
      [3, null],
      [5, new Date(0)],
      [6, true],
      [7, { a: 1 }],
      [8, [3, 7]],
      [9, new Types.ObjectId()],
      [10, Types.Decimal128.fromString('4.5')],
      [11, Buffer.from('x')],
    ];
    await collection.insertMany([...values.map(([_id, v]) => ({ _id, v })), { _id: 4 }]);
    const order = async (hint: string) =>
      (await collection.find().hint(hint).sort({ v: 1, _id: 1 }).toArray()).map(({ _id }) => _id);
    await collection.createIndex({ v: 1 });
    expect(await order('_id_')).toEqual([3, 4, 8, 10, 2, 1, 7, 11, 9, 6, 5]);
    expect(await order('v_1')).toEqual(await order('_id_'));
  });
});

describe('indexes', () => {
  it('with a time to live delete expired documents', async () => {
    const sessions = connection.model('Session', new Schema({ at: { type: Date, expires: 1 } }));
    await sessions.init();
    await sessions.create([{ at: new Date(Date.now() - 60_000) }, { at: new Date(Date.now() + 60_000) }]);
    await expect.poll(() => sessions.countDocuments(), { timeout: 90_000 }).toBe(1);
  });

  it('with a time to live and a partial filter delete only documents that they hold', async () => {
    const drafts = test.client.db('app').collection('drafts');
    await drafts.createIndex(
      { at: 1 },
      { expireAfterSeconds: 1, partialFilterExpression: { isDraft: true } },
    );
    const at = new Date(Date.now() - 60_000);
    await drafts.insertMany([
      { at, isDraft: true },
      { at, isDraft: false },
      { at: [at, 'x'], isDraft: true },
    ]);
    await expect
      .poll(() => drafts.find().project({ _id: 0, isDraft: 1 }).toArray(), { timeout: 90_000 })
      .toEqual([{ isDraft: false }]);
  });

  it('on _id already exist, and can neither expire nor omit documents', async () => {
    const plain = test.client.db('app').collection('plain');
    await plain.createIndex({ _id: 1 }, { unique: true });
    for (const options of [{ expireAfterSeconds: 1 }, { sparse: true }, { partialFilterExpression: {} }])
      await expect(plain.createIndex({ _id: 1 }, options)).rejects.toMatchObject({ code: 197 });
    expect((await plain.indexes()).map(({ name }) => name)).toEqual(['_id_']);
  });

  it('that are partial or sparse are unique only among the documents that they hold', async () => {
    const schema = new Schema({ e: String, p: String, active: Boolean });
    schema.index({ e: 1 }, { unique: true, partialFilterExpression: { active: true } });
    schema.index({ p: 1 }, { unique: true, sparse: true });
    const accounts = connection.model('Account', schema);
    await accounts.init();
    await accounts.create([
      { e: 'a', active: false },
      { e: 'a', active: false },
      { e: 'a', active: true },
    ]);
    await expect(accounts.create({ e: 'a', active: true })).rejects.toMatchObject({ code: 11000 });
    await accounts.create({ p: '1' });
    await expect(accounts.create({ p: '1' })).rejects.toMatchObject({ code: 11000 });
    await accounts.updateOne({ e: 'a', active: true }, { active: false });
    await accounts.create({ e: 'a', active: true });
    expect(await accounts.countDocuments({ e: 'a', active: true })).toBe(1);
  });

  it('over several fields serve ranges and sorts, and can be compared with a schema', async () => {
    const schema = new Schema({ uploadId: String, index: Number, status: String });
    schema.index({ uploadId: 1, index: 1 }, { unique: true });
    const pages = connection.model('Page', schema, 'pages');
    await pages.init();
    await pages.insertMany(
      Array.from({ length: 300 }, (_, i) => ({ uploadId: i % 3 ? 'a' : 'b', index: i })),
    );
    const query = () => pages.find({ uploadId: 'a', index: { $gte: 10, $lt: 20 } });
    const explained = (await query().sort({ index: 1 }).explain('executionStats')) as unknown as Record<
      string,
      Record<string, unknown>
    >;
    expect(explained.queryPlanner?.winningPlan).toMatchObject({
      stage: 'IXSCAN',
      indexName: 'uploadId_1_index_1',
    });
    expect(explained.executionStats).toMatchObject({ nReturned: 7, totalKeysExamined: 7 });
    expect((await query().sort({ index: -1 }).lean()).map(({ index }) => index)).toEqual([
      19, 17, 16, 14, 13, 11, 10,
    ]);
    schema.index({ status: 1 });
    const changed = connection.model('PageTwo', schema, 'pages');
    expect((await changed.diffIndexes()).toCreate).toHaveLength(1);
    await changed.syncIndexes();
    expect(await changed.listIndexes()).toHaveLength(3);
  });
});

describe('other features of applications', () => {
  it('discriminators separate their kinds', async () => {
    const events = connection.model('Event', new Schema({ at: Date }, { discriminatorKey: 'kind' }));
    const clicks = events.discriminator('Click', new Schema({ url: String }));
    await clicks.create({ url: 'u' });
    await events.create({});
    expect(await clicks.countDocuments()).toBe(1);
    expect(await events.countDocuments()).toBe(2);
  });

  it('the validator of a collection refuses documents that do not match', async () => {
    await connection.createCollection('checked', { validator: { x: { $type: 'int' } } });
    await expect(connection.collection('checked').insertOne({ x: 's' })).rejects.toMatchObject({ code: 121 });
    await connection.collection('checked').insertOne({ x: 1 });
    await connection.dropCollection('checked');
    expect((await connection.listCollections()).map(({ name }) => name)).not.toContain('checked');
  });

  it('GridFS stores and returns files', async () => {
    if (connection.db === undefined) throw new Error('not connected');
    const bucket = new mongoose.mongo.GridFSBucket(connection.db);
    const upload = bucket.openUploadStream('f');
    upload.end(Buffer.alloc(1_000_000, 7));
    await new Promise((done) => upload.once('finish', done));
    const parts: Buffer[] = [];
    for await (const part of bucket.openDownloadStreamByName('f')) parts.push(part as Buffer);
    expect(Buffer.concat(parts).equals(Buffer.alloc(1_000_000, 7))).toBe(true);
  });

  it('documents of 15 MB fit, and documents beyond the limit of MongoDB do not', async () => {
    const collection = connection.collection('large');
    await collection.insertOne({ x: 'a'.repeat(15 * 2 ** 20) });
    expect((await collection.findOne())?.x).toHaveLength(15 * 2 ** 20);
    await expect(collection.insertOne({ x: 'a'.repeat(17 * 2 ** 20) })).rejects.toThrow();
  });

  it('field names beyond ASCII work in documents, filters and indexes', async () => {
    const collection = connection.collection('ünïcode');
    await collection.createIndex({ naïve: 1 });
    await collection.insertMany([{ naïve: 'é😀' }, { naïve: 'z' }]);
    expect(await collection.find({ naïve: 'é😀' }, { projection: { _id: 0, naïve: 1 } }).toArray()).toEqual([
      { naïve: 'é😀' },
    ]);
  });

  it('a session without transaction works, and a transaction is refused without a trace', async () => {
    const notes = connection.model('Note', new Schema({ text: String }));
    const session = await connection.startSession();
    await notes.create([{ text: 'kept' }], { session });
    await expect(
      session.withTransaction(() => notes.create([{ text: 'lost' }], { session })),
    ).rejects.toThrow(/retryable writes|replica set/);
    await session.endSession();
    expect((await notes.find().lean()).map(({ text }) => text)).toEqual(['kept']);
  });
});
