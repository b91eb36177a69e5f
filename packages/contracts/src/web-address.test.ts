import { describe, expect, it } from 'vitest';
import { completeAddress } from './web-address.js';

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
