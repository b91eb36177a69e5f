import { Binary, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';

/** Pseudo-random numbers, reproducible from a seed (mulberry32). */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** Returns a number from 0 up to, but not including, 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }

  list<T>(length: number, make: () => T): T[] {
    return Array.from({ length }, make);
  }
}

const STRINGS = ['', 'a', 'ab', 'a\0b', 'a\0', 'b', 'é', '😀', '\uffff', 'zz', 'A'];
const IDS = ['000000000000000000000000', '0123456789abcdef01234567', 'ffffffffffffffffffffffff'].map(
  (hex) => new ObjectId(hex),
);

/** Returns a value that is neither a document nor an array, from a small set, so that some are equal. */
export function randomScalar(random: Random): unknown {
  const kinds: (() => unknown)[] = [
    () => random.below(6),
    () => -random.below(4),
    () => random.next() * 3 - 1.5,
    () => random.pick([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0]),
    () => 2 ** 31 + random.below(3),
    () => Long.fromString('9007199254740993').add(random.below(3)),
    () => Long.fromString('-9223372036854775808'),
    () => random.pick(STRINGS),
    () => random.pick(STRINGS),
    () => null,
    () => random.chance(0.5),
    () => new Date(random.below(5) - 2),
    () => new Date(-62_135_596_800_000),
    () => random.pick(IDS),
    () => new Binary(Buffer.from([random.pick([0, 1, 255]), random.pick([0, 255])]), random.pick([0, 4])),
    () => new Timestamp({ t: random.below(3), i: 1 }),
    () => random.pick([new MinKey(), new MaxKey()]),
  ];
  return random.pick(kinds)();
}

export interface ValueOptions {
  arrays: boolean;
}

/** Returns a value of any kind, at most two levels deep. */
export function randomValue(random: Random, options: ValueOptions, depth = 0): unknown {
  const kind = random.next();
  if (kind < 0.08 && depth < 2 && options.arrays) {
    return random.list(random.below(3), () => randomValue(random, options, depth + 1));
  }
  if (kind < 0.16 && depth < 2) {
    const second = random.chance(0.5) ? { z: randomValue(random, options, depth + 1) } : {};
    return { [random.pick(['x', 'y'])]: randomValue(random, options, depth + 1), ...second };
  }
  return randomScalar(random);
}
