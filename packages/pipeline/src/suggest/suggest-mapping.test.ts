import { type Column, columnSchema, type Heading, type Suggestion } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { mappingFromSuggestions, suggestMapping } from './suggest-mapping.js';

const column = (key: string, rest: object = {}): Column => columnSchema.parse({ key, name: key, ...rest });

const SAMPLES: Readonly<Record<string, string[]>> = {
  url: ['https://x.example/1', 'https://x.example/2'],
  image_url: ['https://x.example/1.jpg', 'https://x.example/2.jpg'],
  date_time: ['2025-01-31T10:00:00Z', '2025-02-01T10:00:00Z'],
  email: ['ann@x.example', 'bo@x.example'],
  integer: ['140', '460'],
};

const heading = (path: string, rest: Partial<Heading> = {}): Heading => ({
  path,
  label: path.replaceAll('/', ' > '),
  coverage: 1,
  records: 10,
  samples: SAMPLES[rest.proposedType ?? 'text'] ?? ['one', 'two'],
  repeats: false,
  mostRepeats: 1,
  isAboveRecord: path.startsWith('/'),
  proposedType: 'text',
  ...rest,
});

const pairs = (suggestions: readonly Suggestion[]) =>
  Object.fromEntries(suggestions.map(({ column: key, path }) => [key, path]));
const suggested = (headings: Heading[], columns: Column[]) => pairs(suggestMapping(headings, columns));

const RSS = [
  heading('title'),
  heading('link', { proposedType: 'url' }),
  heading('description'),
  heading('guid'),
  heading('pubDate', { proposedType: 'date_time' }),
  heading('category', { repeats: true, mostRepeats: 4 }),
  heading('dc:creator'),
  heading('media:content/@url', { proposedType: 'image_url', repeats: true, mostRepeats: 2 }),
  heading('media:content/@width', { proposedType: 'integer' }),
  heading('content:encoded'),
  heading('/rss/channel/title'),
  heading('/rss/channel/link', { proposedType: 'url' }),
];

describe('a suggestion', () => {
  it('finds the fields of RSS, whatever the columns call them', () => {
    const columns = [
      column('headline'),
      column('url', { type: 'url' }),
      column('summary'),
      column('body'),
      column('published_at', { type: 'date_time' }),
      column('author'),
      column('image', { type: 'image_url' }),
      column('tags'),
      column('article_id', { name: 'ID of the article' }),
      column('unheard_of'),
    ];
    expect(suggested(RSS, columns)).toEqual({
      headline: 'title',
      url: 'link',
      summary: 'description',
      body: 'content:encoded',
      published_at: 'pubDate',
      author: 'dc:creator',
      image: 'media:content/@url',
      tags: 'category',
      article_id: 'guid',
    });
  });

  it('finds those of Atom, with or without the prefix of the feed', () => {
    const paths = ['id', 'title', 'updated', 'published', 'link/@href', 'author/name', 'summary', 'content'];
    const columns = ['guid', 'title', 'date', 'link', 'author', 'description', 'body'].map((key) =>
      column(key),
    );
    const expected = {
      guid: 'id',
      title: 'title',
      date: 'published',
      link: 'link/@href',
      author: 'author/name',
      description: 'summary',
      body: 'content',
    };
    expect(
      suggested(
        paths.map((path) => heading(path)),
        columns,
      ),
    ).toEqual(expected);
    const prefixed = paths.map((path) => heading(path.replace(/(^|\/)(?!@)/g, '$1atom:')));
    expect(Object.keys(suggested(prefixed, columns))).toEqual(Object.keys(expected));
  });

  it('finds those of a product feed and of JSON Feed', () => {
    const merchant = [
      'g:id',
      'g:title',
      'g:link',
      'g:image_link',
      'g:price',
      'g:brand',
      'g:gtin',
      'g:availability',
    ];
    const columns = ['sku', 'name', 'product_url', 'image', 'price', 'brand', 'ean', 'stock'].map((key) =>
      column(key),
    );
    expect(
      Object.values(
        suggested(
          merchant.map((path) => heading(path)),
          columns,
        ),
      ),
    ).toEqual([
      'g:id',
      'g:title',
      'g:link',
      'g:image_link',
      'g:price',
      'g:brand',
      'g:gtin',
      'g:availability',
    ]);
    const json = ['id', 'url', 'title', 'content_html', 'date_published', 'authors/name'].map((path) =>
      heading(path),
    );
    expect(suggested(json, [column('link'), column('body'), column('published'), column('author')])).toEqual({
      link: 'url',
      body: 'content_html',
      published: 'date_published',
      author: 'authors/name',
    });
  });

  it.each([
    ['same_key', heading('First name'), column('firstName', { name: 'Given name' })],
    ['same_name', heading('Vorname'), column('fn', { name: 'Vorname' })],
    ['alternative_name', heading('Rufname'), column('fn', { alternativeNames: ['rufname'] })],
    ['alternative_name', heading('x:a/@b'), column('fn', { alternativeNames: ['x:a > @b'] })],
    ['feed_field', heading('dc:creator'), column('author')],
    ['similar_name', heading('Desciption'), column('long_description')],
    ['similar_name', heading('Adress of customer'), column('customer_address')],
    ['values_fit', heading('q7', { proposedType: 'email' }), column('contact', { type: 'email' })],
  ] as const)('gives the reason %s', (reason, from, to) => {
    expect(suggestMapping([heading('zzz'), from], [to])).toMatchObject([{ path: from.path, reason }]);
  });

  it('has a score that falls with the strength of the reason and with coverage', () => {
    const score = (from: Heading, to: Column) => suggestMapping([from], [to])[0]?.score ?? 0;
    const same = score(heading('headline'), column('headline'));
    expect(same).toBeLessThanOrEqual(1);
    expect(score(heading('headline', { coverage: 0.2 }), column('headline'))).toBeLessThan(same);
    const feed = score(heading('title'), column('headline'));
    expect(feed).toBeLessThan(same);
    expect(score(heading('headlines of it'), column('headline'))).toBeLessThan(feed);
  });

  it('matches an empty heading, or one of signs alone, with nothing', () => {
    expect(
      suggestMapping([heading(''), heading('---'), heading('.')], [column('a'), column('title')]),
    ).toEqual([]);
  });

  it('does not match names that have only a part in common', () => {
    expect(
      suggested([heading('id'), heading('product name')], [column('width'), column('author_name')]),
    ).toEqual({});
  });

  it('does not take the width of an image for a url, nor a channel for its items', () => {
    expect(
      suggested(
        [heading('media:content/@width'), heading('/rss/channel/title')],
        [column('url'), column('title')],
      ),
    ).toEqual({});
    expect(suggested(RSS, [column('channel_title')])).toEqual({ channel_title: '/rss/channel/title' });
  });

  it('prefers the heading whose values fit the type', () => {
    const headings = [
      heading('date', { proposedType: 'email' }),
      heading('pubDate', { proposedType: 'date_time' }),
    ];
    expect(suggested(headings, [column('date', { type: 'date' })])).toEqual({ date: 'pubDate' });
  });

  it('assigns each heading to one column, so that the total is best', () => {
    const columns = [column('description'), column('summary')];
    expect(suggested([heading('summary'), heading('description')], columns)).toEqual({
      description: 'description',
      summary: 'summary',
    });
    expect(suggested([heading('summary')], columns)).toEqual({ summary: 'summary' });
  });

  it('says what to do with repeats: join lists, else take the first', () => {
    const columns = [column('tags'), column('image', { type: 'image_url' }), column('title')];
    const repeats = suggestMapping(RSS, columns).map(({ column: key, repeat }) => [key, repeat]);
    expect(repeats).toEqual([
      ['tags', 'join'],
      ['image', 'first'],
      ['title', undefined],
    ]);
    const links = [heading('link/@href', { repeats: true, mostRepeats: 3 })];
    expect(suggestMapping(links, [column('link')])).toMatchObject([{ repeat: 'first' }]);
  });

  it('does not let many headings and columns take for ever', () => {
    const headings = Array.from({ length: 2000 }, (_, n) => heading(`field ${n}`));
    const columns = Array.from({ length: 500 }, (_, n) => column(`field_${n * 3}`));
    const suggestions = suggestMapping(headings, columns);
    expect(suggestions).toHaveLength(500);
    expect(suggestions.every(({ column: key, path }) => path === key.replace('_', ' '))).toBe(true);
  });

  it('proposes a feed field only by its exact name, for columns to which no raw path fits', () => {
    const feedField = (path: string, label: string) => heading(path, { label, isFeedField: true });
    const fields = [
      { ...feedField('~feed/isoDate', 'Feed field > ISO date'), samples: ['2025-01-31T10:00:00Z'] },
      feedField('~feed/creator', 'Feed field > Creator'),
      feedField('~feed/contentSnippet', 'Feed field > Content snippet'),
    ];
    const columns = [column('creator'), column('iso_date', { type: 'date_time' }), column('snippet_text')];
    expect(suggested([...fields, heading('dc:creator')], columns)).toEqual({
      creator: 'dc:creator',
      iso_date: '~feed/isoDate',
    });
    expect(suggestMapping([...RSS, ...fields], [column('title'), column('tags')])).toEqual(
      suggestMapping(RSS, [column('title'), column('tags')]),
    );
  });

  it('becomes a mapping', () => {
    const suggestions = suggestMapping(RSS, [column('title'), column('tags')]);
    expect(mappingFromSuggestions(suggestions)).toEqual([
      { column: 'title', path: 'title' },
      { column: 'tags', path: 'category', repeat: 'join' },
    ]);
  });
});
