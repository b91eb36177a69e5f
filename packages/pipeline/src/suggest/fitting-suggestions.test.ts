import { type Column, columnSchema, type Heading, type Suggestion } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { outlineSource } from '../read/outline-source.js';
import { mappingFromSuggestions, suggestMapping } from './suggest-mapping.js';

const column = (key: string, rest: object = {}): Column => columnSchema.parse({ key, name: key, ...rest });

const heading = (path: string, samples: string[], rest: Partial<Heading> = {}): Heading => ({
  path,
  label: path,
  coverage: 1,
  records: 10,
  samples,
  repeats: false,
  mostRepeats: 1,
  isAboveRecord: path.startsWith('/'),
  proposedType: 'text',
  ...rest,
});

const pairs = (suggestions: readonly Suggestion[]) =>
  Object.fromEntries(suggestions.map(({ column: key, path }) => [key, path]));
const suggested = (headings: Heading[], columns: Column[]) => pairs(suggestMapping(headings, columns));

async function suggestFor(source: string, columns: Column[]) {
  const bytes = (async function* () {
    yield Buffer.from(source);
  })();
  const { outline } = await outlineSource(bytes);
  return suggestMapping(outline.headings, columns, outline.records);
}

describe('a suggestion for an attribute', () => {
  it.each([
    ['content', 'content/@type'],
    ['content', 'content/@xml:lang'],
    ['summary', 'summary/@type'],
    ['content', 'media:content/@width'],
    ['picture', 'picture/@width'],
  ])('is not made for a column %s from %s, whose element is called alike', (key, path) => {
    expect(suggested([heading(path, ['a', 'b'])], [column(key)])).toEqual({});
  });

  it('is made if the attribute has the name, or a condition has', () => {
    const headings = [heading('offer/@currency', ['EUR']), heading("meta[@name='city']/@content", ['Rome'])];
    expect(suggested(headings, [column('currency'), column('city')])).toEqual({
      currency: 'offer/@currency',
      city: "meta[@name='city']/@content",
    });
  });
});

describe('assigning headings', () => {
  it('prefers one perfect name to two poor ones', () => {
    const headings = [heading('content', ['a']), heading('content/@type', ['html'])];
    expect(suggested(headings, [column('summary'), column('content')])).toEqual({ content: 'content' });
  });

  it('lets one path serve both dates, and several columns that mean it', () => {
    const dates = [heading('updated', ['2025-01-31T10:00:00Z'])];
    const type = { type: 'date_time' };
    expect(suggested(dates, [column('published', type), column('updated', type)])).toEqual({
      published: 'updated',
      updated: 'updated',
    });
    expect(suggested([heading('title', ['a'])], [column('title'), column('headline')])).toEqual({
      title: 'title',
      headline: 'title',
    });
  });

  it('proposes a value above the record only for a column that means it', () => {
    const above = [
      heading('/rss/channel/link', ['https://x.example/']),
      heading('/rss/channel/description', ['d']),
      heading('/feed/updated', ['2025-01-31T10:00:00Z']),
      heading('/shop/category/@name', ['Shoes']),
      heading('/courses/course/title', ['A']),
    ];
    const columns = ['link', 'description', 'updated', 'title', 'category', 'course_title', 'channel_link'];
    expect(
      suggested(
        above,
        columns.map((key) => column(key)),
      ),
    ).toEqual({
      category: '/shop/category/@name',
      course_title: '/courses/course/title',
      channel_link: '/rss/channel/link',
    });
  });

  it('does not take a publisher for a date, even in a text column', () => {
    const headings = [heading('dc:publisher', ['Example House'])];
    expect(suggested(headings, [column('published', { type: 'date_time' })])).toEqual({});
    expect(suggested(headings, [column('published')])).toEqual({});
  });
});

describe('sample values', () => {
  const ITEM = (fields: string) =>
    `<rss xmlns:media="http://search.yahoo.com/mrss/"><channel><title>T</title>${fields}</channel></rss>`;

  it('of audio or video are not proposed for an image', async () => {
    const video = `<item><media:content url="https://x.example/v" medium="video"/><media:thumbnail url="https://x.example/t"/></item>`;
    const image = column('image', { type: 'image_url' });
    expect(pairs(await suggestFor(ITEM(video + video), [image]))).toEqual({ image: 'media:thumbnail/@url' });
    const audio = '<item><enclosure url="https://x.example/1" type="audio/mpeg"/></item>';
    expect(await suggestFor(ITEM(audio + audio), [image])).toEqual([]);
  });

  it('of several kinds are told apart by a condition', async () => {
    const item = `<item><media:content url="https://x.example/1" medium="video"/><media:content url="https://x.example/2" medium="image"/></item>`;
    const columns = [column('image', { type: 'image_url' }), column('video_url', { type: 'url' })];
    expect(pairs(await suggestFor(ITEM(item + item), columns))).toEqual({
      image: "media:content[@medium='image']/@url",
      video_url: "media:content[@medium='video']/@url",
    });
  });

  it('that the check would refuse make no suggestion', () => {
    const headings = [heading('price', ['on request', 'sold', '12'])];
    expect(suggested(headings, [column('price', { type: 'number' })])).toEqual({});
    const mostly = [heading('price', ['on request', '10', '12'])];
    expect(suggested(mostly, [column('price', { type: 'number' })])).toEqual({ price: 'price' });
    const code = column('code', { length: { max: 2 } });
    expect(suggested([heading('code', ['long', 'longer'])], [code])).toEqual({});
  });
});

describe('a suggestion brings the transforms that its samples need', () => {
  const transformsFor = (to: Column, path: string, samples: string[]) =>
    suggestMapping([heading(path, samples)], [to])[0]?.transforms;

  it.each([
    ['tags', '<p>One</p>'],
    ['entities', 'It&#8217;s here &amp; now'],
  ])('to strip HTML for samples with %s', (_, sample) => {
    expect(transformsFor(column('title'), 'title', [sample])).toEqual([{ kind: 'strip_html' }]);
    expect(transformsFor(column('content'), 'content', [sample])).toBeUndefined();
  });

  it('none for plain text', () => {
    expect(transformsFor(column('title'), 'title', ['a < b & c > d', 'Q&A;'])).toBeUndefined();
  });

  it.each([
    ['epoch_s', '1759226400'],
    ['epoch_ms', '1759226400000'],
  ])('to read dates as %s', (format, sample) => {
    const date = column('created', { type: 'date_time' });
    const transforms = [{ kind: 'date', formats: [format] }];
    expect(transformsFor(date, 'created', [sample])).toEqual(transforms);
    expect(mappingFromSuggestions(suggestMapping([heading('created', [sample])], [date]))).toEqual([
      { column: 'created', path: 'created', transforms },
    ]);
  });

  it('to read the availability of products as yes or no', () => {
    const inStock = column('in_stock', { type: 'boolean' });
    for (const sample of ['in_stock', 'out of stock', 'In Stock', 'https://schema.org/InStock'])
      expect(transformsFor(inStock, 'g:availability', [sample])).toMatchObject([{ kind: 'map_values' }]);
    expect(transformsFor(inStock, 'g:availability', ['yes', 'no'])).toBeUndefined();
    expect(suggested([heading('g:availability', ['maybe', 'later'])], [inStock])).toEqual({});
  });

  it.each([['editor@example.org (Ann Example)'], ['Bob Example <bob@example.org>']])(
    'to split %s into name and address',
    (sample) => {
      expect(transformsFor(column('author'), 'author', [sample])).toMatchObject([
        { kind: 'replace_pattern' },
      ]);
      expect(transformsFor(column('email', { type: 'email' }), 'author', [sample])).toMatchObject([
        { kind: 'replace_pattern' },
      ]);
    },
  );
});
