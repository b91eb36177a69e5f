import { describe, expect, it } from 'vitest';
import {
  authOf,
  changeSource,
  describeSource,
  moveSource,
  newSource,
  paginationOf,
  type Source,
  sourceIdentity,
  sourceSchema,
  sourceSettings,
  viewSource,
} from './index.js';

const url = (text: string): Source => ({ kind: 'url', url: text });
const basicAuth = { username: 'reader', password: 'p:w' };
const pagination = { kind: 'declared', maxPages: 20 } as const;
const auth = { kind: 'basic', ...basicAuth } as const;

describe('credentials in an address', () => {
  it.each([
    ['https://reader:p%3Aw@a.example/feed?x=1#y', basicAuth, 'https://a.example/feed?x=1#y'],
    ['https://reader@a.example/', { username: 'reader', password: '' }, 'https://a.example/'],
    ['https://a%zz:b@a.example/', { username: 'a%zz', password: 'b' }, 'https://a.example/'],
  ])('are moved to a secret field: %s', (text, expected, address) => {
    expect(newSource(url(text))).toEqual({
      kind: 'url',
      url: address,
      auth: { kind: 'basic', ...expected },
      pagination,
    });
  });

  it('are dropped if the secret field is set; other addresses stay unchanged', () => {
    const source = { ...url('https://x:y@a.example/'), basicAuth };
    expect(newSource(source)).toEqual({ ...url('https://a.example/'), auth, pagination });
    const bearer = { kind: 'bearer', token: 't' } as const;
    expect(newSource({ ...source, auth: bearer })).toEqual({
      ...url('https://a.example/'),
      auth: bearer,
      pagination,
    });
    const plain = url('https://a.example/A b');
    expect(newSource(plain)).toEqual({ ...plain, pagination });
  });
});

describe('stored secrets', () => {
  const before = { ...url('https://a.example/feed'), headers: { 'x-key': 'k' }, basicAuth };

  it('are kept while the source is on the same server', () => {
    expect(changeSource(before, url('https://a.example/other'))).toEqual({
      ...before,
      url: 'https://a.example/other',
    });
    expect(changeSource(before, { ...url('https://a.example/'), headers: {} })).toEqual({
      ...url('https://a.example/'),
      headers: {},
      basicAuth,
    });
    const request = { method: 'POST', body: { query: '{ a }' } } as const;
    expect(changeSource({ ...before, request }, url('https://a.example/'))).toMatchObject({ request });
  });

  it.each(['http://a.example/feed', 'https://a.example:8443/feed', 'https://b.example/feed'])(
    'are not sent to %s',
    (text) => {
      expect(changeSource(before, url(text))).toEqual({ ...url(text), pagination });
      expect(moveSource(before, text)).toBe(before);
    },
  );

  it('follow a source that moves within its server; a source without secrets may move anywhere', () => {
    expect(moveSource(before, 'https://a.example/moved')).toEqual({
      ...before,
      url: 'https://a.example/moved',
    });
    expect(moveSource(url('https://a.example/'), 'https://b.example/')).toEqual(url('https://b.example/'));
  });
});

describe('authentication', () => {
  const parse = (fields: object) => sourceSchema.parse({ ...url('https://a.example/'), ...fields });

  it('replaces the basic authentication of older sources, or removes it', () => {
    const old = { ...url('https://a.example/'), basicAuth };
    expect(authOf(old)).toEqual(auth);
    const bearer = parse({ auth: { kind: 'bearer', token: 't' } });
    expect(authOf(changeSource(old, bearer))).toEqual({ kind: 'bearer', token: 't' });
    expect(authOf(changeSource(old, parse({ auth: { kind: 'none' } })))).toEqual({ kind: 'none' });
    expect(authOf(changeSource(bearer, parse({ basicAuth })))).toEqual(auth);
  });

  it.each([
    [{ kind: 'none' }, null],
    [auth, { kind: 'basic', username: 'reader' }],
    [{ kind: 'bearer', token: 't0ken' }, { kind: 'bearer' }],
    [
      { kind: 'api_key', name: 'x-key', value: 't0ken' },
      { kind: 'api_key', in: 'header', name: 'x-key' },
    ],
    [
      {
        kind: 'oauth2_client_credentials',
        tokenUrl: 'https://id.example/token',
        clientId: 'us',
        clientSecret: 't0ken',
        scope: 'read',
      },
      {
        kind: 'oauth2_client_credentials',
        tokenUrl: 'https://id.example/token',
        clientId: 'us',
        scope: 'read',
      },
    ],
  ])('is shown without its secret: %j', (given, shown) => {
    const view = viewSource(parse({ auth: given }));
    expect(view.auth).toEqual(shown);
    expect(JSON.stringify(view)).not.toMatch(/p:w|t0ken/);
  });

  it('refuses an API key whose name is no header, except in the query', () => {
    const key = { kind: 'api_key', name: 'api key', value: 'k' };
    expect(sourceSchema.safeParse({ ...url('https://a.example/'), auth: key }).success).toBe(false);
    expect(parse({ auth: { ...key, in: 'query' } }).auth).toEqual({ ...key, in: 'query' });
  });
});

describe('the request and the pages', () => {
  const body = { query: '{ products { id } }' };

  it('are those of one plain address if the source was stored without them', () => {
    const stored = url('https://a.example/feed');
    expect(paginationOf(stored)).toEqual({ kind: 'none' });
    expect(sourceSettings(stored)).toBe('https://a.example/feed');
    expect(viewSource(stored)).toMatchObject({ request: { method: 'GET' }, pagination: { kind: 'none' } });
  });

  it('follow declared pages if a new source does not choose', () => {
    expect(paginationOf(newSource(url('https://a.example/feed')))).toEqual(pagination);
  });

  it('keep the chosen pages when the source changes within its server', () => {
    const path = {
      ...url('https://a.example/feed'),
      pagination: { kind: 'path', path: '/next', maxPages: 3 },
    } as const;
    expect(changeSource(path, url('https://a.example/b'))).toMatchObject({ pagination: path.pagination });
    expect(changeSource(url('https://a.example/'), url('https://a.example/b'))).not.toHaveProperty(
      'pagination',
    );
    expect(changeSource(path, url('https://b.example/'))).toMatchObject({ pagination });
  });

  it('count as settings of the source, while its place is the address alone', () => {
    const source = sourceSchema.parse({
      ...url('https://a.example/feed'),
      request: { method: 'POST', body },
      pagination: { kind: 'cursor', path: '/page/end', parameter: '/variables/after' },
    });
    expect(sourceIdentity(source)).toBe('https://a.example/feed');
    const other = { ...source, request: { method: 'POST', body: {} } } as const;
    expect(sourceSettings(source)).not.toBe(sourceSettings(other));
    expect(JSON.stringify(viewSource(source))).not.toContain('products');
  });
});

describe('the description of a source', () => {
  it.each([
    ['https://www.a.example:8443/feed?x=1', 'a.example:8443'],
    ['nonsense', 'nonsense'],
  ])('names the site without www, and the address: %s', (address, site) => {
    expect(describeSource(url(address))).toEqual({ site, address });
    expect(describeSource(viewSource(url(address)))).toEqual({ site, address });
  });
});
