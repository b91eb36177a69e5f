import type { Direction } from '../bson/key-writer.js';
import { TYPE_RANK } from '../bson/value-type.js';
import { endOfPrefix, type KeyRange } from '../storage/key-range.js';
import type { Bound, ValueRange } from './analyze-filter.js';

/** Greater than every byte that can follow a value in a key. */
const HIGHEST = Buffer.of(0xff);
/** NaN sorts below all numbers and belongs to no range: a range of numbers begins above it. */
const ABOVE_NAN = Buffer.from([TYPE_RANK.number, 0, 0, 0, 0, 0, 0, 0, 0, 0xff]);

/** Converts a range of values to the range of their keys. Descending fields hold inverted bytes. */
export function valueRangeKeys(range: ValueRange, direction: Direction): KeyRange {
  if (range.prefix !== undefined) {
    const prefix = direction > 0 ? range.prefix : invertBytes(range.prefix);
    return { start: prefix, end: endOfPrefix(prefix) };
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
        ? invertBytes(Buffer.of(range.rank))
        : invertEdge(range.high, range.high.isOpen),
    end:
      range.low === undefined
        ? endBefore(invertBytes(lowest), range.rank)
        : invertEdge(range.low, !range.low.isOpen),
  };
}

/** In descending order, numbers end before the inverted NaN, other types after their inverted rank. */
const endBefore = (lowest: Buffer, rank: number): Buffer =>
  rank === TYPE_RANK.number ? lowest : endOfPrefix(lowest);

const edge = (bytes: Buffer, isBeyond: boolean): Buffer =>
  isBeyond ? Buffer.concat([bytes, HIGHEST]) : bytes;
const invertEdge = (bound: Bound, isBeyond: boolean): Buffer => edge(invertBytes(bound.bytes), isBeyond);

export function invertBytes(bytes: Buffer): Buffer {
  return Buffer.from(bytes.map((byte) => ~byte));
}
