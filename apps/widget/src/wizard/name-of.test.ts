import { describe, expect, it } from 'vitest';
import { nameOf } from './name-of.js';
import type { FoundSource } from './state.js';

function foundAt({ url, title, above, format = 'csv' }: SourceParts): FoundSource {
  const heading = {
    label: 'title',
    coverage: 1,
    records: 1,
    repeats: false,
    mostRepeats: 1,
    isAboveRecord: true,
    proposedType: 'text' as const,
  };
  return {
    address: url,
    settings: url,
    finalUrl: 'https://www.cdn.example/x',
    feed:
      title === undefined
        ? null
        : { title, link: null, description: null, ttlMinutes: null, itemCount: 1, newestItemAt: null },
    outline: {
      format,
      formatVersion: null,
      encoding: 'utf-8',
      bytesRead: 10,
      isComplete: true,
      recordPath: '/',
      recordPaths: [],
      recordCount: 1,
      headings: above === undefined ? [] : [{ ...heading, path: '/title', samples: [above] }],
      records: [],
      parseOptions: {},
      warnings: [],
    },
  };
}

interface SourceParts {
  readonly url: string;
  readonly title?: string;
  readonly above?: string;
  readonly format?: FoundSource['outline']['format'];
}

describe('the name of a source', () => {
  it('is its own title', () => {
    expect(
      nameOf(foundAt({ url: 'https://a.example/products.json', title: ' Tea ', format: 'json_feed' })),
    ).toBe('Tea');
    expect(
      nameOf(foundAt({ url: 'https://a.example/products.json', above: 'All tea', format: 'json' })),
    ).toBe('All tea');
  });

  it.each([
    ['https://shop.example/export/products-2024.csv?key=1', 'products-2024'],
    ['https://shop.example/My%20products.JSON', 'My products'],
    ['https://shop.example/stock_list.csv.gz', 'stock_list'],
    ['https://shop.example/%E5%95%86%E5%93%81.csv', '商品'],
    ['https://shop.example/100%25%.csv', 'cdn.example'],
  ])('is else that of its file: %s', (url, name) => {
    expect(nameOf(foundAt({ url }))).toBe(name);
  });

  it.each([
    'https://shop.example/',
    'https://shop.example/feed.xml',
    'https://shop.example/data1.json',
    'https://shop.example/products.php',
    'https://shop.example/17.csv',
    'https://shop.example/9e107d9d372bb6826bd81d3542a419d6.json',
    'no address',
  ])('is else that of its site: %s', (url) => {
    expect(nameOf(foundAt({ url }))).toBe('cdn.example');
  });

  it('is no longer than the name of an import may be', () => {
    expect(nameOf(foundAt({ url: 'https://a.example/', title: 'x'.repeat(300) }))).toHaveLength(200);
  });
});
