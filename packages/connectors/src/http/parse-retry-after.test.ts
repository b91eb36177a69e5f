import { describe, expect, it } from 'vitest';
import { parseRetryAfter } from './parse-retry-after.js';

const NOW = Date.parse('1994-11-06T08:49:00Z');

describe('parseRetryAfter', () => {
  it.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 37_000],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 37_000],
    ['Sun Nov  6 08:49:37 1994', 37_000],
    ['Sun, 06 Nov 1994 08:00:00 GMT', 0],
  ])('reads %j as %d ms', (text, ms) => {
    expect(parseRetryAfter(text, NOW)).toBe(ms);
  });

  it.each([undefined, '', 'soon', '-5', '1.5', '12 minutes', 'Sunday', '1994-11-06T08:49:37Z'])(
    'returns null for %j',
    (text) => {
      expect(parseRetryAfter(text, NOW)).toBeNull();
    },
  );
});
