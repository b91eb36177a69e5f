import { describe, expect, it } from 'vitest';
import { Random, randomValue } from '../../test/random-bson.js';
import { decode, encode } from './bson-document.js';
import { compareValues } from './compare-values.js';
import { KeyWriter, keyOf } from './key-writer.js';
import { readElements } from './raw-document.js';

const SEED = Number(process.env.FUZZ_SEED ?? 7);

const stored = (value: unknown): unknown => decode(encode({ value })).value;

describe('keys of values', () => {
  const random = new Random(SEED);
  const values = random.list(600, () => stored(randomValue(random, { arrays: true })));

  it(`have the order of the values, for all types (seed ${SEED})`, () => {
    for (let i = 0; i < 60_000; i++) {
      const a = random.pick(values);
      const b = random.pick(values);
      const byKey = Math.sign(Buffer.compare(keyOf(a), keyOf(b)));
      expect(byKey, JSON.stringify([a, b])).toBe(Math.sign(compareValues(a, b)) + 0);
    }
  });

  it('are prefix-free, so that one key can hold several in a row', () => {
    for (let i = 0; i < 20_000; i++) {
      const a = keyOf(random.pick(values));
      const b = keyOf(random.pick(values));
      const isPrefix = b.length > a.length && b.subarray(0, a.length).equals(a);
      expect(isPrefix).toBe(false);
    }
  });

  it('are the same from BSON bytes and from the decoded value', () => {
    const writer = new KeyWriter();
    for (const value of values) {
      const raw = encode({ value });
      const [element] = readElements(raw);
      if (element === undefined) throw new Error('no element');
      writer.reset();
      if (writer.rawScalar(element.type, raw, element.at)) expect(writer.take()).toEqual(keyOf(value));
    }
  });

  it('of a descending field have the reverse order', () => {
    const descending = (value: unknown): Buffer => {
      const writer = new KeyWriter();
      writer.component(value, -1);
      return writer.take();
    };
    for (let i = 0; i < 20_000; i++) {
      const a = random.pick(values);
      const b = random.pick(values);
      expect(Math.sign(Buffer.compare(descending(a), descending(b)))).toBe(
        Math.sign(compareValues(b, a)) + 0,
      );
    }
  });
});

describe('the order of values', () => {
  it('is total and consistent', () => {
    const random = new Random(SEED + 1);
    const values = random.list(120, () => stored(randomValue(random, { arrays: true })));
    const sorted = values.toSorted(compareValues);
    for (const [i, a] of sorted.entries()) {
      for (const b of sorted.slice(i)) expect(compareValues(a, b)).toBeLessThanOrEqual(0);
    }
  });
});
