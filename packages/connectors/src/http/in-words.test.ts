import { describe, expect, it } from 'vitest';
import { sizeInWords, spanInWords } from './in-words.js';

describe('sizes and time spans in words', () => {
  it.each([
    [0, '0 bytes'],
    [900, '900 bytes'],
    [1024, '1 KB'],
    [1536, '1.5 KB'],
    [52_428_800, '50 MB'],
    [2_147_483_648, '2 GB'],
    [5_497_558_138_880, '5 TB'],
  ])('%d bytes are %s', (bytes, words) => {
    expect(sizeInWords(bytes)).toBe(words);
  });

  it.each([
    [1000, '1 second'],
    [1500, '1.5 seconds'],
    [30_000, '30 seconds'],
    [60_000, '1 minute'],
    [1_800_000, '30 minutes'],
    [7_200_000, '2 hours'],
  ])('%d ms are %s', (ms, words) => {
    expect(spanInWords(ms)).toBe(words);
  });
});
