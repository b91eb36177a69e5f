import { describe, expect, it } from 'vitest';
import { findNextLink } from './link-header.js';

describe('the next page in a Link header', () => {
  it.each([
    ['<https://a.example/?page=2>; rel="next"', 'https://a.example/?page=2'],
    ['<?page=2>;rel=next', '?page=2'],
    [
      '<https://a.example/?page=1>; rel="prev", <https://a.example/?page=3>; rel="next"',
      'https://a.example/?page=3',
    ],
    ['<https://a.example/?ids=1,2;3>; title="a, b; rel=x"; REL="last next"', 'https://a.example/?ids=1,2;3'],
    ['< /2 > ; rel = "next"', '/2'],
    ['<https://a.example/wp-json/>; rel="https://api.w.org/"', null],
    ['<>; rel="next"', null],
    ['next', null],
    [undefined, null],
  ])('%s', (header, expected) => {
    expect(findNextLink(header)).toBe(expected);
  });

  it('is found in a long hostile header without delay', () => {
    expect(findNextLink(`<${'a'.repeat(50_000)}`.repeat(4))).toBeNull();
    expect(findNextLink(`<a>${'; a="'.repeat(50_000)}`)).toBeNull();
  });
});
