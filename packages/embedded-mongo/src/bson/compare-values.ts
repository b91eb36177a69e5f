import type { Binary, Code, Long, ObjectId, Timestamp } from 'bson';
import { BSONRegExp } from 'bson';
import type { BsonDocument } from './bson-document.js';
import { bsonClass, fieldsOf, TYPE_RANK, typeRank } from './value-type.js';

/** Orders two strings. The default is UTF-8 byte order; a collation replaces it. */
export type StringOrder = (a: string, b: string) => number;

/**
 * Compares two values in the total order of BSON. Exact for all integers and doubles; decimals are
 * compared at the precision of a double.
 */
export function compareValues(a: unknown, b: unknown, strings: StringOrder = compareUtf8): number {
  const rank = typeRank(a);
  const otherRank = typeRank(b);
  if (rank !== otherRank) return rank - otherRank;
  switch (rank) {
    case TYPE_RANK.number:
      return compareNumbers(a, b);
    case TYPE_RANK.string:
      return strings(String(a), String(b));
    case TYPE_RANK.objectId:
      return Buffer.compare((a as ObjectId).id, (b as ObjectId).id);
    case TYPE_RANK.date:
      return ascending(Number(a), Number(b));
    case TYPE_RANK.boolean:
      return Number(a) - Number(b);
    case TYPE_RANK.array:
      return compareArrays(a as unknown[], b as unknown[], strings);
    case TYPE_RANK.object:
      return compareDocuments(fieldsOf(a as BsonDocument), fieldsOf(b as BsonDocument), strings);
    case TYPE_RANK.binary:
      return compareBinaries(binaryParts(a), binaryParts(b));
    case TYPE_RANK.timestamp:
      return (a as Timestamp).compare(b as Timestamp);
    case TYPE_RANK.regex:
      return comparePairs(regexParts(a), regexParts(b));
    case TYPE_RANK.code:
      return compareUtf8((a as Code).code, (b as Code).code);
    default:
      return 0;
  }
}

export const equalValues = (a: unknown, b: unknown, strings?: StringOrder): boolean =>
  a === b || compareValues(a, b, strings) === 0;

const ascending = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

function compareNumbers(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return compareDoubles(a, b);
  const x = numberParts(a);
  const y = numberParts(b);
  return compareDoubles(x.nearest, y.nearest) || x.remainder - y.remainder;
}

/** NaN equals itself and sorts below every other number. */
function compareDoubles(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
  return ascending(a, b);
}

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

export interface NumberParts {
  nearest: number;
  /** The difference between an integer beyond 2^53 and its nearest double; at most 512. */
  remainder: number;
}

export function numberParts(value: unknown): NumberParts {
  if (typeof value === 'number') return { nearest: value, remainder: 0 };
  const name = bsonClass(value);
  if (name !== 'Long' && typeof value !== 'bigint') return { nearest: Number(String(value)), remainder: 0 };
  const integer = typeof value === 'bigint' ? value : (value as Long).toBigInt();
  const nearest = Number(integer);
  const isSafe = integer <= MAX_SAFE && integer >= -MAX_SAFE;
  return { nearest, remainder: isSafe ? 0 : Number(integer - BigInt(nearest)) };
}

/** UTF-8 byte order is code point order; UTF-16 order differs from it only at surrogates. */
function compareUtf8(a: string, b: string): number {
  if (a === b) return 0;
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    return isSurrogate(x) === isSurrogate(y) ? x - y : isSurrogate(x) ? 1 : -1;
  }
  return a.length - b.length;
}

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;

function compareArrays(a: unknown[], b: unknown[], strings: StringOrder): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const order = compareValues(a[i], b[i], strings);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Compares field by field: first the types, then the names, then the values. The order of fields matters. */
function compareDocuments(a: BsonDocument, b: BsonDocument, strings: StringOrder): number {
  const names = Object.keys(a);
  const otherNames = Object.keys(b);
  const shared = Math.min(names.length, otherNames.length);
  for (let i = 0; i < shared; i++) {
    const name = names[i] as string;
    const otherName = otherNames[i] as string;
    const order =
      typeRank(a[name]) - typeRank(b[otherName]) ||
      compareUtf8(name, otherName) ||
      compareValues(a[name], b[otherName], strings);
    if (order !== 0) return order;
  }
  return names.length - otherNames.length;
}

export interface BinaryParts {
  bytes: Uint8Array;
  subtype: number;
}

export function binaryParts(value: unknown): BinaryParts {
  if (value instanceof Uint8Array) return { bytes: value, subtype: 0 };
  const binary = value as Binary;
  return { bytes: binary.value(), subtype: binary.sub_type };
}

function compareBinaries(a: BinaryParts, b: BinaryParts): number {
  return a.bytes.length - b.bytes.length || a.subtype - b.subtype || Buffer.compare(a.bytes, b.bytes);
}

export function regexParts(value: unknown): [pattern: string, options: string] {
  if (value instanceof BSONRegExp) return [value.pattern, value.options];
  const expression = value as RegExp;
  return [expression.source, expression.flags];
}

function comparePairs(a: [string, string], b: [string, string]): number {
  return compareUtf8(a[0], b[0]) || compareUtf8(a[1], b[1]);
}
