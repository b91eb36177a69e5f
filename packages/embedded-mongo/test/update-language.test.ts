import { type Document, Long, type UpdateOptions } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-test-server.js';

interface Options {
  filter?: Document;
  options?: UpdateOptions;
}

/** A name, a document, the update, and the updated document; then the filter, if it matters. */
const CHANGES: [string, Document, Document, Document, Options?][] = [
  ['pull on missing', {}, { $pull: { a: 1 } }, {}],
  ['unset array element leaves null', { a: [1, 2] }, { $unset: { 'a.0': 1 } }, { a: [null, 2] }],
  [
    'addToSet object order matters',
    { a: [{ x: 1, y: 2 }] },
    { $addToSet: { a: { y: 2, x: 1 } } },
    {
      a: [
        { x: 1, y: 2 },
        { y: 2, x: 1 },
      ],
    },
  ],
  [
    'pull by object condition',
    { a: [{ x: 1, y: 1 }, { x: 2 }] },
    { $pull: { a: { x: 1 } } },
    { a: [{ x: 2 }] },
  ],
  [
    'pull elemMatch',
    { a: [{ r: [{ s: 1 }] }, { r: [{ s: 5 }] }] },
    { $pull: { a: { r: { $elemMatch: { s: 5 } } } } },
    { a: [{ r: [{ s: 1 }] }] },
  ],
  [
    'pull from nested',
    { a: [{ b: [1, 2] }, { b: [2] }] },
    { $pull: { 'a.$[].b': 2 } },
    { a: [{ b: [1] }, { b: [] }] },
  ],
  ['pull $in', { a: [1, 2, 3] }, { $pull: { a: { $in: [1, 3] } } }, { a: [2] }],
  ['rename dotted', { a: { b: 1 } }, { $rename: { 'a.b': 'c.d' } }, { a: {}, c: { d: 1 } }],
  ['min with date', { a: new Date(5) }, { $min: { a: new Date(1) } }, { a: new Date(1) }],
  ['max across types', { a: 5 }, { $max: { a: 'x' } }, { a: 'x' }],
  ['inc nested missing', {}, { $inc: { 'a.b': 2 } }, { a: { b: 2 } }],
  ['mul missing', {}, { $mul: { a: 3 } }, { a: 0 }],
  ['push slice negative', { a: [1, 2, 3] }, { $push: { a: { $each: [4], $slice: -2 } } }, { a: [3, 4] }],
  [
    'push sort by field',
    { a: [{ s: 2 }] },
    { $push: { a: { $each: [{ s: 1 }], $sort: { s: 1 } } } },
    { a: [{ s: 1 }, { s: 2 }] },
  ],
  [
    'push position negative',
    { a: [1, 2, 3] },
    { $push: { a: { $each: [9], $position: -1 } } },
    { a: [1, 2, 9, 3] },
  ],
  ['push slice 0', { a: [1] }, { $push: { a: { $each: [2], $slice: 0 } } }, { a: [] }],
  [
    'positional nested field',
    { a: [{ g: 80 }, { g: 85 }] },
    { $set: { 'a.$.g': 1 } },
    { a: [{ g: 80 }, { g: 1 }] },
    { filter: { _id: 0, 'a.g': 85 } },
  ],
  [
    'positional via elemMatch',
    {
      a: [
        { g: 80, m: 1 },
        { g: 85, m: 2 },
      ],
    },
    { $inc: { 'a.$.g': 1 } },
    {
      a: [
        { g: 80, m: 1 },
        { g: 86, m: 2 },
      ],
    },
    { filter: { a: { $elemMatch: { g: 85, m: 2 } } } },
  ],
  [
    'positional in $and',
    { a: [1, 2] },
    { $set: { 'a.$': 9 } },
    { a: [1, 9] },
    { filter: { $and: [{ a: 2 }] } },
  ],
  [
    'arrayFilters two ids',
    { a: [{ b: [{ c: 1 }, { c: 2 }] }, { b: [{ c: 2 }] }] },
    { $set: { 'a.$[].b.$[x].c': 9 } },
    { a: [{ b: [{ c: 1 }, { c: 9 }] }, { b: [{ c: 9 }] }] },
    { options: { arrayFilters: [{ 'x.c': 2 }] } },
  ],
  [
    'arrayFilters scalar',
    { a: [1, 5] },
    { $set: { 'a.$[e]': 0 } },
    { a: [1, 0] },
    { options: { arrayFilters: [{ e: { $gte: 5 } }] } },
  ],
  [
    'inc long',
    { a: Long.fromString('9007199254740993') },
    { $inc: { a: 1 } },
    { a: Long.fromString('9007199254740994') },
  ],
  [
    'set keeps long',
    { a: Long.fromString('9007199254740993'), b: 1 },
    { $set: { b: 2 } },
    { a: Long.fromString('9007199254740993'), b: 2 },
  ],
  ['set array of arrays', { a: [[1], [2]] }, { $set: { 'a.1.0': 9 } }, { a: [[1], [9]] }],
  ['empty update object', { a: 1 }, { $set: {} }, { a: 1 }],
];

/** A name, a document, and an update that must be refused. */
const REFUSALS: [string, Document, Document, Options?][] = [
  ['set in null parent fails', { a: null }, { $set: { 'a.b': 1 } }],
  ['set in scalar parent fails', { a: 5 }, { $set: { 'a.b': 1 } }],
  ['inc string fails', { a: 'x' }, { $inc: { a: 1 } }],
  ['push to non-array fails', { a: 1 }, { $push: { a: 1 } }],
  ['push to null fails', { a: null }, { $push: { a: 1 } }],
  ['addToSet on scalar fails', { a: 1 }, { $addToSet: { a: 1 } }],
  ['pop on scalar fails', { a: 1 }, { $pop: { a: 1 } }],
  ['pull on scalar fails', { a: 1 }, { $pull: { a: 1 } }],
  ['conflict', { a: 1 }, { $set: { a: 1 }, $inc: { a: 1 } }],
  ['conflict on prefix', {}, { $set: { a: 1, 'a.b': 2 } }],
  ['unknown operator', {}, { $foo: { a: 1 } }],
  ['positional without array in filter', { a: [1] }, { $set: { 'a.$': 9 } }],
  ['unused arrayFilter fails', { a: [1] }, { $set: { b: 1 } }, { options: { arrayFilters: [{ e: 1 }] } }],
  ['missing arrayFilter fails', { a: [1] }, { $set: { 'a.$[e]': 1 } }],
  ['id change fails', { a: 1 }, { $set: { _id: 5 } }],
];

let test: TestServer;
let collections = 0;

beforeAll(async () => {
  test = await startTestServer();
});
afterAll(() => test.end());

const holding = async (document: Document) => {
  const collection = test.client.db('update').collection<Document & { _id: number }>(`c${collections++}`);
  await collection.insertOne({ _id: 0, ...document });
  return collection;
};

describe('updates have the same result as on MongoDB', () => {
  it.each(CHANGES)('%s', async (_name, document, update, expected, { filter = { _id: 0 }, options } = {}) => {
    const collection = await holding(document);
    await collection.updateOne(filter, update, options);
    const found = await collection.findOne();
    expect(found).toEqual({ _id: 0, ...expected });
  });
});

describe('updates that MongoDB refuses are refused', () => {
  it.each(REFUSALS)('%s', async (_name, document, update, { filter = { _id: 0 }, options } = {}) => {
    const collection = await holding(document);
    await expect(collection.updateOne(filter, update, options)).rejects.toThrow();
    expect(await collection.findOne()).toEqual({ _id: 0, ...document });
  });
});
