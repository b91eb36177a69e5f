import type { Heading } from '@inlet/contracts';
import RssParser from 'rss-parser';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CHUNK_SIZES, inChunks, readAll } from '../../../test/sources.js';
import { FEED_FIELD_RECORDS } from '../heading-stats.js';
import { outlineSource } from '../outline-source.js';
import { FEED_FIELD_PATHS } from './feed-fields.js';
import { escapeLooseHtml } from './loose-html.js';

const NAMESPACES = `xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
  xmlns:content="http://purl.org/rss/1.0/modules/content/"`;
const rss = (items: string) =>
  `<rss version="2.0" ${NAMESPACES}><channel><title>F</title>${items}</channel></rss>`;
const EPISODE = `<item><title>One</title><pubDate>Tue, 02 Jan 2024 10:00:00 +0100</pubDate><dc:creator>Ann</dc:creator>
  <description><![CDATA[<p>Fish &amp; chips</p><p>Tea</p>]]></description><guid isPermaLink="false">g1</guid>
  <category>a</category><category domain="d">b</category>
  <enclosure url="https://x.example/1.mp3" type="audio/mpeg" length="12"/>
  <itunes:author>Bo</itunes:author><itunes:duration>10:00</itunes:duration><itunes:image href="https://x.example/1.png"/>
  <itunes:explicit>no</itunes:explicit><itunes:episode>3</itunes:episode><itunes:season>2</itunes:season>
  <itunes:summary>Short</itunes:summary></item>`;

const RSS = { recordPath: '/rss/channel/item', parseOptions: {} };
const ATOM = { recordPath: '/feed/entry', parseOptions: {} };
const codesOf = (warnings: readonly { code: string }[]) => warnings.map(({ code }) => code);

async function fieldsOf(xml: string, names: readonly string[], request: typeof RSS = RSS) {
  const paths = names.map((name) => `~feed/${name}`);
  const { rows, facts, error } = await readAll(xml, { ...request, paths });
  return { rows, codes: codesOf(facts.warnings), error };
}

afterEach(() => vi.restoreAllMocks());

describe('feed fields', () => {
  it.each(CHUNK_SIZES)('are the normalized fields of an item, in chunks of %i bytes', async (size) => {
    const expected: Record<string, unknown> = {
      '~feed/isoDate': '2024-01-02T09:00:00.000Z',
      '~feed/contentSnippet': 'Fish & chips\nTea',
      '~feed/creator': 'Ann',
      '~feed/guid': 'g1',
      '~feed/categories': ['a', 'b'],
      '~feed/enclosure/url': 'https://x.example/1.mp3',
      '~feed/enclosure/type': 'audio/mpeg',
      '~feed/enclosure/length': '12',
      '~feed/itunes/author': 'Bo',
      '~feed/itunes/duration': '10:00',
      '~feed/itunes/image': 'https://x.example/1.png',
      '~feed/itunes/explicit': 'no',
      '~feed/itunes/episode': '3',
      '~feed/itunes/season': '2',
      '~feed/itunes/summary': 'Short',
    };
    const paths = ['title', ...FEED_FIELD_PATHS];
    const { rows, facts } = await readAll(rss(EPISODE + EPISODE), { ...RSS, paths }, size);
    const row = paths.map((path) => (path === 'title' ? 'One' : expected[path]));
    expect(rows).toEqual([row, row]);
    expect(facts.warnings).toEqual([]);
  });

  it.each(CHUNK_SIZES)('exist for Atom under any prefix, in chunks of %i bytes', async (size) => {
    const xml = `<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:id>e1</a:id><a:title>x</a:title>
      <a:link rel="enclosure" href="https://e.example/"/><a:link rel="alternate" href="https://a.example/"/>
      <a:updated>2024-01-02T03:04:05+01:00</a:updated><a:author><a:name>Bø</a:name></a:author>
      <a:category term="t"/><a:content type="html">&lt;b&gt;Hi&lt;/b&gt;</a:content></a:entry></a:feed>`;
    const names = ['isoDate', 'link', 'guid', 'creator', 'contentSnippet', 'categories'];
    const paths = names.map((name) => `~feed/${name}`);
    const { rows } = await readAll(xml, { ...ATOM, paths }, size);
    expect(rows).toEqual([['2024-01-02T02:04:05.000Z', 'https://a.example/', 'e1', 'Bø', 'Hi', 't']]);
  });

  it('exist for RSS 1.0 and for usual namespaces under unusual prefixes', async () => {
    const rdf = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
      xmlns:d="http://purl.org/dc/elements/1.1/"><channel/><item><d:creator>Ann</d:creator><d:date>2024-01-02</d:date></item></rdf:RDF>`;
    const request = { recordPath: '/rdf:RDF/item', parseOptions: {} };
    const { rows } = await fieldsOf(rdf, ['creator', 'isoDate'], request);
    expect(rows).toEqual([['Ann', '2024-01-02T00:00:00.000Z']]);
  });

  it('read a date without a zone as UTC, whatever the zone of the server', async () => {
    const items = [
      'Tue, 02 Jan 2024 10:00:00',
      '2024-01-02 10:00:00',
      '2024-01-02T10:00:00',
      'yesterday',
    ].map((date) => `<item><pubDate>${date}</pubDate></item>`);
    const before = process.env.TZ;
    process.env.TZ = 'America/New_York';
    try {
      const { rows, codes } = await fieldsOf(rss(items.join('')), ['isoDate']);
      const ten = ['2024-01-02T10:00:00.000Z'];
      expect(rows).toEqual([ten, ten, ten, [undefined]]);
      expect(codes).toEqual([]);
    } finally {
      if (before === undefined) delete process.env.TZ;
      else process.env.TZ = before;
    }
  });

  it('are empty for an item that rss-parser cannot read, with one warning and without losing the row', async () => {
    const damaged = '<item><title>Two</title><dc:creator>Bo</wrong></item>';
    const { rows, facts, error } = await readAll(rss(EPISODE + damaged + damaged + EPISODE), {
      ...RSS,
      paths: ['title', '~feed/creator'],
    });
    expect(error).toBeUndefined();
    expect(rows).toEqual([
      ['One', 'Ann'],
      ['Two', undefined],
      ['Two', undefined],
      ['One', 'Ann'],
    ]);
    expect(codesOf(facts.warnings).filter((code) => code === 'feed_item_unreadable')).toHaveLength(1);
  });

  it('survive a bare ampersand and the entities of HTML, as raw paths do', async () => {
    const { rows } = await fieldsOf(
      rss('<item><dc:creator>A & B&nbsp;C &eacute; &lt;</dc:creator><guid><![CDATA[a & b]]></guid></item>'),
      ['creator', 'guid'],
    );
    expect(rows).toEqual([['A & B\u00a0C é <', 'a & b']]);
  });

  it('take no special meaning from hostile names', async () => {
    const names = ['__proto__', 'constructor', 'hasOwnProperty', 'toString'];
    const elements = names.map((name) => `<${name} ${name}="x"><link>evil</link></${name}>`).join('');
    const { rows } = await fieldsOf(rss(`<item>${elements}<guid>g</guid></item>`), [
      'guid',
      'link',
      'creator',
    ]);
    expect(rows).toEqual([['g', undefined, undefined]]);
    expect(({} as Record<string, unknown>).link).toBeUndefined();
  });

  it('are empty for a huge item', async () => {
    const huge = `<item><guid>g</guid><description>${'x'.repeat(300_000)}</description></item>`;
    const { rows, codes } = await fieldsOf(rss(huge + EPISODE), ['guid']);
    expect(rows).toEqual([[undefined], ['g1']]);
    expect(codes).toEqual(['feed_item_unreadable']);
  });

  it.each([
    ['&lt;'.repeat(50_000)],
    [`<![CDATA[${'a<p>\n'.repeat(40_000)}]]>`],
    [`<![CDATA[${'<'.repeat(200_000)}]]>`],
    ['<p/>\n'.repeat(40_000)],
  ])('cost linear time for content made to be slow (%#)', { timeout: 60_000 }, async (content) => {
    const item = `<item><guid>g</guid><description>${content}</description></item>`;
    const { rows, codes } = await fieldsOf(rss(item), ['guid']);
    expect(rows).toEqual([[undefined]]);
    expect(codes).toEqual(['feed_item_unreadable']);
  });

  it('cost nothing unless one is mapped', async () => {
    const parse = vi.spyOn(RssParser.prototype, 'parseString');
    await readAll(rss(EPISODE.repeat(3)), { ...RSS, paths: ['title', 'guid', '/rss/channel/title'] });
    expect(parse).not.toHaveBeenCalled();
    await readAll(rss(EPISODE.repeat(3)), { ...RSS, paths: ['title', '~feed/guid', '~feed/creator'] });
    expect(parse).toHaveBeenCalledTimes(3);
  });

  it('do not exist outside of feeds, even under the same name', async () => {
    const paths = ['~feed/guid', '~0feed/guid'];
    const xml = await readAll('<list><item><guid>g</guid></item></list>', {
      recordPath: '/list/item',
      parseOptions: {},
      paths,
    });
    const json = await readAll('[{"~feed":{"guid":"own"}}]', { recordPath: '/', parseOptions: {}, paths });
    const csv = await readAll('~feed/guid,b\n1,2\n', { recordPath: '/', parseOptions: {}, paths });
    const inItem = await fieldsOf(rss(EPISODE), ['guid'], {
      ...RSS,
      recordPath: '/rss/channel/item/enclosure',
    });
    expect([xml.rows, json.rows, csv.rows, inItem.rows]).toEqual([
      [[undefined, undefined]],
      [[undefined, 'own']],
      [[undefined, undefined]],
      [[undefined]],
    ]);
  });
});

describe('the feed fields of HTML that a feed forgot to escape', () => {
  it.each([
    [
      'a description',
      '<description>First <b>bold</b> &amp; text.<br/>Next.</description>',
      'First bold & text.\nNext.',
    ],
    ['content with a prefix', '<content:encoded><p>One</p><p>Two</p></content:encoded>', 'One\nTwo'],
    [
      'several',
      '<title>x</title><description><i>D</i></description><content:encoded>a</content:encoded>',
      'D',
    ],
    ['CDATA after it', '<description><i>D</i> <![CDATA[<b>E</b>]]> F</description>', 'D E F'],
    ['CDATA', '<description><![CDATA[<i>D</i>]]></description>', 'D'],
    ['an element that is no HTML', '<description>D<foo>E</foo></description>', 'D'],
  ])('are those of its text: %s', async (_, item, snippet) => {
    const { rows } = await fieldsOf(rss(`<item>${item}</item>`), ['contentSnippet']);
    expect(rows).toEqual([[snippet]]);
  });

  it('cost linear time in tags without an end', () => {
    const markup = '<summary>'.repeat(200_000);
    expect(escapeLooseHtml(markup)).toBe(markup);
  });
});

describe('feed fields in an outline', () => {
  const headingsOf = async (xml: string): Promise<readonly Heading[]> =>
    (await outlineSource(inChunks(xml))).outline.headings;

  it('follow the raw paths of the item, with label, samples and coverage', async () => {
    const headings = await headingsOf(rss(`${EPISODE}<item><title>Two</title></item>`));
    const fields = headings.filter(({ isFeedField }) => isFeedField === true);
    const first = headings.indexOf(fields[0]!);
    expect(headings.slice(first, first + fields.length)).toEqual(fields);
    expect(headings.slice(0, first).every(({ path }) => !path.startsWith('/'))).toBe(true);
    expect(headings.slice(first + fields.length).every(({ path }) => path.startsWith('/'))).toBe(true);
    expect(fields[0]).toEqual({
      path: '~feed/isoDate',
      label: 'Feed field > ISO date',
      coverage: 0.5,
      records: 1,
      samples: ['2024-01-02T09:00:00.000Z'],
      repeats: false,
      mostRepeats: 1,
      isAboveRecord: false,
      proposedType: 'date_time',
      isFeedField: true,
    });
    expect(fields.map(({ label }) => label)).toContain('Feed field > iTunes duration');
    expect(fields.find(({ path }) => path === '~feed/categories')).toMatchObject({ repeats: true });
  });

  it('have the coverage of the first records only', async () => {
    const parse = vi.spyOn(RssParser.prototype, 'parseString');
    const headings = await headingsOf(rss('<item><guid>g</guid></item>'.repeat(FEED_FIELD_RECORDS * 2)));
    expect(headings.find(({ path }) => path === '~feed/guid')).toMatchObject({
      coverage: 1,
      records: FEED_FIELD_RECORDS * 2,
    });
    // One more for the facts of the feed.
    expect(parse).toHaveBeenCalledTimes(FEED_FIELD_RECORDS + 1);
  });
});
