import { columnSchema } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { outlineSource } from '../src/read/outline-source.js';
import { suggestMapping } from '../src/suggest/suggest-mapping.js';
import { mapSource } from './map-source.js';
import { CHUNK_SIZES, inChunks, readAll } from './sources.js';

const URL_COLUMN = columnSchema.parse({ key: 'link', name: 'Link', type: 'url' });
const FEED_URL = 'http://feeds.example/rel/feed.xml';

async function linksOf(source: string, path: string, { baseUrl = FEED_URL, chunkBytes = 65_536 } = {}) {
  const mapping = [{ column: 'link', path }];
  const rows = await mapSource({ source, columns: [URL_COLUMN], mapping, baseUrl, chunkBytes });
  return rows.map(([link]) => link);
}

async function headingsOf(source: string): Promise<string[]> {
  const { outline } = await outlineSource(inChunks(source));
  return outline.headings.map(({ path }) => path).filter((path) => !path.startsWith('~'));
}

const ALTERNATE = "link[@rel='alternate']/@href";
const atom = (entries: string, attributes = '') =>
  `<feed xmlns="http://www.w3.org/2005/Atom" ${attributes}><title>T</title>${entries}</feed>`;
const rss = (items: string, link = '<link>https://blog.example/news/</link>') =>
  `<rss version="2.0"><channel><title>T</title>${link}${items}</channel></rss>`;

describe('a condition in a path', () => {
  const FEED = atom(
    `<entry><id>1</id><link rel="replies" href="https://e.example/1/replies"/><link rel="self" href="https://e.example/1.atom"/>
       <link rel="alternate" href="https://e.example/1.html"/></entry>
     <entry><id>2</id><link href="https://e.example/2.html"/><link rel="enclosure" href="https://e.example/2.mp3"/></entry>`,
  );

  it.each(CHUNK_SIZES)('selects links by their relation, in chunks of %i bytes', async (chunkBytes) => {
    expect(await linksOf(FEED, ALTERNATE, { chunkBytes })).toEqual([
      'https://e.example/1.html',
      'https://e.example/2.html',
    ]);
    expect(await linksOf(FEED, "link[@rel='enclosure']/@href", { chunkBytes })).toEqual([
      null,
      'https://e.example/2.mp3',
    ]);
  });

  it('does not change the plain path of the element', async () => {
    const paths = ['link/@href', ALTERNATE, 'link/@href'];
    const { rows } = await readAll(FEED, { recordPath: '/feed/entry', paths });
    const second = ['https://e.example/2.html', 'https://e.example/2.mp3'];
    expect(rows[1]).toEqual([second, 'https://e.example/2.html', second]);
  });

  it('puts the alternate of type text/html first', async () => {
    const feed = atom(
      `<entry><link type="application/json" href="https://e.example/1.json"/><link type="text/html" href="https://e.example/1.html"/>
        <link type="text/html" href="https://e.example/1.de.html"/></entry>`,
    );
    const { rows } = await readAll(feed, { recordPath: '/feed/entry', paths: [ALTERNATE, 'link/@href'] });
    const [first, ...others] = [
      'https://e.example/1.html',
      'https://e.example/1.json',
      'https://e.example/1.de.html',
    ];
    expect(rows).toEqual([
      [
        [first, ...others],
        [others[0], first, others[1]],
      ],
    ]);
  });

  it('selects elements with their children and texts in any XML', async () => {
    const xml = `<people><person><field name="city">Rome</field><field name="o''k/1">slash</field>
      <address type="home"><street>A</street></address><address type="work"><street>B</street></address></person>
      <person><field name="zip">1</field></person></people>`;
    const paths = [
      "field[@name='city']",
      "field[@name='zip']",
      "field[@name='o''''k~11']",
      "address[@type='work']/street",
      'address/street',
      'Price [EUR]',
    ];
    const { rows } = await readAll(xml, { recordPath: '/people/person', paths });
    expect(rows).toEqual([
      ['Rome', undefined, 'slash', 'B', ['A', 'B'], undefined],
      [undefined, '1', undefined, undefined, undefined, undefined],
    ]);
  });

  it('belongs to the name in CSV and JSON', async () => {
    const csv = await readAll("Price [EUR],a[@b='c']\n1,2\n", {
      recordPath: '/',
      paths: ['Price [EUR]', "a[@b='c']"],
    });
    const json = await readAll(`[{"a[@b='c']":"2"}]`, { recordPath: '/', paths: ["a[@b='c']"] });
    expect([csv.rows, json.rows]).toEqual([[['1', '2']], [['2']]]);
  });

  it('is offered if an attribute tells siblings apart', async () => {
    expect(await headingsOf(FEED)).toEqual(
      expect.arrayContaining([
        ALTERNATE,
        "link[@rel='enclosure']/@href",
        "link[@rel='self']/@href",
        'link/@href',
      ]),
    );
    const xml = `<l><p><meta name="color" content="red"/><meta name="size" content="L"/><img src="a"/><img src="b"/></p>
      <p><meta name="color" content="blue"/><meta name="size" content="S"/></p></l>`;
    const headings = await headingsOf(xml);
    expect(headings).toEqual(
      expect.arrayContaining(["meta[@name='color']/@content", "meta[@name='size']/@content"]),
    );
    expect(headings.filter((path) => path.startsWith('img['))).toEqual([]);
  });
});

describe('a relative address', () => {
  it.each(CHUNK_SIZES)('resolves with xml:base at any level, in chunks of %i bytes', async (chunkBytes) => {
    const feed = atom(
      `<entry xml:base="When/2013/"><link href="Story"/></entry><entry><link href="/blog/foo"/></entry>
       <entry><link xml:base="https://other.example/x/" href="y"/></entry><entry><link href="#four"/></entry>`,
      'xml:base="https://blog.example/base/"',
    );
    expect(await linksOf(feed, ALTERNATE, { chunkBytes })).toEqual([
      'https://blog.example/base/When/2013/Story',
      'https://blog.example/blog/foo',
      'https://other.example/x/y',
      'https://blog.example/base/#four',
    ]);
  });

  it.each(CHUNK_SIZES)(
    'resolves with the link of an RSS channel, in chunks of %i bytes',
    async (chunkBytes) => {
      const items = ['posts/1.html', '/2.html', '#three', '//cdn.example/4', '?p=5', 'https://x.example/6'];
      const feed = rss(items.map((link) => `<item><link>${link}</link></item>`).join(''));
      expect(await linksOf(feed, 'link', { chunkBytes })).toEqual([
        'https://blog.example/news/posts/1.html',
        'https://blog.example/2.html',
        'https://blog.example/news/#three',
        'https://cdn.example/4',
        'https://blog.example/news/?p=5',
        'https://x.example/6',
      ]);
    },
  );

  it('resolves with the address of the source without another base', async () => {
    expect(await linksOf(atom('<entry><link href="a/1"/></entry>'), ALTERNATE)).toEqual([
      'http://feeds.example/rel/a/1',
    ]);
    expect(await linksOf(rss('<item><link>a/1</link></item>', ''), 'link')).toEqual([
      'http://feeds.example/rel/a/1',
    ]);
    expect(await linksOf(rss('<item><link>a/1</link></item>', '<link>/home/</link>'), 'link')).toEqual([
      'http://feeds.example/home/a/1',
    ]);
  });

  it('is not made of other text', async () => {
    expect(await linksOf(rss('<item><link>not a link</link></item>'), 'link')).toEqual([null]);
    expect(await linksOf(rss('<item><link>www.shop.example/1</link></item>'), 'link')).toEqual([null]);
    expect(await linksOf('[{"url":"none"},{"url":"/a"}]', 'url')).toEqual([null, 'http://feeds.example/a']);
    expect(await linksOf('[{"loc":"Oslo"},{"loc":"N/A"}]', 'loc')).toEqual([null, null]);
  });
});

describe('an RSS item without a link', () => {
  const FEED = rss(
    `<item><guid>https://blog.example/p/1</guid></item><item><guid isPermaLink="true">https://blog.example/p/2</guid></item>
     <item><guid isPermaLink="false">https://blog.example/p/3</guid></item><item><guid>no-address</guid></item>
     <item><link>https://blog.example/5</link><guid>https://blog.example/p/5</guid></item>`,
  );

  it.each(CHUNK_SIZES)('has its permalink as link, in chunks of %i bytes', async (chunkBytes) => {
    expect(await linksOf(FEED, 'link', { chunkBytes })).toEqual([
      'https://blog.example/p/1',
      'https://blog.example/p/2',
      null,
      null,
      'https://blog.example/5',
    ]);
  });

  it('has the link in its headings even if no item has one', async () => {
    const { outline } = await outlineSource(
      inChunks(
        rss(
          '<item><guid>https://blog.example/p/1</guid></item><item><guid>https://blog.example/p/2</guid></item>',
        ),
      ),
    );
    expect(outline.headings.find(({ path }) => path === 'link')).toMatchObject({
      coverage: 1,
      samples: ['https://blog.example/p/1', 'https://blog.example/p/2'],
      isAboveRecord: false,
    });
  });
});

describe('a bare relative address', () => {
  const jsonFeed = JSON.stringify({
    version: 'https://jsonfeed.org/version/1.1',
    title: 'T',
    items: [
      { id: '1', url: 'p/1', external_url: 'x/1', title: 'A' },
      { id: '2', url: 'p/2', external_url: 'x/2', title: 'B' },
    ],
  });
  const xml = `<pages xmlns:s="https://s.example/ns"><page><url>p/1.html</url><permalink>q/1</permalink><s:loc>r/1</s:loc></page>
    <page><url>p/2.html</url><permalink>q/2</permalink><s:loc>r/2</s:loc></page></pages>`;

  it.each([
    ['url', jsonFeed, 'http://feeds.example/rel/p/1'],
    ['external_url', jsonFeed, 'http://feeds.example/rel/x/1'],
    ['url', xml, 'http://feeds.example/rel/p/1.html'],
    ['permalink', xml, 'http://feeds.example/rel/q/1'],
    ['s:loc', xml, 'http://feeds.example/rel/r/1'],
  ])('is resolved in %s', async (path, source, first) => {
    expect((await linksOf(source, path))[0]).toBe(first);
  });

  it.each([jsonFeed, xml])('is suggested for a column for addresses', async (source) => {
    const { outline } = await outlineSource(inChunks(source));
    const suggestions = suggestMapping(outline.headings, [URL_COLUMN], outline.records);
    expect(suggestions).toMatchObject([{ column: 'link', path: 'url' }]);
  });

  it('is not seen in an element with another name', async () => {
    expect(await linksOf('<a><b><name>Oslo</name></b><b><name>Rome</name></b></a>', 'name')).toEqual([
      null,
      null,
    ]);
  });
});
