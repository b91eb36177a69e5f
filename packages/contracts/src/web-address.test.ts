import { describe, expect, it } from 'vitest';
import { completeAddress, parseUrl } from './web-address.js';

describe('an address that was typed or copied', () => {
  it.each([
    ['example.com/feed', 'https://example.com/feed'],
    [' http://example.com ', 'http://example.com'],
    ['feed://example.com/x', 'https://example.com/x'],
    ['feed:https://example.com/x', 'https://example.com/x'],
    ['FEED:http://example.com/x', 'http://example.com/x'],
    ['pcast://example.com/x', 'https://example.com/x'],
    ['//example.com/x', 'https://example.com/x'],
    ['example.com?x=1', 'https://example.com?x=1'],
    ['localhost:8080/x', 'https://localhost:8080/x'],
    ['[::1]/x', 'https://[::1]/x'],
  ])('is completed: "%s" to "%s"', (text, complete) => {
    expect(completeAddress(text)).toBe(complete);
  });

  it.each(['', 'ftp://example.com', 'mailto:a@b.example', 'feed', '/feed', 'javascript:alert(1)', 'a b.c'])(
    'stays as it is: "%s"',
    (text) => {
      expect(completeAddress(text)).toBe(text);
    },
  );
});

describe('parsing an address', () => {
  it.each([
    ['https://shop.example/a', undefined, 'https://shop.example/a'],
    ['https://müller.example/straße a', undefined, 'https://xn--mller-kva.example/stra%C3%9Fe%20a'],
    ['/größe', 'https://shop.example/é/', 'https://shop.example/gr%C3%B6%C3%9Fe'],
    ['not an address', undefined, undefined],
    ['//[', 'https://shop.example/', undefined],
    ['ü', undefined, undefined],
  ])('%s on %s', (text, base, expected) => {
    expect(parseUrl(text, base)?.href).toBe(expected);
  });

  it('is the same after a hundred thousand calls', () => {
    let failed = 0;
    for (let n = 0; n < 100_000; n += 1)
      if (parseUrl('https://shop.example/ü', 'https://shop.example') === null) failed += 1;
    expect(failed).toBe(0);
  });
});
