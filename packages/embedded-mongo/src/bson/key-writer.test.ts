import { describe, expect, it } from 'vitest';
import { Random, randomValue } from '../../test/random-bson.js';
import { decode, encode } from './bson-document.js';
import { compareValues } from './compare-values.js';
import { KeyWriter, keyOf } from './key-writer.js';
import { rawElements } from './raw-document.js';

const SEED = Number(process.env.FUZZ_SEED ?? 7);

const stored = (value: unknown): unknown => decode(encode({ value })).value;

describe('keys of values', () => {
  const random = new Random(SEED);
  const values = random.list(600, () => stored(randomValue(random, { arrays: true })));

  it(`are ordered as the values are, whatever their types (seed ${SEED})`, () => {
    for (let i = 0; i < 60_000; i++) {
      const a = random.pick(values);
      const b = random.pick(values);
      const byKey = Math.sign(Buffer.compare(keyOf(a), keyOf(b)));
      expect(byKey, JSON.stringify([a, b])).toBe(Math.sign(compareValues(a, b)) + 0);
    }
  });

  it('are prefix-free, so that several can follow each other', () => {
    for (let i = 0; i < 20_000; i++) {
      const a = keyOf(random.pick(values));
      const b = keyOf(random.pick(values));
      const isPrefix = b.length > a.length && b.subarray(0, a.length).equals(a);
      expect(isPrefix).toBe(false);
    }
  });

  it('are the same whether they are made from the bytes or from the decoded value', () => {
    const writer = new KeyWriter();
    for (const value of values) {
      const raw = encode({ value });
      const [element] = rawElements(raw);
      if (element === undefined) throw new Error('no element');
      writer.reset();
      if (writer.rawScalar(element.type, raw, element.at)) expect(writer.take()).toEqual(keyOf(value));
    }
  });

  it('of a descending field are ordered the other way round', () => {
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
  it('is total: it never contradicts itself', () => {
    const random = new Random(SEED + 1);
    const values = random.list(120, () => stored(randomValue(random, { arrays: true })));
    const sorted = values.toSorted(compareValues);
    for (const [i, a] of sorted.entries()) {
      for (const b of sorted.slice(i)) expect(compareValues(a, b)).toBeLessThanOrEqual(0);
    }
  });
});
