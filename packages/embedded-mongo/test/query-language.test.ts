import { Binary, Decimal128, type Document, Long, ObjectId } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-test-server.js';

const first = new ObjectId('000000000000000000000001');
const second = new ObjectId('000000000000000000000002');

/** A name, the documents (with their position as `_id`), the filter, and the ids of the documents that it finds. */
const FILTERS: [string, Document[], Document, number[]][] = [
  ['eq array element', [{ a: [1, 2] }, { a: 3 }], { a: 2 }, [0]],
  ['eq whole array', [{ a: [1, 2] }, { a: [2, 1] }], { a: [1, 2] }, [0]],
  ['eq subdocument is ordered', [{ a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 } }], { a: { x: 1, y: 2 } }, [0]],
  ['null matches missing', [{ a: null }, {}, { a: 1 }], { a: null }, [0, 1]],
  ['ne null', [{ a: null }, {}, { a: 1 }], { a: { $ne: null } }, [2]],
  ['exists', [{ a: null }, {}, { a: 1 }], { a: { $exists: true } }, [0, 2]],
  ['gt crosses no type', [{ a: '5' }, { a: 6 }, { a: null }], { a: { $gt: 1 } }, [1]],
  ['elemMatch scalar', [{ a: [1, 5] }, { a: [3] }, { a: 4 }], { a: { $elemMatch: { $gt: 2, $lt: 4 } } }, [1]],
  [
    'elemMatch doc',
    [
      {
        a: [
          { x: 1, y: 2 },
          { x: 2, y: 1 },
        ],
      },
      { a: [{ x: 1, y: 1 }] },
    ],
    { a: { $elemMatch: { x: 1, y: 2 } } },
    [0],
  ],
  ['dotted through array', [{ a: [{ b: 1 }, { b: 2 }] }, { a: { b: 2 } }], { 'a.b': 2 }, [0, 1]],
  ['array index path', [{ a: [1, 2] }, { a: [2, 1] }], { 'a.0': 2 }, [1]],
  ['array index then field', [{ a: [{ b: 1 }, { b: 2 }] }], { 'a.1.b': 2 }, [0]],
  ['two bounds on an array may use two elements', [{ a: [1, 10] }], { a: { $gt: 5, $lt: 3 } }, [0]],
  [
    'all elemMatch',
    [{ a: [{ x: 1 }, { x: 2 }] }],
    { a: { $all: [{ $elemMatch: { x: 1 } }, { $elemMatch: { x: 2 } }] } },
    [0],
  ],
  ['size 0', [{ a: [] }, {}], { a: { $size: 0 } }, [0]],
  ['regex in array', [{ a: ['xy', 'z'] }, { a: 'q' }], { a: /^x/ }, [0]],
  ['in with regex', [{ a: 'abc' }, { a: 'b' }], { a: { $in: [/^a/, 'zz'] } }, [0]],
  ['not regex', [{ a: 'abc' }, { a: 'b' }, {}], { a: { $not: /^a/ } }, [1, 2]],
  ['nin missing', [{ a: 1 }, {}], { a: { $nin: [1] } }, [1]],
  ['type array', [{ a: [1] }, { a: 1 }], { a: { $type: 'array' } }, [0]],
  ['type objectId', [{ a: first }, { a: 'x' }], { a: { $type: 'objectId' } }, [0]],
  ['mod', [{ a: 7 }, { a: 8 }], { a: { $mod: [4, 3] } }, [0]],
  [
    'long equality',
    [{ a: Long.fromString('9007199254740993') }, { a: Long.fromString('9007199254740992') }],
    { a: Long.fromString('9007199254740993') },
    [0],
  ],
  [
    'long range',
    [{ a: Long.fromString('9007199254740993') }, { a: 5 }],
    { a: { $gt: Long.fromString('9007199254740992') } },
    [0],
  ],
  ['long vs number', [{ a: Long.fromNumber(5) }], { a: 5 }, [0]],
  [
    'decimal vs number',
    [{ a: Decimal128.fromString('5') }, { a: Decimal128.fromString('10') }],
    { a: { $gt: 6 } },
    [1],
  ],
  [
    'binary',
    [{ a: new Binary(Buffer.from([0xff])) }, { a: new Binary(Buffer.from([0xfe])) }],
    { a: new Binary(Buffer.from([0xff])) },
    [0],
  ],
  ['objectid range', [{ a: first }, { a: second }], { a: { $gt: first } }, [1]],
  ['date eq', [{ a: new Date(1) }, { a: new Date(2) }], { a: new Date(2) }, [1]],
  ['elemMatch + not', [{ a: [1, 2] }, { a: [9] }], { a: { $not: { $elemMatch: { $gt: 5 } } } }, [0]],
  ['nor', [{ a: 1 }, { a: 2 }], { $nor: [{ a: 1 }] }, [1]],
  [
    'implicit and of range + eq on dotted array',
    [
      {
        a: [
          { b: 1, c: 5 },
          { b: 2, c: 1 },
        ],
      },
    ],
    { 'a.b': 1, 'a.c': 1 },
    [0],
  ],
  ['null in array', [{ a: [null] }, { a: [1] }], { a: null }, [0]],
  ['in null', [{ a: null }, {}, { a: 1 }], { a: { $in: [null] } }, [0, 1]],
  ['dotted null on array of docs', [{ a: [{ b: 1 }, {}] }, { a: [{ b: 1 }] }], { 'a.b': null }, [0]],
  ['NaN', [{ a: NaN }, { a: 1 }], { a: NaN }, [0]],
  ['lt excludes NaN', [{ a: NaN }, { a: 1 }], { a: { $lt: 5 } }, [1]],
  ['regex options x refused or honoured', [{ a: 'ab' }], { a: { $regex: 'a b', $options: 'i' } }, []],
  ['regex s', [{ a: 'a\nb' }], { a: { $regex: 'a.b', $options: 's' } }, [0]],
];

/** A name, a document, the projection, and the projected document; then the filter, if it matters. */
const PROJECTIONS: [string, Document, Document, Document, Document?][] = [
  ['inclusion keeps document order', { b: 1, a: 2, c: 3 }, { a: 1, b: 1 }, { _id: 0, b: 1, a: 2 }],
  ['exclusion', { b: 1, a: 2 }, { a: 0 }, { _id: 0, b: 1 }],
  ['nested inclusion', { a: { x: 1, y: 2 }, b: 1 }, { 'a.x': 1 }, { _id: 0, a: { x: 1 } }],
  ['nested in array', { a: [{ x: 1, y: 2 }, { y: 3 }, 5] }, { 'a.x': 1 }, { _id: 0, a: [{ x: 1 }, {}] }],
  ['nested exclusion in array', { a: [{ x: 1, y: 2 }, 5] }, { 'a.x': 0 }, { _id: 0, a: [{ y: 2 }, 5] }],
  ['slice', { a: [1, 2, 3, 4], b: 1 }, { a: { $slice: 2 } }, { _id: 0, a: [1, 2], b: 1 }],
  ['slice negative', { a: [1, 2, 3, 4] }, { a: { $slice: -1 } }, { _id: 0, a: [4] }],
  [
    'slice with inclusion',
    { a: [1, 2, 3], b: 1, c: 2 },
    { b: 1, a: { $slice: [1, 1] } },
    { _id: 0, a: [2], b: 1 },
  ],
  [
    'elemMatch',
    { a: [{ x: 1 }, { x: 2 }], b: 1 },
    { a: { $elemMatch: { x: 2 } } },
    { _id: 0, a: [{ x: 2 }] },
  ],
  ['positional', { a: [1, 5, 9] }, { 'a.$': 1 }, { _id: 0, a: [5] }, { a: { $gt: 3 } }],
  [
    'positional on docs',
    {
      a: [
        { x: 1, y: 1 },
        { x: 2, y: 2 },
      ],
    },
    { 'a.$': 1 },
    { _id: 0, a: [{ x: 2, y: 2 }] },
    { 'a.x': 2 },
  ],
  ['expression', { a: 3, b: 2 }, { product: { $multiply: ['$a', '$b'] } }, { _id: 0, product: 6 }],
  ['_id only', { a: 1 }, { _id: 1 }, { _id: 0 }],
  ['exclude _id', { a: 1 }, { _id: 0 }, { a: 1 }],
  ['literal true on missing', { a: 1 }, { zz: 1 }, { _id: 0 }],
  ['rename by path', { a: { b: 1 } }, { q: '$a.b' }, { _id: 0, q: 1 }],
  ['object spec', { a: { x: 1, y: 2 } }, { a: { x: 1 } }, { _id: 0, a: { x: 1 } }],
];

let test: TestServer;

beforeAll(async () => {
  test = await startTestServer();
});
afterAll(() => test.end());

describe('filters find the same documents as on MongoDB', () => {
  it.each(FILTERS)('%s', async (_name, documents, filter, expected) => {
    const collection = await test.filled(documents.map((document, i) => ({ _id: i, ...document })));
    const found = await collection.find(filter).toArray();
    expect(found.map((document) => document._id)).toEqual(expected);
  });
});

describe('projections return the same fields as on MongoDB', () => {
  it.each(PROJECTIONS)('%s', async (_name, document, projection, expected, filter = {}) => {
    const collection = await test.filled([{ _id: 0, ...document }]);
    const found = await collection.findOne(filter, { projection });
    expect(found).toEqual(expected);
    expect(Object.keys(found ?? {}), 'field order').toEqual(Object.keys(expected));
  });
});
