import type { Collection, Document } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-test-server.js';

let test: TestServer;
let collections = 0;

beforeAll(async () => {
  test = await startTestServer();
});
afterAll(() => test.end());

async function indexed(indexes: Document[], documents: Document[] = []): Promise<Collection> {
  const collection = test.client.db('plan').collection(`c${collections++}`);
  for (const { key, ...options } of indexes) await collection.createIndex(key, options);
  if (documents.length > 0) await collection.insertMany(documents);
  return collection;
}

/** Lists the stages of a plan, from the outermost to the one that reads, with its index. */
async function planOf(
  collection: Collection,
  filter: Document,
  sort: Document = {},
  hint?: string,
): Promise<string[]> {
  const cursor = collection.find(filter).sort(sort as Record<string, 1 | -1>);
  const { queryPlanner } = await (hint === undefined ? cursor : cursor.hint(hint)).explain('queryPlanner');
  const stages: string[] = [];
  for (let stage = queryPlanner.winningPlan; stage !== undefined; stage = stage.inputStage) {
    stages.push([stage.stage, stage.indexName].filter(Boolean).join(' '));
    if (stage.inputStages !== undefined)
      stages.push(...stage.inputStages.map((branch: Document) => `${branch.stage} ${branch.indexName}`));
  }
  return stages;
}

describe('a query uses', () => {
  it('the index whose fields it fixes, without a further test or sort', async () => {
    const collection = await indexed([{ key: { a: 1 } }, { key: { a: 1, b: -1 } }]);
    expect(await planOf(collection, { a: 1 })).toEqual(['IXSCAN a_1']);
    expect(await planOf(collection, { a: 1 }, { b: -1 })).toEqual(['IXSCAN a_1_b_-1']);
    expect(await planOf(collection, { a: 1, b: { $gt: 2, $lt: 9 } }, { b: 1 })).toEqual(['IXSCAN a_1_b_-1']);
    expect(await planOf(collection, { a: { $in: [1, 2] }, c: 3 })).toEqual(['FETCH', 'IXSCAN a_1']);
  });

  it('the _id if the filter has one', async () => {
    const collection = await indexed([{ key: { a: 1 } }]);
    expect(await planOf(collection, { _id: 1 })).toEqual(['IDHACK']);
    expect(await planOf(collection, { _id: { $in: [1, 2] }, a: 1 })).toEqual(['FETCH', 'IDHACK']);
  });

  it('the order of an index if that replaces a sort', async () => {
    const collection = await indexed([{ key: { a: 1 } }]);
    expect(await planOf(collection, {}, { a: -1 })).toEqual(['IXSCAN a_1']);
    expect(await planOf(collection, { b: 1 }, { a: 1, b: 1 })).toEqual(['SORT', 'FETCH', 'COLLSCAN']);
  });

  it('one index for each alternative, unless an alternative has none', async () => {
    const collection = await indexed([{ key: { a: 1 } }, { key: { b: 1 } }]);
    expect(await planOf(collection, { $or: [{ a: 1 }, { b: 2 }] })).toEqual([
      'FETCH',
      'OR',
      'IXSCAN a_1',
      'IXSCAN b_1',
    ]);
    expect(await planOf(collection, { $or: [{ a: 1 }, { c: 2 }] })).toEqual(['FETCH', 'COLLSCAN']);
  });

  it('the literal prefix of a pattern', async () => {
    const collection = await indexed([{ key: { a: 1 } }]);
    expect(await planOf(collection, { a: /^ab/ })).toEqual(['IXSCAN a_1']);
    expect(await planOf(collection, { a: /^ab.*c$/ })).toEqual(['FETCH', 'IXSCAN a_1']);
    expect(await planOf(collection, { a: /ab/ })).toEqual(['FETCH', 'COLLSCAN']);
    expect(await planOf(collection, { a: /^ab/i })).toEqual(['FETCH', 'COLLSCAN']);
  });

  it('a scan of the collection if a collation differs from the order of keys', async () => {
    const collection = await indexed([{ key: { a: 1 } }]);
    const { queryPlanner } = await collection
      .find({ a: 'x' })
      .collation({ locale: 'en' })
      .explain('queryPlanner');
    expect(queryPlanner.winningPlan.inputStage.stage).toBe('COLLSCAN');
  });

  it('only the index that a hint names', async () => {
    const collection = await indexed([{ key: { a: 1 } }, { key: { b: 1 } }]);
    expect(await planOf(collection, { a: 1 }, {}, 'b_1')).toEqual(['FETCH', 'IXSCAN b_1']);
    await expect(collection.find({}).hint('none').toArray()).rejects.toMatchObject({ code: 2 });
  });
});

describe('an index is not used', () => {
  it('while it is hidden', async () => {
    const collection = await indexed([{ key: { a: 1 }, hidden: true }]);
    expect(await planOf(collection, { a: 1 })).toEqual(['FETCH', 'COLLSCAN']);
    await test.client
      .db('plan')
      .command({ collMod: collection.collectionName, index: { name: 'a_1', hidden: false } });
    expect(await planOf(collection, { a: 1 })).toEqual(['IXSCAN a_1']);
  });

  it('if it is sparse and documents without the field can match', async () => {
    const collection = await indexed([{ key: { a: 1 }, sparse: true }], [{}, { a: null }, { a: 1 }]);
    expect(await planOf(collection, { a: 1 })).toEqual(['IXSCAN a_1']);
    expect(await collection.countDocuments({ a: null })).toBe(2);
    expect(await collection.find().sort({ a: 1 }).toArray()).toHaveLength(3);
  });

  it('if it is partial and documents outside of it can match', async () => {
    const partial = { partialFilterExpression: { status: 'open' } };
    const collection = await indexed([{ key: { a: 1 }, ...partial }], [{ a: 1, status: 'open' }, { a: 1 }]);
    expect(await planOf(collection, { a: 1, status: 'open' })).toEqual(['FETCH', 'IXSCAN a_1']);
    expect(await planOf(collection, { a: 1 })).toEqual(['FETCH', 'COLLSCAN']);
    expect(await collection.countDocuments({ a: 1 })).toBe(2);
  });
});

describe('with arrays', () => {
  it('two elements may meet two conditions on one array', async () => {
    const collection = await indexed(
      [{ key: { 'a.x': 1, 'a.y': 1 } }],
      [
        {
          a: [
            { x: 1, y: 9 },
            { x: 8, y: 2 },
          ],
        },
      ],
    );
    expect(await collection.countDocuments({ 'a.x': 1, 'a.y': 2 })).toBe(1);
    expect(await collection.countDocuments({ 'a.x': 1, 'a.y': { $lt: 3 } })).toBe(1);
    expect(await collection.countDocuments({ a: { $elemMatch: { x: 1, y: 2 } } })).toBe(0);
  });

  it('two elements may meet two bounds on one array', async () => {
    const collection = await indexed([{ key: { a: 1 } }], [{ a: [1, 10] }]);
    expect(await collection.countDocuments({ a: { $gt: 5, $lt: 3 } })).toBe(1);
  });

  it('a document is found once, even if several of its elements match', async () => {
    const collection = await indexed([{ key: { a: 1 } }], [{ a: [1, 2, 3] }, { a: 2 }]);
    expect(await collection.find({ a: { $gte: 1 } }).toArray()).toHaveLength(2);
    expect(await collection.countDocuments({ a: { $in: [1, 2, 3] } })).toBe(2);
  });

  it('the order of an index does not replace a sort', async () => {
    const collection = await indexed(
      [{ key: { a: 1 } }],
      [
        { n: 1, a: [9, 1] },
        { n: 2, a: 5 },
      ],
    );
    const order = async (direction: 1 | -1) =>
      (
        await collection
          .find({ a: { $gte: 0 } })
          .sort({ a: direction })
          .toArray()
      ).map(({ n }) => n);
    expect(await order(1)).toEqual([1, 2]);
    expect(await order(-1)).toEqual([1, 2]);
  });

  it('a document with two arrays in one index is refused', async () => {
    const collection = await indexed([{ key: { a: 1, b: 1 } }]);
    await expect(collection.insertOne({ a: [1], b: [2] })).rejects.toMatchObject({ code: 171 });
    expect(await collection.countDocuments()).toBe(0);
  });
});
