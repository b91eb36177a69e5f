import { describe, expect, it } from 'vitest';
import { seededRandom } from './seeded-random.js';

describe('seededRandom', () => {
  it('is the same for the same seed and spread over the whole range', () => {
    const [one, two, other] = [1, 1, 2].map((seed) => {
      const { next } = seededRandom(seed);
      return Array.from({ length: 1000 }, next);
    });
    expect(one).toEqual(two);
    expect(one).not.toEqual(other);
    const tenths = new Set(one?.map((value) => Math.floor(value * 10)));
    expect([...tenths].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
