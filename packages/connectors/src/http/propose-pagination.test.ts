import type { UrlSource } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { proposePagination } from './propose-pagination.js';

const sourceAt = (query = '', changes: Partial<UrlSource> = {}): UrlSource => ({
  kind: 'url',
  url: `https://a.example/items${query}`,
  ...changes,
});
const graphql = (body: object) =>
  sourceAt('', { request: { method: 'POST', body: body as Record<string, string> } });
const propose = (source: UrlSource, path: string, text: string) => proposePagination(source, { path, text });

describe('the proposed pagination', () => {
  it.each([
    ['/paging/next', 'https://a.example/items?page=2'],
    ['/_links/next/href', '/items?page=2'],
    ['/next', '?page=2'],
  ])('follows an address at %s: %s', (path, text) => {
    expect(propose(sourceAt(), path, text)).toEqual({ kind: 'path', path, maxPages: 20 });
  });

  it.each([
    ['/meta/next_cursor', 'abc', 'cursor'],
    ['/nextPageToken', 'CAUQAA', 'pageToken'],
    ['/next_page_token', 'CAUQAA', 'page_token'],
    ['/NextToken', 'abc', 'token'],
    ['/continuationToken', 'abc', 'continuationToken'],
    ['/data/after', 't3_x', 'after'],
    ['/pageInfo/endCursor', 'abc', 'cursor'],
    ['/next', 'abc', 'cursor'],
    ['/next_page', '2', 'page'],
    ['/next_offset', '50', 'offset'],
  ])('sends a value at %s: %s as %s', (path, text, parameter) => {
    expect(propose(sourceAt(), path, text)).toEqual({ kind: 'cursor', path, parameter, maxPages: 20 });
  });

  it('sends a number as the parameter of the address that counts pages', () => {
    expect(propose(sourceAt('?per_page=5&pg=1'), '/next', '2')).toMatchObject({ parameter: 'pg' });
  });

  it('sends a cursor in the body of a POST request', () => {
    expect(propose(graphql({ query: '{ items }', variables: { cursor: '' } }), '/x/endCursor', 'a')).toEqual({
      kind: 'cursor',
      path: '/x/endCursor',
      parameter: '/variables/cursor',
      maxPages: 20,
    });
    expect(propose(graphql({ query: '{ items }' }), '/x/endCursor', 'a')).toMatchObject({
      parameter: '/variables/after',
    });
    expect(propose(graphql({ size: '5' }), '/next_cursor', 'a')).toMatchObject({ parameter: '/cursor' });
  });

  it('counts on by the address if the field only says that there is more', () => {
    expect(propose(sourceAt('?page=1'), '/has_more', 'true')).toMatchObject({
      kind: 'page',
      parameter: 'page',
    });
    expect(propose(sourceAt('?limit=5&skip=0'), '/has_more', 'true')).toMatchObject({
      kind: 'offset',
      parameter: 'skip',
    });
    expect(propose(sourceAt(), '/has_more', 'true')).toBeNull();
  });

  it('cannot follow a list of links', () => {
    expect(propose(sourceAt(), '/links/rel', 'next')).toBeNull();
  });
});
