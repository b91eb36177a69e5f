import { sourceSchema, sourceViewSchema, viewSource } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { siteOfAddress } from './addresses.js';
import { EMPTY_AUTH } from './auth-form.js';
import { DECLARED_PAGES } from './pagination-form.js';
import {
  newSourceForm,
  settingsOf,
  takeCredentials,
  toSource,
  toSourceForm,
  withoutSourceSecrets,
  wrongSourceFields,
} from './to-source.js';

const form = { ...newSourceForm(null), address: 'a.example/feed' };
const pagination = { kind: 'declared', maxPages: 20 } as const;
const url = 'https://a.example/feed';
const stored = (fields: object) =>
  sourceViewSchema.parse(viewSource(sourceSchema.parse({ kind: 'url', url, ...fields })));

describe('the source of the form', () => {
  it('has no credentials unless a kind is chosen', () => {
    expect(toSource({ ...form, auth: { ...EMPTY_AUTH, token: 'left over' } })).toEqual({
      kind: 'url',
      url,
      pagination,
    });
  });

  it.each([
    [
      { kind: 'basic', username: 'ada', password: 'x ' },
      { kind: 'basic', username: 'ada', password: 'x ' },
    ],
    [
      { kind: 'bearer', token: ' t0ken ' },
      { kind: 'bearer', token: 't0ken' },
    ],
    [
      { kind: 'api_key', keyPlace: 'query', keyName: ' key ', keyValue: 'k' },
      { kind: 'api_key', in: 'query', name: 'key', value: 'k' },
    ],
    [
      {
        kind: 'oauth2_client_credentials',
        tokenUrl: 'id.example/token',
        clientId: 'us',
        clientSecret: 's',
        scope: 'read',
      },
      {
        kind: 'oauth2_client_credentials',
        tokenUrl: 'https://id.example/token',
        clientId: 'us',
        clientSecret: 's',
        scope: 'read',
      },
    ],
  ] as const)('authenticates as chosen: %j', (auth, expected) => {
    const source = toSource({ ...form, auth: { ...EMPTY_AUTH, ...auth } });
    expect(source.auth).toEqual(expected);
    expect(sourceSchema.parse(source).auth).toEqual(expected);
  });

  it.each([
    [{ kind: 'none' }, { kind: 'none' }],
    [
      { kind: 'declared', maxPages: '5000' },
      { kind: 'declared', maxPages: 1000 },
    ],
    [
      { kind: 'path', path: 'paging > next', maxPages: '' },
      { kind: 'path', path: '/paging/next', maxPages: 20 },
    ],
    [
      { kind: 'page', parameter: ' p ' },
      { kind: 'page', parameter: 'p', first: 1, maxPages: 20 },
    ],
    [
      { kind: 'offset', parameter: 'skip', first: '10' },
      { kind: 'offset', parameter: 'skip', first: 10, maxPages: 20 },
    ],
    [
      { kind: 'cursor', path: '/next', parameter: 'after' },
      { kind: 'cursor', path: '/next', parameter: 'after', maxPages: 20 },
    ],
  ] as const)('reads the pages as chosen: %j', (pages, expected) => {
    const source = toSource({ ...form, pagination: { ...DECLARED_PAGES, ...pages } });
    expect(sourceSchema.parse(source).pagination).toEqual(expected);
  });

  it('names the site without www', () => {
    expect([siteOfAddress('https://www.a.example/x'), siteOfAddress('nonsense')]).toEqual([
      'a.example',
      'nonsense',
    ]);
  });
});

describe('the form of a stored source', () => {
  const bearer = stored({ auth: { kind: 'bearer', token: 't' }, headers: { 'x-key': 'k' } });
  const oauth = stored({
    auth: {
      kind: 'oauth2_client_credentials',
      tokenUrl: 'https://id.example/token',
      clientId: 'us',
      clientSecret: 's',
      audience: 'all',
    },
    pagination: { kind: 'cursor', path: '/next', parameter: 'after', maxPages: 3 },
  });

  it('keeps its secrets and pages if nothing is changed', () => {
    for (const source of [bearer, oauth]) {
      const { headers, auth, ...rest } = toSource(toSourceForm(source), source);
      expect([headers, auth]).toEqual([undefined, undefined]);
      expect(rest.pagination).toEqual(source.pagination);
      expect(wrongSourceFields(toSourceForm(source), source)).toEqual({ auth: [], pagination: [] });
    }
  });

  it('needs the secret again if something visible about it changes, or another server gets it', () => {
    const changed = toSourceForm(oauth);
    const otherClient = { ...changed, auth: { ...changed.auth, clientId: 'them' } };
    expect(wrongSourceFields(otherClient, oauth).auth).toEqual(['clientSecret']);
    const elsewhere = { ...changed, address: 'https://b.example/feed' };
    expect(wrongSourceFields(elsewhere, oauth).auth).toEqual(['clientSecret']);
  });

  it('removes credentials and headers on request', () => {
    const source = toSource({ ...toSourceForm(bearer), auth: EMPTY_AUTH, keepsHeaders: false }, bearer);
    expect(source).toMatchObject({ auth: { kind: 'none' }, headers: {} });
  });
});

describe('the fields of the form', () => {
  it('must be filled in for the chosen kind', () => {
    const auth = { ...EMPTY_AUTH, kind: 'oauth2_client_credentials', tokenUrl: 'no address' } as const;
    const pages = { ...DECLARED_PAGES, kind: 'cursor', path: ' ' } as const;
    expect(wrongSourceFields({ ...form, auth, pagination: pages }, null)).toEqual({
      auth: ['tokenUrl', 'clientId', 'clientSecret'],
      pagination: ['path', 'parameter'],
    });
  });

  it('are no credentials while user name and password are both empty', () => {
    const basic = { ...form, auth: { ...EMPTY_AUTH, kind: 'basic' } as const };
    expect(wrongSourceFields(basic, null).auth).toEqual([]);
    expect(toSource(basic).auth).toBeUndefined();
    expect(toSource({ ...basic, auth: { ...basic.auth, username: 'key' } }).auth).toEqual({
      kind: 'basic',
      username: 'key',
      password: '',
    });
  });

  it('count as other settings when anything but a secret changes', () => {
    const typed = { ...form, auth: { ...EMPTY_AUTH, kind: 'bearer', token: 'a' } as const };
    expect(settingsOf(typed)).toBe(settingsOf({ ...typed, auth: { ...typed.auth, token: 'b' } }));
    expect(settingsOf(typed)).not.toBe(settingsOf(form));
    expect(settingsOf({ ...form, pagination: { ...DECLARED_PAGES, kind: 'none' } })).not.toBe(
      settingsOf(form),
    );
  });
});

describe('credentials in a typed address', () => {
  it.each([
    ['https://ada:p%40ss@a.example/feed', 'https://a.example/feed', { username: 'ada', password: 'p@ss' }],
    ['https://key@a.example/', 'https://a.example/', { username: 'key', password: '' }],
    ['https://ada:50%@a.example/', 'https://a.example/', { username: 'ada', password: '50%' }],
  ])('move into the sign-in fields: %s', (typed, address, credentials) => {
    expect(takeCredentials(form, typed)).toMatchObject({ address, auth: { kind: 'basic', ...credentials } });
  });

  it.each([
    'https://a.example/feed',
    'a.example/@ada',
    'ann@example.org',
    'https://a.example/?to=a:b@c',
    'text',
  ])('are not found in %s', (typed) => {
    expect(takeCredentials(form, typed)).toEqual({ address: typed });
  });

  it('are not kept in the browser', () => {
    const kept = withoutSourceSecrets({ ...form, address: 'https://ada:secret@a.example/feed' });
    expect(JSON.stringify(kept)).not.toContain('secret');
    expect(kept.address).toBe('https://a.example/feed');
  });
});
