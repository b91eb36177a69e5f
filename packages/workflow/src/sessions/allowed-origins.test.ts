import { describe, expect, it } from 'vitest';
import { frameAncestors, isOriginAllowed } from './allowed-origins.js';

const LISTED = ['https://app.example', 'https://shop.example:8443'];
const published = { allowedOrigins: LISTED, isDevelopment: false };
const inDevelopment = { allowedOrigins: LISTED, isDevelopment: true };

const LOCAL = [
  'http://localhost',
  'http://localhost:3000',
  'https://localhost:8443',
  'http://127.0.0.1:5173',
];

describe('the widget may be shown', () => {
  it.each(LISTED)('at an origin of the list: %s', (origin) => {
    expect(isOriginAllowed(published, origin)).toBe(true);
    expect(isOriginAllowed(inDevelopment, origin)).toBe(true);
  });

  it.each(LOCAL)('on this machine in development mode only: %s', (origin) => {
    expect(isOriginAllowed(inDevelopment, origin)).toBe(true);
    expect(isOriginAllowed(published, origin)).toBe(false);
  });
});

describe('the widget may not be shown', () => {
  it.each([
    ['the same host with another scheme', 'http://app.example'],
    ['the same host with another port', 'https://app.example:8443'],
    ['a subdomain', 'https://www.app.example'],
    ['a host that begins like a listed one', 'https://app.example.evil.example'],
    ['a host that ends like a listed one', 'https://evil-app.example'],
    ['upper case, which browsers never send', 'https://APP.example'],
    ['a listed origin with a path', 'https://app.example/'],
    ['a host that begins like this machine', 'http://localhost.evil.example'],
    ['a host that ends like this machine', 'http://evil-localhost'],
    ['an address with this machine as its user name', 'http://localhost:1@evil.example'],
    ['a host that begins with the loopback address', 'http://127.0.0.1.evil.example'],
    ['a port that is too long', 'http://localhost:123456'],
    ['another scheme on this machine', 'ftp://localhost'],
    ['a page without an origin', 'null'],
    ['nothing', ''],
  ])('at %s', (_, origin) => {
    expect(isOriginAllowed(inDevelopment, origin)).toBe(false);
  });
});

describe('the origins that may frame the widget', () => {
  it('are those of the list', () => {
    expect(frameAncestors(published)).toEqual(LISTED);
    expect(frameAncestors({ ...published, allowedOrigins: [] })).toEqual([]);
  });

  it('are those of the list and any port of this machine in development mode', () => {
    expect(frameAncestors(inDevelopment)).toEqual([
      ...LISTED,
      'http://localhost:*',
      'https://localhost:*',
      'http://127.0.0.1:*',
      'https://127.0.0.1:*',
    ]);
  });
});
