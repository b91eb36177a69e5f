import { describe, expect, it } from 'vitest';
import { inChunks, readAll } from '../../../test/sources.js';
import { outlineSource } from '../outline-source.js';

const dish = (name: string) => ({ name, price: 1 });
const WEEK = {
  monday: [dish('a'), dish('b')],
  tuesday: [],
  wednesday: [dish('c')],
  sunday: [{ name: 'd', price: 2, note: 'late' }],
};

async function outlineOf(value: unknown) {
  const { outline } = await outlineSource(inChunks(JSON.stringify(value)));
  return outline;
}

describe('an object of lists with the same fields', () => {
  it('is proposed as one list, with the key as a heading', async () => {
    const { recordPath, recordPaths, headings } = await outlineOf({ shop: 'S', menu: WEEK });
    expect(recordPath).toBe('/menu/~each');
    expect(recordPaths.map(({ path, count }) => [path, count])).toEqual([
      ['/menu/~each', 4],
      ['/menu/monday', 2],
      ['/menu/sunday', 1],
      ['/menu/wednesday', 1],
      ['/', 1],
    ]);
    expect(headings.map(({ path }) => path)).toEqual(['~key', 'name', 'price', 'note', '/shop']);
  });

  it.each([1, 65_536])('is read list by list, in chunks of %i bytes', async (size) => {
    const { rows, facts } = await readAll(
      JSON.stringify(WEEK),
      { recordPath: '/~each', paths: ['~key', 'name'] },
      size,
    );
    expect(rows).toEqual([
      ['monday', 'a'],
      ['monday', 'b'],
      ['wednesday', 'c'],
      ['sunday', 'd'],
    ]);
    expect(facts.incomplete).toBeNull();
  });

  it('is offered after a list with a usual name', async () => {
    const items = [dish('a'), dish('b')];
    const { recordPath, recordPaths } = await outlineOf({ items, related: [dish('c')] });
    expect(recordPath).toBe('/items');
    expect(recordPaths.map(({ path }) => path)).toContain('/~each');
  });

  it.each([
    ['lists of other fields', { users: [{ name: 'a', email: 'b' }], orders: [{ id: 1, total: 2 }] }],
    ['lists beside other values', { date: '2025-01-06', monday: [dish('a')], tuesday: [dish('b')] }],
    ['lists of plain values', { sizes: ['S', 'M'], colors: ['red'] }],
    ['lists in a record', [{ images: [dish('a')], videos: [dish('b')] }]],
  ])('is not seen in %s', async (_, value) => {
    const { recordPaths } = await outlineOf(value);
    expect(recordPaths.some(({ path }) => path.includes('~each'))).toBe(false);
  });
});
