import { describe, expect, it } from 'vitest';
import { describeSource, extractCredentials, keepSecrets, moveSource, type Source } from './index.js';

const url = (text: string): Source => ({ kind: 'url', url: text });
const basicAuth = { username: 'reader', password: 'p:w' };

describe('credentials in an address', () => {
  it.each([
    ['https://reader:p%3Aw@a.example/feed?x=1#y', basicAuth, 'https://a.example/feed?x=1#y'],
    ['https://reader@a.example/', { username: 'reader', password: '' }, 'https://a.example/'],
    ['https://a%zz:b@a.example/', { username: 'a%zz', password: 'b' }, 'https://a.example/'],
  ])('are moved to a secret field: %s', (text, expected, address) => {
    expect(extractCredentials(url(text))).toEqual({ kind: 'url', url: address, basicAuth: expected });
  });

  it('are dropped if the secret field is set; other addresses stay unchanged', () => {
    const source = { ...url('https://x:y@a.example/'), basicAuth };
    expect(extractCredentials(source)).toEqual({ ...url('https://a.example/'), basicAuth });
    const plain = url('https://a.example/A b');
    expect(extractCredentials(plain)).toBe(plain);
  });
});

describe('stored secrets', () => {
  const before = { ...url('https://a.example/feed'), headers: { 'x-key': 'k' }, basicAuth };

  it('are kept while the source is on the same server', () => {
    expect(keepSecrets(before, url('https://a.example/other'))).toEqual({
      ...before,
      url: 'https://a.example/other',
    });
    expect(keepSecrets(before, { ...url('https://a.example/'), headers: {} })).toEqual({
      ...url('https://a.example/'),
      headers: {},
      basicAuth,
    });
  });

  it.each(['http://a.example/feed', 'https://a.example:8443/feed', 'https://b.example/feed'])(
    'are not sent to %s',
    (text) => {
      expect(keepSecrets(before, url(text))).toEqual(url(text));
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

describe('the description of a source', () => {
  it.each([
    ['https://www.a.example:8443/feed?x=1', 'a.example:8443'],
    ['nonsense', 'nonsense'],
  ])('names the site without www, and the address: %s', (address, site) => {
    expect(describeSource(url(address))).toEqual({ site, address });
    const view = { kind: 'url', url: address, headerNames: [], username: null } as const;
    expect(describeSource(view)).toEqual({ site, address });
  });
});
