import { type Heading, InletError, type Outline } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { CHUNK_SIZES, fixtureBytes, inChunks } from '../../test/sources.js';
import { outlineSource } from './outline-source.js';
import type { OutlineReadOptions } from './types.js';

const outlineOf = (name: string, options?: OutlineReadOptions, chunkSize?: number) =>
  outlineSource(inChunks(fixtureBytes(name), chunkSize), options);

const rawHeadings = ({ headings }: Outline) => headings.filter(({ isFeedField }) => !isFeedField);

const brief = (outline: Outline) =>
  rawHeadings(outline).map(({ path, records, mostRepeats, proposedType }) => [
    path,
    records,
    mostRepeats,
    proposedType,
  ]);

const headingAt = ({ headings }: Outline, path: string): Heading | undefined =>
  headings.find((heading) => heading.path === path);

describe('the outline of XML', () => {
  it('tells how many items have each field, and what the feed is', async () => {
    const { outline, feed } = await outlineOf('rss-item-without-description.xml');
    expect(outline).toMatchObject({
      format: 'rss',
      formatVersion: '2.0',
      encoding: 'utf-8',
      isComplete: true,
      recordPath: '/rss/channel/item',
      recordPaths: [{ path: '/rss/channel/item', label: 'channel > item', count: 3 }],
      recordCount: 3,
      parseOptions: { format: 'rss' },
      warnings: [],
    });
    expect(brief(outline)).toEqual([
      ['title', 3, 1, 'text'],
      ['description', 2, 1, 'text'],
      ['pubDate', 3, 1, 'date_time'],
      ['/rss/@version', 3, 1, 'number'],
      ['/rss/channel/title', 3, 1, 'text'],
      ['/rss/channel/link', 3, 1, 'url'],
      ['/rss/channel/description', 3, 1, 'text'],
      ['/rss/channel/ttl', 3, 1, 'integer'],
    ]);
    expect(headingAt(outline, 'description')).toEqual({
      path: 'description',
      label: 'item > description',
      coverage: 2 / 3,
      records: 2,
      samples: ['First', 'Third'],
      repeats: false,
      mostRepeats: 1,
      isAboveRecord: false,
      proposedType: 'text',
    });
    expect(headingAt(outline, '/rss/channel/title')).toMatchObject({
      label: 'channel > title',
      coverage: 1,
      samples: ['Shop'],
      isAboveRecord: true,
    });
    expect(outline.records.map((record) => record.slice(0, 2))).toEqual([
      ['One', 'First'],
      ['Two', null],
      ['Three', 'Third'],
    ]);
    expect(feed).toEqual({
      title: 'Shop',
      link: 'https://shop.example/',
      description: 'All & more',
      ttlMinutes: 60,
      itemCount: 3,
      newestItemAt: '2024-01-03T10:00:00.000Z',
    });
  });

  it('shows namespaces by their usual prefix, and numbers what would be confused', async () => {
    const { outline } = await outlineOf('namespaces-other-prefixes.xml');
    expect(outline.headings.map(({ label }) => label).slice(0, 6)).toEqual([
      'item > title',
      'item > media:content > @url',
      'item > media2:content',
      'item > shop:price',
      'item > shop:price > @shop:currency',
      'item > shop2:price',
    ]);
    expect(outline.parseOptions.namespaces).toEqual({
      media2: 'urn:not-media',
      shop: 'urn:shop',
      shop2: 'urn:other-shop',
    });
  });

  it.each([
    ['utf-8-bom.xml', 'rss', '2.0', '/rss/channel/item', 2],
    ['rdf-items-siblings.xml', 'rdf', '1.0', '/rdf:RDF/item', 2],
    ['atom-prefixed-root.xml', 'atom', '1.0', '/feed/entry', 1],
    ['doctype-public.xml', 'rss', '0.91', '/rss/channel/item', 1],
    ['google-merchant.xml', 'rss', '2.0', '/rss/channel/item', 2],
    ['sitemap.xml', 'xml', null, '/urlset/url', 1],
    ['single-item.xml', 'rss', '2.0', '/rss/channel/item', 1],
    ['empty-rss.xml', 'rss', '2.0', '/rss/channel/item', 0],
    ['empty-atom.xml', 'atom', '1.0', '/feed/entry', 0],
    ['nested-same-name.xml', 'xml', null, '/list/item', 2],
  ])('%s is %s %s with its records at %s', async (name, format, version, path, count) => {
    const { outline } = await outlineOf(name);
    const { formatVersion, recordPath, recordCount } = outline;
    expect([outline.format, formatVersion, recordPath, recordCount]).toEqual([format, version, path, count]);
  });

  it('proposes the repeating element that covers most of the file, and lets another be picked', async () => {
    const { outline } = await outlineOf('unknown-xml-nested-lists.xml');
    expect(outline.recordPaths).toEqual([
      { path: '/export/orders/order', label: 'export > orders > order', count: 2 },
      {
        path: '/export/orders/order/lines/line',
        label: 'export > orders > order > lines > line',
        count: 3,
        parentPath: '/export/orders/order',
      },
    ]);
    expect(brief(outline).map(([path]) => path)).toEqual([
      '@no',
      'customer',
      'lines/line/sku',
      'lines/line/qty',
      '/export/@date',
      '/export/meta/currency',
    ]);
    const recordPath = '/export/orders/order/lines/line';
    const lines = await outlineOf('unknown-xml-nested-lists.xml', { recordPath });
    expect(lines.outline.recordCount).toBe(3);
    expect(headingAt(lines.outline, 'sku')).toMatchObject({ samples: ['a', 'b', 'c'], label: 'line > sku' });
    expect(headingAt(lines.outline, '/export/orders/order/customer')?.samples).toEqual(['Ann', 'Bob']);
  });

  it('keeps XHTML together as one value and leaves bare containers out', async () => {
    const { outline } = await outlineOf('atom-xhtml-content.xml');
    const paths = outline.headings.map(({ path }) => path);
    expect(paths).toContain('content');
    expect(paths).toContain('author/name');
    expect(paths.filter((path) => path.startsWith('content/'))).toEqual(['content/@type']);
    expect(paths).not.toContain('author');
    expect(paths).not.toContain('link');
  });

  it('reports the precise place at which it is not well-formed', async () => {
    const { outline } = await outlineOf('unclosed-tags.xml');
    expect(outline.warnings[0]).toEqual({
      code: 'xml_not_well_formed',
      message:
        "The XML is not well-formed: Expected closing tag 'img' (opened in line 2, col 51) instead of closing tag 'description'.",
      parameters: { fault: expect.stringMatching(/^Expected closing tag/) },
      line: 2,
      column: 71,
    });
    expect(outline.recordCount).toBe(4);
  });

  it('has the facts of a feed that rss-parser cannot read', async () => {
    const { feed } = await outlineOf('html-entities.xml');
    expect(feed).toMatchObject({ title: 'Café', itemCount: 1 });
  });

  it.each([
    'atom-xhtml-content.xml',
    'namespaces-other-prefixes.xml',
    'utf-16be-no-bom.xml',
    'unclosed-tags.xml',
    'rdf-items-siblings.xml',
  ])('of %s is the same in chunks of any size', async (name) => {
    const results = await Promise.all(CHUNK_SIZES.map((size) => outlineOf(name, {}, size)));
    for (const result of results) expect(result).toEqual(results[0]);
  });

  it('takes no more bytes than the first look needs, and closes the source', async () => {
    let given = 0;
    let isClosed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        const item = Buffer.from('<item><title>x</title></item>\n'.repeat(1000));
        yield Buffer.from('<rss version="2.0"><channel><title>T</title>');
        for (;;) {
          given += item.length;
          yield item;
        }
      } finally {
        isClosed = true;
      }
    }
    const { outline } = await outlineSource(endless(), { maxBytes: 200_000, maxRecords: 50 });
    expect(outline).toMatchObject({ isComplete: false, bytesRead: 200_000, recordCount: 50, warnings: [] });
    expect(given).toBeLessThan(300_000);
    expect(isClosed).toBe(true);
  });

  it('does not count a record that the first look cuts off', async () => {
    const xml = `<l>${'<r><a>1</a></r>'.repeat(100)}</l>`;
    const { outline } = await outlineSource(inChunks(xml), { maxBytes: 3 + 15 * 10 + 7 });
    expect(outline).toMatchObject({ recordCount: 10, isComplete: false, warnings: [] });
  });

  it('lists the headings of a record that is larger than the first look', async () => {
    const xml = `<l><r id="1"><a>x</a><b>${'x'.repeat(10_000)}</b></r><r/></l>`;
    const { outline } = await outlineSource(inChunks(xml), { maxBytes: 1000, recordPath: '/l/r' });
    expect(outline.recordCount).toBe(0);
    expect(outline.headings.map(({ path, coverage }) => [path, coverage])).toEqual([
      ['@id', 0],
      ['a', 0],
      ['b', 0],
    ]);
  });

  it('knows usual namespaces that are written carelessly', async () => {
    const xml = `<rss xmlns:c="http://purl.org/rss/1.0/modules/content" xmlns:itunes="http://www.itunes.com/DTDs/Podcast-1.0.dtd"
      xmlns:m="https://search.yahoo.com/mrss"><channel><item><c:encoded>x</c:encoded><itunes:author>y</itunes:author><m:title>z</m:title></item></channel></rss>`;
    const { outline } = await outlineSource(inChunks(xml));
    expect(rawHeadings(outline).map(({ path }) => path)).toEqual([
      'content:encoded',
      'itunes:author',
      'media:title',
    ]);
    expect(outline.parseOptions.namespaces).toBeUndefined();
  });

  it('keeps its size where every element has another name', async () => {
    const xml = `<l>${Array.from({ length: 20_000 }, (_, n) => `<r><n${n}>x</n${n}></r>`).join('')}</l>`;
    const { outline } = await outlineSource(inChunks(xml));
    expect(outline.recordCount).toBe(1000);
    expect(outline.headings.length).toBeLessThanOrEqual(1000);
  });
});

describe('the outline of other formats', () => {
  it('finds JSON Feed, JSON, NDJSON and CSV by their content', async () => {
    const feed = {
      version: 'https://jsonfeed.org/version/1.1',
      title: 'F',
      items: [{ id: '1' }, { id: '2' }],
    };
    const sources: [string, string][] = [
      [JSON.stringify(feed), 'json_feed'],
      ['[{"a":1},{"a":2}]', 'json'],
      ['{"a":1}\n{"a":2}\n', 'ndjson'],
      ['a,b\n1,2\n', 'csv'],
    ];
    for (const [text, format] of sources) {
      const result = await outlineSource(inChunks(text));
      expect(result.outline.format).toBe(format);
      expect(result.feed?.title ?? null).toBe(format === 'json_feed' ? 'F' : null);
    }
  });
});

describe('what cannot be outlined', () => {
  const refused = async (bytes: Uint8Array | string, options?: OutlineReadOptions): Promise<InletError> => {
    const error = await outlineSource(inChunks(bytes), options).catch((reason: unknown) => reason);
    if (!(error instanceof InletError)) throw new Error(`no InletError but ${String(error)}`);
    return error;
  };

  it.each([
    ['no-repeats.xml', 'source_no_records'],
    ['doctype-entity-bomb.xml', 'source_entities_refused'],
    ['doctype-external-entity.xml', 'source_entities_refused'],
  ])('%s: %s', async (name, code) => {
    expect((await refused(fixtureBytes(name))).code).toBe(code);
  });

  it('a record path that is not there', async () => {
    const error = await refused(fixtureBytes('single-item.xml'), { recordPath: '/rss/channel/entry' });
    expect(error.code).toBe('source_record_path_unknown');
  });

  it('markup without an element', async () => {
    const error = await refused('<?xml version="1.0"?><!-- nothing -->');
    expect([error.code, error.extra]).toEqual(['source_malformed', { line: 1, column: 1 }]);
  });

  it('elements in elements without end', async () => {
    expect((await refused('<a>'.repeat(300_000))).code).toBe('source_too_deep');
  });

  it('a web page, with the feeds that it links to', async () => {
    const error = await refused(fixtureBytes('html-page.html'), {
      hints: { charset: null, baseUrl: 'https://site.example/page' },
    });
    expect(error.code).toBe('source_html');
    expect(error.extra).toEqual({
      feeds: [
        { url: 'https://site.example/blog/feed.xml', title: 'Posts & more', type: 'application/rss+xml' },
        { url: 'https://other.example/atom', title: null, type: 'application/atom+xml' },
        { url: 'https://site.example/blog/feed.json', title: null, type: 'application/feed+json' },
        { url: 'https://site.example/rss', title: 'RSS', type: 'application/rss+xml' },
      ],
    });
  });

  it('what is stopped', async () => {
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(outlineSource(inChunks('<a/>'), { signal })).rejects.toThrow('stopped');
  });
});
