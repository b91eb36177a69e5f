import type { Direction } from '../bson/key-writer.js';
import { TYPE_RANK } from '../bson/value-type.js';
import type { KeyRange } from '../storage/environment.js';
import { after } from '../storage/key-range.js';
import type { Bound, ValueRange } from './analyze-filter.js';

/** Above everything that can follow a value in a key. */
const HIGHEST = Buffer.of(0xff);
/** NaN sorts below all numbers but lies in no range: numbers begin above it. */
const ABOVE_NAN = Buffer.from([TYPE_RANK.number, 0, 0, 0, 0, 0, 0, 0, 0, 0xff]);

/** The keys of one index field's values in a range. Descending fields hold inverted bytes. */
export function valueRangeKeys(range: ValueRange, direction: Direction): KeyRange {
  if (range.prefix !== undefined) {
    const prefix = direction > 0 ? range.prefix : inverted(range.prefix);
    return { start: prefix, end: after(prefix) };
  }
  const lowest = range.rank === TYPE_RANK.number ? ABOVE_NAN : Buffer.of(range.rank);
  if (direction > 0) {
    return {
      start: range.low === undefined ? lowest : edge(range.low.bytes, range.low.isOpen),
      end: range.high === undefined ? Buffer.of(range.rank + 1) : edge(range.high.bytes, !range.high.isOpen),
    };
  }
  return {
    start:
      range.high === undefined
        ? inverted(Buffer.of(range.rank))
        : invertedEdge(range.high, range.high.isOpen),
    end:
      range.low === undefined
        ? endBefore(inverted(lowest), range.rank)
        : invertedEdge(range.low, !range.low.isOpen),
  };
}

/** In descending order numbers end before the inverted NaN, other types after their inverted rank. */
const endBefore = (lowest: Buffer, rank: number): Buffer =>
  rank === TYPE_RANK.number ? lowest : after(lowest);

const edge = (bytes: Buffer, isBeyond: boolean): Buffer =>
  isBeyond ? Buffer.concat([bytes, HIGHEST]) : bytes;
const invertedEdge = (bound: Bound, isBeyond: boolean): Buffer => edge(inverted(bound.bytes), isBeyond);

export function inverted(bytes: Buffer): Buffer {
  return Buffer.from(bytes.map((byte) => ~byte));
}
