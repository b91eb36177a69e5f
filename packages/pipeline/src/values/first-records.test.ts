import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFirstRecords } from './first-records.js';

describe('createFirstRecords', () => {
  it('answers as a Map would, through all growth', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 2000, maxLength: 4000 }),
        (keys) => {
          const firsts = createFirstRecords();
          const known = new Map<number, number>();
          keys.forEach((key, index) => {
            expect(firsts.add(`key ${key}`, index + 1)).toBe(known.get(key));
            if (!known.has(key)) known.set(key, index + 1);
          });
        },
      ),
      { numRuns: 10 },
    );
  });

  it('takes a million keys in less than 40 MB', () => {
    const firsts = createFirstRecords();
    const before = memoryInUse();
    for (let n = 1; n <= 1_000_000; n++)
      if (firsts.add(`0d1b2c3d-4e5f-6071-8293-${n}`, n) !== undefined) throw new Error(`false match at ${n}`);
    expect(memoryInUse() - before).toBeLessThan(40_000_000);
    expect(firsts.add('0d1b2c3d-4e5f-6071-8293-123456', 2_000_000)).toBe(123_456);
  });
});

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** Bytes of array buffers that are in use, without those that only wait for the next collection. */
function memoryInUse(): number {
  // A collection frees array buffers on another thread. The next one waits until it has finished.
  for (let round = 0; round < 2; round++) collectGarbage();
  return process.memoryUsage().arrayBuffers;
}
