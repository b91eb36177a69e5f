import type { OutlineProgress } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { inChunks } from '../../test/sources.js';
import { outlineSource } from './outline-source.js';
import type { OutlineReadOptions } from './types.js';

/** The progress after each piece of a source in pieces of `size` bytes. */
async function progressOf(
  source: string | Uint8Array,
  { size, ...options }: OutlineReadOptions & { size: number },
): Promise<OutlineProgress[]> {
  const told: OutlineProgress[] = [];
  await outlineSource(inChunks(source, size), {
    ...options,
    onBytes: (progress) => told.push(progress()),
  });
  return told;
}

const ITEM = '<item><title>A story</title></item>';
const rss = (items: number) =>
  `<?xml version="1.0"?><rss version="2.0"><channel>${ITEM.repeat(items)}</channel></rss>`;
const times = <Value>(count: number, make: (index: number) => Value) =>
  Array.from({ length: count }, (_, index) => make(index));

const SOURCES: readonly [name: string, source: string | Uint8Array, records: number][] = [
  ['RSS', rss(40), 40],
  ['RSS in UTF-16', Buffer.from(`\ufeff${rss(40)}`, 'utf16le'), 40],
  ['XML', `<shop>${'<p><n>Tea</n></p>'.repeat(30)}</shop>`, 30],
  ['JSON', JSON.stringify({ items: times(25, (id) => ({ id, name: `Item ${id}` })) }), 25],
  ['NDJSON', times(20, (id) => JSON.stringify({ id })).join('\n'), 20],
  ['CSV', `id,name\n${times(50, (id) => `${id},"Name, ${id}\nand more"\n`).join('')}`, 50],
];

describe('the progress of a first look', () => {
  it.each(SOURCES)('counts the records of %s while they come in', async (_, source, records) => {
    const size = 64;
    const told = await progressOf(source, { size });
    const total = Buffer.byteLength(source);
    expect(told.map(({ bytes }) => bytes)).toEqual(
      times(Math.ceil(total / size), (index) => Math.min(total, (index + 1) * size)),
    );
    const counts = told.map((each) => each.records);
    expect(counts.toSorted((a, b) => a - b)).toEqual(counts);
    expect(counts[Math.floor(counts.length / 2)]).toBeGreaterThan(records / 4);
    // The last pieces may be too small to be counted again.
    expect(counts.at(-1)).toBeGreaterThanOrEqual(records * 0.85);
    expect(await progressOf(source, { size: total })).toEqual([{ bytes: total, records }]);
  });

  it.each([
    ['/shop/q', `<shop>${'<p><n>Tea</n></p>'.repeat(30)}<q>1</q><q>2</q></shop>`],
    ['/tags', JSON.stringify({ items: times(25, (id) => ({ id })), tags: [{ a: 1 }, { a: 2 }] })],
  ])('counts the records that were chosen: %s', async (recordPath, source) => {
    const [whole] = await progressOf(source, { size: 1_000_000, recordPath });
    expect(whole?.records).toBe(2);
  });

  it('tells no more records than the look counts', async () => {
    const [told] = await progressOf(rss(40), { size: 1_000_000, maxRecords: 7 });
    expect(told?.records).toBe(7);
  });

  it('counts nothing in what is no data, and lets the look say why', async () => {
    const told: OutlineProgress[] = [];
    const html = '<!doctype html><html><body>Hello</body></html>';
    const look = outlineSource(inChunks(html, 1000), { onBytes: (progress) => told.push(progress()) });
    await expect(look).rejects.toMatchObject({ code: 'source_html' });
    expect(told).toEqual([{ bytes: html.length, records: 0 }]);
  });

  it('counts only when it is asked, so that a fast source costs nothing', async () => {
    let pieces = 0;
    const { outline } = await outlineSource(inChunks(rss(40), 64), {
      onBytes: () => {
        pieces += 1;
      },
    });
    expect(pieces).toBeGreaterThan(20);
    expect(outline.recordCount).toBe(40);
  });
});
