import { type Document, ObjectId } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-test-server.js';

const first = new ObjectId('000000000000000000000001');
const second = new ObjectId('000000000000000000000002');

/** What it is about, the documents, the pipeline, and what it yields. */
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
  [
    'map filter reduce',
    [{ _id: 1, a: [1, 2, 3] }],
    [
      {
        $project: {
          _id: 0,
          m: { $map: { input: '$a', as: 'x', in: { $multiply: ['$$x', 2] } } },
          f: { $filter: { input: '$a', as: 'x', cond: { $gt: ['$$x', 1] } } },
          r: { $reduce: { input: '$a', initialValue: 0, in: { $add: ['$$value', '$$this'] } } },
        },
      },
    ],
    [{ m: [2, 4, 6], f: [2, 3], r: 6 }],
  ],
  [
    'concat null',
    [{ _id: 1, a: 'x' }],
    [{ $project: { _id: 0, c: { $concat: ['$a', '$zz'] }, d: { $ifNull: ['$zz', 'd'] } } }],
    [{ c: null, d: 'd' }],
  ],
  [
    'cond/switch',
    [{ _id: 1, a: 5 }],
    [
      {
        $project: {
          _id: 0,
          // biome-ignore lint/suspicious/noThenProperty: MongoDB's own name
          s: { $switch: { branches: [{ case: { $gt: ['$a', 9] }, then: 'hi' }], default: 'lo' } },
        },
      },
    ],
    [{ s: 'lo' }],
  ],
  [
    'missing eq null is false',
    [{ _id: 1 }],
    [{ $project: { _id: 0, e: { $eq: ['$zz', null] } } }],
    [{ e: false }],
  ],
  [
    'dateToString/dateTrunc',
    [{ _id: 1, d: new Date('2024-05-06T07:08:09Z') }],
    [
      {
        $project: {
          _id: 0,
          s: { $dateToString: { date: '$d', format: '%Y-%m-%d %H:%M' } },
          t: { $dateTrunc: { date: '$d', unit: 'day' } },
          y: { $year: '$d' },
        },
      },
    ],
    [{ s: '2024-05-06 07:08', t: new Date('2024-05-06'), y: 2024 }],
  ],
  [
    'toString of objectid',
    [{ _id: first }],
    [{ $project: { _id: 0, s: { $toString: '$_id' } } }],
    [{ s: first.toHexString() }],
  ],
  [
    'toObjectId',
    [{ _id: 1, s: first.toHexString() }],
    [{ $project: { _id: 0, o: { $toObjectId: '$s' } } }],
    [{ o: first }],
  ],
  [
    'arrayElemAt/slice/size/in',
    [{ _id: 1, a: [1, 2, 3] }],
    [
      {
        $project: {
          _id: 0,
          l: { $arrayElemAt: ['$a', -1] },
          s: { $slice: ['$a', 1, 2] },
          n: { $size: '$a' },
          i: { $in: [2, '$a'] },
        },
      },
    ],
    [{ l: 3, s: [2, 3], n: 3, i: true }],
  ],
  [
    'mergeObjects/objectToArray',
    [{ _id: 1, a: { x: 1 } }],
    [{ $project: { _id: 0, m: { $mergeObjects: ['$a', { y: 2 }] }, o: { $objectToArray: '$a' } } }],
    [{ m: { x: 1, y: 2 }, o: [{ k: 'x', v: 1 }] }],
  ],
  ['count of nothing', [{ _id: 1 }], [{ $match: { a: 1 } }, { $count: 'n' }], []],
  [
    'bucket boundary',
    [
      { _id: 1, v: 5 },
      { _id: 2, v: 10 },
    ],
    [{ $bucket: { groupBy: '$v', boundaries: [0, 10, 20] } }],
    [
      { _id: 0, count: 1 },
      { _id: 10, count: 1 },
    ],
  ],
  ['replaceRoot', [{ _id: 1, a: { x: 1 } }], [{ $replaceRoot: { newRoot: '$a' } }], [{ x: 1 }]],
  [
    'unset/project exclusion',
    [{ _id: 1, a: 1, b: 2 }],
    [{ $unset: 'a' }, { $project: { _id: 0 } }],
    [{ b: 2 }],
  ],
  [
    'sortByCount',
    [
      { _id: 1, t: 'a' },
      { _id: 2, t: 'b' },
      { _id: 3, t: 'b' },
    ],
    [{ $sortByCount: '$t' }],
    [
      { _id: 'b', count: 2 },
      { _id: 'a', count: 1 },
    ],
  ],
  [
    'date arithmetic',
    [{ _id: 1, d: new Date(1000) }],
    [{ $project: { _id: 0, x: { $add: ['$d', 500] }, y: { $subtract: [new Date(3000), '$d'] } } }],
    [{ x: new Date(1500), y: 2000 }],
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
    'facet',
    [{ _id: 1 }, { _id: 2 }],
    [{ $facet: { n: [{ $count: 'c' }], f: [{ $limit: 1 }] } }],
    [{ n: [{ c: 2 }], f: [{ _id: 1 }] }],
  ],
  [
    'sortArray/maxN',
    [{ _id: 1, a: [3, 1, 2] }],
    [
      {
        $project: {
          _id: 0,
          s: { $sortArray: { input: '$a', sortBy: 1 } },
          m: { $maxN: { input: '$a', n: 2 } },
        },
      },
    ],
    [{ s: [1, 2, 3], m: [3, 2] }],
  ],
  [
    'top accumulator',
    [
      { _id: 1, v: 1 },
      { _id: 2, v: 5 },
    ],
    [{ $group: { _id: null, t: { $top: { sortBy: { v: -1 }, output: '$_id' } } } }],
    [{ _id: null, t: 2 }],
  ],
  [
    'regexMatch/split/trim',
    [{ _id: 1, s: ' a,b ' }],
    [
      {
        $project: {
          _id: 0,
          t: { $trim: { input: '$s' } },
          p: { $split: ['$s', ','] },
          m: { $regexMatch: { input: '$s', regex: 'A', options: 'i' } },
        },
      },
    ],
    [{ t: 'a,b', p: [' a', 'b '], m: true }],
  ],
];

const REFUSALS: [string, Document[], Document[]][] = [
  ['divide by zero fails', [{ _id: 1 }], [{ $project: { x: { $divide: [1, 0] } } }]],
  ['unknown stage fails', [{ _id: 1 }], [{ $nope: 1 }]],
  ['unknown expression fails', [{ _id: 1 }], [{ $project: { x: { $nope: 1 } } }]],
  ['add string fails', [{ _id: 1, a: 'x' }], [{ $project: { x: { $add: ['$a', 1] } } }]],
];

let test: TestServer;

beforeAll(async () => {
  test = await startTestServer();
});
afterAll(() => test.end());

describe('pipelines yield what MongoDB yields', () => {
  it.each(PIPELINES)('%s', async (_name, documents, pipeline, expected) => {
    const collection = await test.filled(documents);
    expect(await collection.aggregate(pipeline).toArray()).toEqual(expected);
  });
});

describe('pipelines are refused that MongoDB refuses', () => {
  it.each(REFUSALS)('%s', async (_name, documents, pipeline) => {
    const collection = await test.filled(documents);
    await expect(collection.aggregate(pipeline).toArray()).rejects.toThrow();
  });
});
