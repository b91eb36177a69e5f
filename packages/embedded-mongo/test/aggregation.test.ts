import { type Document, ObjectId } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-test-server.js';

const first = new ObjectId('000000000000000000000001');
const second = new ObjectId('000000000000000000000002');

/** A name, the documents, the pipeline, and the documents that it returns. */
const PIPELINES: [string, Document[], Document[], Document[]][] = [
  [
    'group null',
    [
      { _id: 1, v: 2 },
      { _id: 2, v: 4 },
    ],
    [{ $group: { _id: null, s: { $sum: '$v' }, a: { $avg: '$v' }, m: { $max: '$v' } } }],
    [{ _id: null, s: 6, a: 3, m: 4 }],
  ],
  [
    'group by objectid',
    [
      { _id: 1, k: first },
      { _id: 2, k: first },
      { _id: 3, k: second },
    ],
    [{ $group: { _id: '$k', n: { $sum: 1 } } }, { $sort: { n: -1 } }],
    [
      { _id: first, n: 2 },
      { _id: second, n: 1 },
    ],
  ],
  [
    'sort by objectid desc',
    [{ _id: first }, { _id: second }],
    [{ $addFields: { x: 1 } }, { $sort: { _id: -1 } }],
    [
      { _id: second, x: 1 },
      { _id: first, x: 1 },
    ],
  ],
  ['avg of none', [{ _id: 1 }], [{ $group: { _id: null, a: { $avg: '$zz' } } }], [{ _id: null, a: null }]],
  [
    'group push/addToSet/first/last',
    [
      { _id: 1, v: 1 },
      { _id: 2, v: 1 },
    ],
    [
      {
        $group: {
          _id: null,
          p: { $push: '$v' },
          s: { $addToSet: '$v' },
          f: { $first: '$_id' },
          l: { $last: '$_id' },
        },
      },
    ],
    [{ _id: null, p: [1, 1], s: [1], f: 1, l: 2 }],
  ],
  [
    'unwind preserve',
    [
      { _id: 1, a: [] },
      { _id: 2, a: [5] },
    ],
    [{ $unwind: { path: '$a', preserveNullAndEmptyArrays: true, includeArrayIndex: 'i' } }],
    [
      { _id: 1, i: null },
      { _id: 2, a: 5, i: 0 },
    ],
  ],
  ['count of nothing', [{ _id: 1 }], [{ $match: { a: 1 } }, { $count: 'n' }], []],
  [
    'project exclusion',
    [{ _id: 1, a: 1, b: 2 }],
    [{ $project: { a: 0 } }, { $project: { _id: 0 } }],
    [{ b: 2 }],
  ],
  [
    'group compound id',
    [
      { _id: 1, a: 1, b: 2 },
      { _id: 2, a: 1, b: 2 },
    ],
    [{ $group: { _id: { a: '$a', b: '$b' }, n: { $sum: 1 } } }],
    [{ _id: { a: 1, b: 2 }, n: 2 }],
  ],
  [
    'sum ignores strings',
    [
      { _id: 1, v: 1 },
      { _id: 2, v: 'x' },
    ],
    [{ $group: { _id: null, s: { $sum: '$v' } } }],
    [{ _id: null, s: 1 }],
  ],
  [
    'computed fields of project',
    [{ _id: 1, a: [{ b: 1 }, { c: 2 }, { b: 3 }], d: { e: 4 } }],
    [
      {
        $project: {
          _id: 0,
          all: '$a.b',
          one: '$d.e',
          none: '$d.f',
          text: { $literal: '$a' },
          both: ['$d.e', '$x'],
        },
      },
    ],
    [{ all: [1, 3], one: 4, text: '$a', both: [4, null] }],
  ],
  [
    'project keeps the order of the document and adds computed fields at its end',
    [{ _id: 1, b: 1, a: 2, c: 3 }],
    [{ $project: { x: '$c', a: 1, b: 1 } }],
    [{ _id: 1, b: 1, a: 2, x: 3 }],
  ],
  [
    'cond, ne and divide',
    [
      { _id: 1, n: 0, s: 8 },
      { _id: 2, n: 2, s: 8 },
    ],
    [{ $addFields: { q: { $cond: [{ $ne: ['$n', 0] }, { $divide: ['$s', '$n'] }, 0] } } }],
    [
      { _id: 1, n: 0, s: 8, q: 0 },
      { _id: 2, n: 2, s: 8, q: 4 },
    ],
  ],
  [
    'missing ne null is true',
    [{ _id: 1 }],
    [{ $project: { _id: 0, e: { $ne: ['$zz', null] } } }],
    [{ e: true }],
  ],
  [
    'arithmetic with null and missing values',
    [{ _id: 1, a: null }],
    [
      {
        $project: {
          _id: 0,
          m: { $multiply: ['$a', 2] },
          d: { $divide: [1, '$zz'] },
          t: { $toDouble: '$zz' },
        },
      },
    ],
    [{ m: null, d: null, t: null }],
  ],
  [
    'objectToArray',
    [{ _id: 1, a: { x: 1 } }],
    [{ $project: { _id: 0, o: { $objectToArray: '$a' } } }],
    [{ o: [{ k: 'x', v: 1 }] }],
  ],
  [
    'unwind of a nested array, of a scalar and of nothing',
    [{ _id: 1, a: { b: [1, 2] } }, { _id: 2, a: { b: 3 } }, { _id: 3 }],
    [{ $unwind: '$a.b' }],
    [
      { _id: 1, a: { b: 1 } },
      { _id: 1, a: { b: 2 } },
      { _id: 2, a: { b: 3 } },
    ],
  ],
];

const REFUSALS: [string, Document[], Document[]][] = [
  ['divide by zero fails', [{ _id: 1 }], [{ $project: { x: { $divide: [1, 0] } } }]],
  ['unknown stage fails', [{ _id: 1 }], [{ $nope: 1 }]],
  ['unknown expression fails', [{ _id: 1 }], [{ $project: { x: { $nope: 1 } } }]],
  ['multiply string fails', [{ _id: 1, a: 'x' }], [{ $project: { x: { $multiply: ['$a', 1] } } }]],
];

let test: TestServer;

beforeAll(async () => {
  test = await startTestServer();
});
afterAll(() => test.end());

describe('pipelines return the same as on MongoDB', () => {
  it.each(PIPELINES)('%s', async (_name, documents, pipeline, expected) => {
    const collection = await test.filled(documents);
    expect(await collection.aggregate(pipeline).toArray()).toEqual(expected);
  });
});

describe('pipelines that MongoDB refuses are refused', () => {
  it.each(REFUSALS)('%s', async (_name, documents, pipeline) => {
    const collection = await test.filled(documents);
    await expect(collection.aggregate(pipeline).toArray()).rejects.toThrow();
  });
});
