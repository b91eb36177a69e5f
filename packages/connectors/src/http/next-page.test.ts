import type { Pagination, UrlSource } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import type { PageRead } from '../connector.js';
import { nextHttpPage } from './next-page.js';

const sourceWith = (pagination: Pagination | undefined, changes: Partial<UrlSource> = {}): UrlSource => ({
  kind: 'url',
  url: 'https://a.example/feed?lang=en',
  pagination,
  ...changes,
});
const read = (changes: Partial<PageRead> = {}): PageRead => ({
  finalUrl: 'https://a.example/feed?lang=en',
  declaredNext: null,
  foundNext: null,
  nextPageField: null,
  records: 10,
  ...changes,
});
const addressAfter = (source: UrlSource, changes?: Partial<PageRead>) => {
  const next = nextHttpPage(source, read(changes));
  return next.kind === 'page' ? next.source.url : next.kind;
};
const DECLARED: Pagination = { kind: 'declared', maxPages: 20 };

describe('a declared next page', () => {
  it.each([
    ['of the header', { declaredNext: '?page=2' }, 'https://a.example/feed?page=2'],
    ['of the content', { foundNext: '/feed/2#top' }, 'https://a.example/feed/2'],
    ['of the header, before the content', { declaredNext: '/h', foundNext: '/c' }, 'https://a.example/h'],
    [
      'relative to the address after redirects',
      { finalUrl: 'https://b.example/x/', foundNext: '2' },
      'https://b.example/x/2',
    ],
    ['on another server', { foundNext: 'https://b.example/2' }, 'https://b.example/2'],
    [
      'with http on the same server, fetched with https',
      { foundNext: 'http://a.example/2' },
      'https://a.example/2',
    ],
    ['without credentials of the page', { foundNext: 'https://x:y@a.example/2' }, 'https://a.example/2'],
    ['that is missing', {}, 'end'],
    ['that is no address', { foundNext: 'http://' }, 'left'],
    ['with another protocol', { foundNext: 'ftp://a.example/2' }, 'left'],
  ])('%s', (_, changes, expected) => {
    expect(addressAfter(sourceWith(DECLARED), changes)).toBe(expected);
    // Whether pages are followed is decided by the reader of the pages.
    expect(addressAfter(sourceWith(undefined), changes)).toBe(expected);
  });

  it.each<[string, Partial<UrlSource>]>([
    ['headers', { headers: { 'x-key': 'k' } }],
    ['a token', { auth: { kind: 'bearer', token: 't' } }],
    ['a body', { request: { method: 'POST', body: {} } }],
  ])('on another server is left if the source has %s', (_, secrets) => {
    const source = sourceWith(DECLARED, secrets);
    expect(addressAfter(source, { foundNext: 'https://b.example/2' })).toBe('left');
    expect(nextHttpPage(source, read({ foundNext: '/2' }))).toMatchObject({ kind: 'page', source: secrets });
  });

  it('has no key in its address', () => {
    const auth = { kind: 'api_key', in: 'query', name: 'key', value: 'SECRET' } as const;
    expect(addressAfter(sourceWith(DECLARED, { auth }), { foundNext: '?key=SECRET&page=2' })).toBe(
      'https://a.example/feed?page=2',
    );
  });
});

describe('a next page at a path', () => {
  const source = sourceWith({ kind: 'path', path: '/next', maxPages: 20 });
  it.each([
    [' https://a.example/2 ', 'https://a.example/2'],
    ['/2', 'https://a.example/2'],
    ['', 'end'],
    ['false', 'end'],
    [null, 'end'],
  ])('%j', (foundNext, expected) => {
    expect(addressAfter(source, { foundNext })).toBe(expected);
  });
});

describe('a linked page after an empty one', () => {
  const source = sourceWith(DECLARED, { url: 'https://a.example/feed/2?page=3&size=10' });
  it.each([
    ['/feed/2?page=4&size=10', 'end'],
    ['/feed/2?size=10&page=4', 'end'],
    ['/feed/3?page=3&size=10', 'end'],
    ['/feed/2?page=2&size=10', '/feed/2?page=2&size=10'],
    ['/feed/2?page=4&size=20', '/feed/2?page=4&size=20'],
    ['/feed/2?page=4', '/feed/2?page=4'],
    ['/feed/2?page=3&size=10&after=4', '/feed/2?page=3&size=10&after=4'],
    ['/feed/2?page=12345678&size=10', '/feed/2?page=12345678&size=10'],
    ['/feed/2?page=3b&size=10', '/feed/2?page=3b&size=10'],
  ])('%s leads to %s', (foundNext, expected) => {
    const found = addressAfter(source, { foundNext, records: 0 });
    expect(found).toBe(expected === 'end' ? 'end' : `https://a.example${expected}`);
    expect(addressAfter(source, { foundNext })).toBe(`https://a.example${foundNext}`);
  });
});

describe('a numbered page', () => {
  it.each<[string, Pagination, string, string]>([
    ['the first one', { kind: 'page', parameter: 'page', first: 1, maxPages: 9 }, '/feed', '/feed?page=2'],
    ['counted from zero', { kind: 'page', parameter: 'p', first: 0, maxPages: 9 }, '/feed', '/feed?p=1'],
    [
      'a later one',
      { kind: 'page', parameter: 'page', first: 1, maxPages: 9 },
      '/feed?page=7&x=1',
      '/feed?page=8&x=1',
    ],
    ['an offset', { kind: 'offset', parameter: 'skip', first: 0, maxPages: 9 }, '/feed', '/feed?skip=10'],
    [
      'a later offset',
      { kind: 'offset', parameter: 'skip', first: 0, maxPages: 9 },
      '/feed?skip=30',
      '/feed?skip=40',
    ],
  ])('%s', (_, pagination, from, to) => {
    const source = sourceWith(pagination, { url: `https://a.example${from}` });
    expect(addressAfter(source)).toBe(`https://a.example${to}`);
    expect(addressAfter(source, { records: 0 })).toBe('end');
  });
});

describe('a cursor', () => {
  it('becomes a parameter of the query', () => {
    const source = sourceWith({ kind: 'cursor', path: '/end', parameter: 'after', maxPages: 9 });
    expect(addressAfter(source, { foundNext: 'a b=' })).toBe('https://a.example/feed?lang=en&after=a+b%3D');
    expect(addressAfter(source)).toBe('end');
  });

  it('becomes a member of the JSON body, and leaves the rest of it unchanged', () => {
    const body = { query: 'query($after: String) { a }', variables: { size: 5 } };
    const source = sourceWith(
      { kind: 'cursor', path: '/end', parameter: '/variables/after', maxPages: 9 },
      { request: { method: 'POST', body } },
    );
    const next = nextHttpPage(source, read({ foundNext: 'c1' }));
    expect(next).toMatchObject({
      source: { url: source.url, request: { body: { ...body, variables: { size: 5, after: 'c1' } } } },
    });
  });

  it('and a number count on from the body of the page', () => {
    const body = { variables: { page: 3 } };
    const source = sourceWith(
      { kind: 'page', parameter: '/variables/page', first: 1, maxPages: 9 },
      { request: { method: 'POST', body } },
    );
    expect(nextHttpPage(source, read())).toMatchObject({
      source: { request: { body: { variables: { page: 4 } } } },
    });
  });
});
