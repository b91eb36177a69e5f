import type { Source } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { keepCredentials, liftCredentials } from './keep-credentials.js';

const url = (text: string): Source => ({ kind: 'url', url: text });
const basicAuth = { username: 'reader', password: 'p:w' };

describe('credentials in an address', () => {
  it.each([
    ['https://reader:p%3Aw@a.example/feed?x=1#y', basicAuth, 'https://a.example/feed?x=1#y'],
    ['https://reader@a.example/', { username: 'reader', password: '' }, 'https://a.example/'],
    ['https://a%zz:b@a.example/', { username: 'a%zz', password: 'b' }, 'https://a.example/'],
  ])('are kept aside: %s', (text, expected, address) => {
    expect(liftCredentials(url(text))).toEqual({ kind: 'url', url: address, basicAuth: expected });
  });

  it('give way to those that are given as such, and leave other addresses as they are', () => {
    const source = { ...url('https://x:y@a.example/'), basicAuth };
    expect(liftCredentials(source)).toEqual({ ...url('https://a.example/'), basicAuth });
    const plain = url('https://a.example/A b');
    expect(liftCredentials(plain)).toBe(plain);
  });
});

describe('stored credentials', () => {
  const before = { ...url('https://a.example/feed'), headers: { 'x-key': 'k' }, basicAuth };

  it('stay while the source is on the same site', () => {
    expect(keepCredentials(before, url('https://a.example/other'))).toEqual({
      ...before,
      url: 'https://a.example/other',
    });
    expect(keepCredentials(before, { ...url('https://a.example/'), headers: {} })).toEqual({
      ...url('https://a.example/'),
      headers: {},
      basicAuth,
    });
  });

  it.each(['http://a.example/feed', 'https://a.example:8443/feed', 'https://b.example/feed'])(
    'do not go to %s',
    (text) => {
      expect(keepCredentials(before, url(text))).toEqual(url(text));
    },
  );
});
