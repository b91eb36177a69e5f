import { describe, expect, it } from 'vitest';
import { readRecords } from './read-records.js';
import type { ReadRequest } from './types.js';

async function nextPageIn(text: string, request: Partial<ReadRequest> = {}): Promise<string | null> {
  const bytes = (async function* () {
    yield Buffer.from(text);
  })();
  const { batches, facts } = readRecords(bytes, { recordPath: '/', parseOptions: {}, paths: [], ...request });
  for await (const _ of batches);
  return facts.nextPage;
}

describe('the next page that a feed declares', () => {
  const item = '<item><title>A</title></item>';
  const atom = 'xmlns:atom="http://www.w3.org/2005/Atom"';
  it.each([
    [
      'RSS, with references in the address',
      `<rss ${atom}><channel><atom:link href="https://a.example/?p=2&amp;n=1" rel="next"/>${item}</channel></rss>`,
      'https://a.example/?p=2&n=1',
    ],
    [
      'RSS, after the items, and not self-closing',
      `<rss ${atom}><channel>${item}<atom:link rel='next' href='/p2'></atom:link></channel></rss>`,
      '/p2',
    ],
    [
      'none: a link of an item',
      `<rss ${atom}><channel><item><atom:link rel="next" href="/x"/></item></channel></rss>`,
      null,
    ],
    [
      'none: the address of the feed itself',
      `<rss ${atom}><channel><atom:link rel="self" href="/x"/>${item}</channel></rss>`,
      null,
    ],
    [
      'none: an empty address',
      `<rss ${atom}><channel><atom:link rel="next" href=""/>${item}</channel></rss>`,
      null,
    ],
  ])('%s', async (_, text, expected) => {
    expect(await nextPageIn(text, { recordPath: '/rss/channel/item' })).toBe(expected);
  });

  it('Atom, among other relations', async () => {
    const entry = '<entry><link rel="next" href="/chapter-2"/></entry>';
    const feed = (links: string) => `<feed xmlns="http://www.w3.org/2005/Atom">${links}${entry}</feed>`;
    const request = { recordPath: '/feed/entry' };
    expect(await nextPageIn(feed('<link rel="self" href="/1"/><link rel="next" href="/2"/>'), request)).toBe(
      '/2',
    );
    expect(await nextPageIn(feed('<link rel="last next" href="/3"/>'), request)).toBe('/3');
    expect(await nextPageIn(feed(''), request)).toBeNull();
    expect(await nextPageIn(feed(''), { recordPath: '/feed/entry/link' })).toBeNull();
  });

  it.each([
    ['of the feed', 'xml:base="https://a.example/feeds/"', '', 'https://a.example/feeds/page2'],
    [
      'of the link, inside the one of the feed',
      'xml:base="https://a.example/feeds/"',
      'xml:base="old/"',
      'https://a.example/feeds/old/page2',
    ],
    ['that is relative itself, without an address of the source', 'xml:base="feeds/"', '', 'page2'],
  ])('Atom, relative to an xml:base %s', async (_, ofFeed, ofLink, expected) => {
    const link = `<link rel="next" href="page2" ${ofLink}/>`;
    const text = `<feed xmlns="http://www.w3.org/2005/Atom" ${ofFeed}>${link}<entry/></feed>`;
    expect(await nextPageIn(text, { recordPath: '/feed/entry' })).toBe(expected);
  });

  it('JSON Feed, before or after its items', async () => {
    const version = 'https://jsonfeed.org/version/1.1';
    const items = [{ id: '1' }];
    const request = { recordPath: '/items' };
    expect(await nextPageIn(JSON.stringify({ version, next_url: '/b', items }), request)).toBe('/b');
    expect(await nextPageIn(JSON.stringify({ version, items, next_url: '/c' }), request)).toBe('/c');
    expect(await nextPageIn(JSON.stringify({ version, items }), request)).toBeNull();
  });
});

describe('the next page at a path of a JSON source', () => {
  const data = (page: object) => JSON.stringify({ data: { rows: [{ id: 1 }, { id: 2 }], page } });
  const request = { recordPath: '/data/rows', nextPagePath: '/data/page/next' };
  it.each([
    [{ next: 'https://a.example/2' }, 'https://a.example/2'],
    [{ next: 2 }, '2'],
    [{ next: null }, null],
    [{}, null],
  ])('%j', async (page, expected) => {
    expect(await nextPageIn(data(page), request)).toBe(expected);
  });

  it('is not read without a path', async () => {
    expect(await nextPageIn(data({ next: '/2' }), { recordPath: '/data/rows' })).toBeNull();
  });
});
