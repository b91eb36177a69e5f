import { describe, expect, it } from 'vitest';
import { readRecords } from '../read-records.js';

async function fieldIn(document: object, recordPath = '/items', nextPagePath?: string) {
  const bytes = (async function* () {
    yield Buffer.from(JSON.stringify(document));
  })();
  const { batches, facts } = readRecords(bytes, {
    recordPath,
    nextPagePath,
    parseOptions: { format: 'json' },
    paths: [],
  });
  for await (const _ of batches);
  return facts.nextPageField;
}

const items = [{ id: 1, next: '/no', links: { next: '/no' } }];

describe('the field that usually leads to the next page of JSON', () => {
  it.each<[object, string, string]>([
    [{ next: 'https://a.example/?page=2' }, '/next', 'https://a.example/?page=2'],
    [{ next_page: 2 }, '/next_page', '2'],
    [{ links: { self: '/1', next: '/2' } }, '/links/next', '/2'],
    [{ _links: { next: { href: '/2' } } }, '/_links/next/href', '/2'],
    [{ paging: { next: { after: 'NTI', link: '/2' } } }, '/paging/next/after', 'NTI'],
    [{ paging: { cursors: { after: 'x' }, next: '/2' } }, '/paging/next', '/2'],
    [{ meta: { next_cursor: 'abc' } }, '/meta/next_cursor', 'abc'],
    [{ meta: { pagination: { links: { next: '/2' } } } }, '/meta/pagination/links/next', '/2'],
    [{ '@odata.nextLink': '/2' }, '/@odata.nextLink', '/2'],
    [{ next_page_url: '/2' }, '/next_page_url', '/2'],
    [{ nextPageToken: 'CAUQAA' }, '/nextPageToken', 'CAUQAA'],
    [{ has_more: true }, '/has_more', 'true'],
    [{ has_more: true, next_cursor: 'abc' }, '/next_cursor', 'abc'],
    [{ pageInfo: { endCursor: 'abc', hasNextPage: true } }, '/pageInfo/endCursor', 'abc'],
    [{ links: [{ rel: 'self' }, { rel: 'next', href: '/2' }] }, '/links/rel', 'next'],
  ])('%j', async (fields, path, text) => {
    expect(await fieldIn({ ...fields, items })).toEqual({ path, text });
    expect(await fieldIn({ items, ...fields })).toEqual({ path, text });
    expect(await fieldIn({ data: { items, ...fields } }, '/data/items')).toEqual({
      path: `/data${path}`,
      text,
    });
  });

  it.each<[string, object]>([
    ['an empty one', { next: null, next_cursor: '', has_more: false }],
    ['a cursor of the last page', { paging: { cursors: { after: 'x' } } }],
    ['a cursor of the last page in GraphQL', { pageInfo: { endCursor: 'abc', hasNextPage: false } }],
    ['a cursor beside has_more: false', { next_cursor: 'abc', has_more: false }],
    ['a date', { next: '2026-12-01T00:00:00Z' }],
    ['another object', { article: { next: '/2' } }],
    ['a list', { next: ['/2', '/3'] }],
    ['links of other relations', { links: [{ rel: 'self', href: '/1' }] }],
  ])('is not %s', async (_, fields) => {
    expect(await fieldIn({ ...fields, items })).toBeNull();
  });

  it('is not looked for if a path is configured', async () => {
    expect(await fieldIn({ items, next: '/2' }, '/items', '/cursor')).toBeNull();
  });
});
