import type { Heading, Outline } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { tellingFields } from './telling-fields.js';

type Field = readonly [path: string, type: Heading['proposedType'], sample: string, coverage?: number];

/** An outline with these fields, whose one record holds the samples. */
function outlineOf(fields: readonly Field[]): Outline {
  return {
    format: 'json',
    formatVersion: null,
    encoding: 'utf-8',
    bytesRead: 10,
    isComplete: true,
    recordPath: '/',
    recordPaths: [],
    recordCount: 1,
    headings: fields.map(([path, proposedType, sample, coverage = 1]) => ({
      path,
      label: path,
      coverage,
      records: 1,
      samples: sample === '' ? [] : [sample],
      repeats: false,
      mostRepeats: 1,
      isAboveRecord: path.startsWith('/'),
      isFeedField: path.startsWith('~feed/') || undefined,
      proposedType,
    })),
    records: [fields.map(([, , sample]) => sample)],
    parseOptions: {},
    warnings: [],
  };
}

const chosen = (fields: readonly Field[], most?: number) =>
  tellingFields(outlineOf(fields), most).map(({ heading }) => heading.path);

describe('the fields that are shown first', () => {
  it('of a feed in RSS are its title, text, date, picture and link, and not its guid', () => {
    expect(
      chosen([
        ['guid', 'text', 'story-1'],
        ['guid/@isPermaLink', 'boolean', 'false'],
        ['link', 'url', 'https://times.example/1'],
        ['media:content/@url', 'image_url', 'https://times.example/1.jpg?w=2'],
        ['media:content/@width', 'integer', '640'],
        ['title', 'text', 'Night train'],
        ['category', 'text', 'City'],
        ['description', 'text', '<p>It leaves at nine.</p>'],
        ['pubDate', 'date_time', 'Tue, 20 Jan 2026 00:00:00 GMT'],
        ['/rss/channel/title', 'text', 'The Example Times'],
      ]),
    ).toEqual(['title', 'description', 'pubDate', 'media:content/@url', 'link']);
  });

  it('of a feed in Atom begin with its title, and not with the name of its author', () => {
    expect(
      chosen([
        ['id', 'url', 'https://blog.example/?p=1'],
        ['link/@href', 'url', 'https://blog.example/1'],
        ['link/@rel', 'text', 'alternate'],
        ['author/name', 'text', 'Ada'],
        ['updated', 'date_time', '2026-01-20T00:00:00Z'],
        ['title', 'text', 'Hello'],
      ]),
    ).toEqual(['title', 'author/name', 'updated', 'link/@href', 'id']);
  });

  it('repeat no value while other fields are available', () => {
    const fields: readonly Field[] = [
      ['title', 'text', 'Bright flat'],
      ['dc:title', 'text', 'Bright flat'],
      ['rdf:about', 'text', 'flat-1'],
    ];
    expect(chosen(fields, 2)).toEqual(['title', 'rdf:about']);
    expect(chosen(fields)).toEqual(['title', 'dc:title', 'rdf:about']);
  });

  it('leave out feed fields, which repeat others', () => {
    expect(
      chosen([
        ['title', 'text', 'Night train'],
        ['pubDate', 'text', '3 days ago'],
        ['~feed/title', 'text', 'Night train!'],
        ['~feed/isoDate', 'date_time', '2026-01-20T09:00:00.000Z'],
      ]),
    ).toEqual(['title', 'pubDate']);
  });

  it('of products are name, text, price, picture and link', () => {
    expect(
      chosen([
        ['id', 'integer', '1000045'],
        ['sku', 'text', 'TEA-1'],
        ['productName', 'text', 'Green tea'],
        ['category_name', 'text', 'Tea'],
        ['ean', 'text', '4006381333931'],
        ['price', 'number', '12.50'],
        ['stock', 'integer', '7'],
        ['image_link', 'image_url', 'https://shop.example/1.png'],
        ['link', 'url', 'https://shop.example/1'],
      ]),
    ).toEqual(['productName', 'category_name', 'price', 'image_link', 'link']);
  });

  it('are filled up with the fullest and most readable texts if there are few kinds', () => {
    expect(
      chosen([
        ['Customer ID', 'integer', '17'],
        ['City', 'text', 'Berlin'],
        ['Note', 'text', 'likes tea', 0.3],
        ['Street', 'text', 'Long Lane 1'],
        ['Name', 'text', 'Ada Lovelace'],
        ['Email', 'email', 'ada@example.com', 0.9],
      ]),
    ).toEqual(['Name', 'Street', 'City', 'Email', 'Note']);
  });

  it('include sparse fields and ids only if nothing else is available', () => {
    const fields: readonly Field[] = [
      ['_rev', 'text', 'a1'],
      ['uuid', 'text', '7f3c1c6e-1d0b-4a44-9c1e-0f1f2a3b4c5d'],
      ['subtitle', 'text', 'A story of trains', 0.1],
      ['headline', 'text', 'Night train'],
      ['checked', 'boolean', 'true'],
      ['empty', 'text', '', 0],
    ];
    expect(chosen(fields, 6)).toEqual(['headline', 'checked', 'subtitle', 'uuid', '_rev', 'empty']);
    expect(chosen(fields, 2)).toEqual(['headline', 'checked']);
  });

  it.each<[string, Heading['proposedType'], string, string]>([
    ['order_no', 'integer', '17', 'id'],
    ['zip', 'integer', '10115', 'id'],
    ['year', 'integer', '2026', 'id'],
    ['customer', 'integer', '4711001', 'id'],
    ['hits', 'integer', '4711', 'number'],
    ['digest', 'text', '9e107d9d372bb6826bd81d3542a419d6', 'id'],
    ['entry', 'text', 'urn:isbn:0451450523', 'id'],
    ['logo', 'url', 'https://shop.example/logo', 'image'],
    ['media:thumbnail/@url', 'url', 'https://shop.example/t?id=1', 'image'],
    ['@href', 'url', 'https://shop.example/1', 'link'],
    ['link/@href', 'text', '/releases/tag/v3.9.0', 'link'],
    ['authors/name', 'text', 'Ann', 'text'],
    ['file_name', 'text', 'tea.pdf', 'text'],
    ['编号', 'integer', '1', 'id'],
    ['@type', 'text', 'text/html', 'technical'],
    ['タイトル', 'text', '夜行列車', 'title'],
    ['title_de', 'text', 'Nachtzug', 'title'],
    ['brandName', 'text', 'Acme', 'text'],
    ['code', 'text', 'AB', 'id'],
    ['rating', 'text', '4/5', 'other'],
  ])('take %s of type %s, such as %s, for: %s', (path, type, sample, kind) => {
    expect(tellingFields(outlineOf([[path, type, sample]])).map((field) => field.kind)).toEqual([kind]);
  });
});
