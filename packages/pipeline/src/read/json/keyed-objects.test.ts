import { describe, expect, it } from 'vitest';
import { inChunks, readAll } from '../../../test/sources.js';
import { outlineSource } from '../outline-source.js';

const product = (n: number) => ({ title: `T${n}`, price: n });
const KEYED = { id0: product(0), id1: product(1), 'a/b~c': product(2) };

async function outlineOf(value: unknown, recordPath?: string) {
  const { outline } = await outlineSource(inChunks(JSON.stringify(value)), { recordPath });
  return outline;
}

describe('an object whose keys are ids', () => {
  it('is proposed as a list, with the key as a heading', async () => {
    const { recordPath, recordPaths, recordCount, headings, records } = await outlineOf({ products: KEYED });
    expect([recordPath, recordCount]).toEqual(['/products/~each', 3]);
    expect(recordPaths).toMatchObject([
      { path: '/products/~each', label: 'products', count: 3 },
      { path: '/', label: 'document', count: 1 },
    ]);
    expect(headings.map(({ path, label }) => [path, label])).toEqual([
      ['~key', 'products > key'],
      ['title', 'products > title'],
      ['price', 'products > price'],
    ]);
    expect(records.map(([key]) => key)).toEqual(['id0', 'id1', 'a/b~c']);
  });

  it.each([1, 7, 65_536])('is read as its members, in chunks of %i bytes', async (size) => {
    const text = JSON.stringify({ shop: 'S', products: KEYED });
    const { rows, facts } = await readAll(
      text,
      { recordPath: '/products/~each', paths: ['title', '~key', '/shop', 'price'] },
      size,
    );
    expect(rows).toEqual([
      ['T0', 'id0', 'S', '0'],
      ['T1', 'id1', 'S', '1'],
      ['T2', 'a/b~c', 'S', '2'],
    ]);
    expect(facts.incomplete).toBeNull();
  });

  it('may be the whole document', async () => {
    expect((await outlineOf(KEYED)).recordPath).toBe('/~each');
    const { rows } = await readAll(JSON.stringify(KEYED), { recordPath: '/~each', paths: ['~key', 'title'] });
    expect(rows.map(([key]) => key)).toEqual(['id0', 'id1', 'a/b~c']);
  });

  it('may enclose lists, whose records get the values around them', async () => {
    const shops = Object.fromEntries(
      ['x1', 'x2', 'x3'].map((key, n) => [
        key,
        { name: `Shop ${n}`, city: 'Oslo', items: [product(n), product(n + 10)] },
      ]),
    );
    const outline = await outlineOf({ shops });
    const request = { recordPath: '/shops/~each/items', paths: ['~key', '/shops/~each/name', 'title'] };
    expect(outline.recordPaths.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/shops/~each', request.recordPath]),
    );
    const { rows } = await readAll(JSON.stringify({ shops }), request);
    expect(rows).toEqual([
      ['x1', 'Shop 0', 'T0'],
      ['x1', 'Shop 0', 'T10'],
      ['x2', 'Shop 1', 'T1'],
      ['x2', 'Shop 1', 'T11'],
      ['x3', 'Shop 2', 'T2'],
      ['x3', 'Shop 2', 'T12'],
    ]);
  });

  it.each([
    ['numbers', ['1001', '1002']],
    ['UUIDs', ['0b6ffb5c-8e26-4d2b-9d2f-0a53ad1f5f0e', '6E7B7F44-4B7A-4C63-8A86-5B8B4C3F5A11']],
    ['hexadecimal digits', ['507f1f77bcf86cd799439011', '507f191e810c19729de860ea']],
  ])('is proposed with two members if their keys are %s', async (_, ids) => {
    const products = Object.fromEntries(ids.map((id, n) => [id, product(n)]));
    const { recordPath, recordCount } = await outlineOf({ products });
    expect([recordPath, recordCount]).toEqual(['/products/~each', 2]);
  });

  it('is offered with one member if its key is an id', async () => {
    const { recordPath, recordPaths } = await outlineOf({ products: { 1001: product(1) } });
    expect(recordPath).toBe('/');
    expect(recordPaths).toContainEqual({ path: '/products/~each', label: 'products', count: 1 });
  });

  it('does not replace a list that is inside its only member', async () => {
    const { recordPath } = await outlineOf({
      shops: { 1001: { city: 'Oslo', items: [product(1), product(2)] } },
    });
    expect(recordPath).toBe('/shops/~each/items');
  });

  it('can be chosen if its values are plain', async () => {
    const { rows } = await readAll('{"rates":{"EUR":1.10,"SEK":0.09}}', {
      recordPath: '/rates/~each',
      paths: ['~key', '.'],
    });
    expect(rows).toEqual([
      ['EUR', '1.10'],
      ['SEK', '0.09'],
    ]);
  });

  it('is found in the beginning of a long document', async () => {
    const many = Object.fromEntries(Array.from({ length: 40_000 }, (_, n) => [`p${n}`, product(n)]));
    const { outline } = await outlineSource(inChunks(JSON.stringify({ many })));
    expect([outline.recordPath, outline.isComplete, outline.recordCount]).toEqual([
      '/many/~each',
      false,
      1000,
    ]);
  });

  it.each([
    [
      'an object of different objects',
      { meta: { page: 1, of: 2 }, user: { name: 'A' }, shop: { city: 'O' } },
    ],
    ['two objects of one shape with plain names', { products: { first: product(1), second: product(2) } }],
    [
      'objects of one member in many records',
      [1, 2, 3].map((id) => ({ id, stock: { [id]: { quantity: 1 } } })),
    ],
    ['two addresses of one record', { id: 1, billing: { city: 'A' }, shipping: { city: 'B' } }],
    [
      'records with objects in them',
      [
        { a: { x: 1 }, b: { x: 2 }, c: { x: 3 } },
        { a: { x: 1 }, b: { x: 2 }, c: { x: 4 } },
        { a: { x: 5 }, b: { x: 2 }, c: { x: 3 } },
      ],
    ],
  ])('is not seen in %s', async (_, value) => {
    const { recordPaths } = await outlineOf(value);
    expect(recordPaths.some(({ path }) => path.includes('~each'))).toBe(false);
  });
});
