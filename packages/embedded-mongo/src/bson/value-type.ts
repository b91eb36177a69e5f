import { BSONRegExp, type DBRef } from 'bson';
import type { BsonDocument } from './bson-document.js';

/**
 * The order of the BSON types, as MongoDB sorts values of mixed types. An index key of a value begins
 * with the same byte.
 */
export const TYPE_RANK = {
  minKey: 0x01,
  null: 0x05,
  number: 0x0a,
  string: 0x0f,
  object: 0x14,
  array: 0x19,
  binary: 0x1e,
  objectId: 0x23,
  boolean: 0x28,
  date: 0x2d,
  timestamp: 0x2f,
  regex: 0x32,
  code: 0x3c,
  maxKey: 0x7f,
} as const;

const RANK_OF_CLASS: Record<string, number> = {
  ObjectId: TYPE_RANK.objectId,
  Long: TYPE_RANK.number,
  Int32: TYPE_RANK.number,
  Double: TYPE_RANK.number,
  Decimal128: TYPE_RANK.number,
  Binary: TYPE_RANK.binary,
  Timestamp: TYPE_RANK.timestamp,
  MinKey: TYPE_RANK.minKey,
  MaxKey: TYPE_RANK.maxKey,
  BSONRegExp: TYPE_RANK.regex,
  BSONSymbol: TYPE_RANK.string,
  Code: TYPE_RANK.code,
  DBRef: TYPE_RANK.object,
};

/** Returns the class of the `bson` package that wraps a value; undefined for plain JavaScript values. */
export function bsonClass(value: unknown): string | undefined {
  if (value === null || typeof value !== 'object' || !('_bsontype' in value)) return undefined;
  return String(value._bsontype);
}

export function typeRank(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return TYPE_RANK.string;
    case 'number':
    case 'bigint':
      return TYPE_RANK.number;
    case 'boolean':
      return TYPE_RANK.boolean;
    case 'object':
      return value === null ? TYPE_RANK.null : rankOfObject(value);
    default:
      return TYPE_RANK.null;
  }
}

function rankOfObject(value: object): number {
  if (Array.isArray(value)) return TYPE_RANK.array;
  if (value instanceof Date) return TYPE_RANK.date;
  if (value instanceof RegExp) return TYPE_RANK.regex;
  const name = bsonClass(value);
  if (name !== undefined) return RANK_OF_CLASS[name] ?? TYPE_RANK.object;
  return value instanceof Uint8Array ? TYPE_RANK.binary : TYPE_RANK.object;
}

/** Whether a value is an embedded document: neither an array nor one of BSON's scalar classes. */
export function isDocument(value: unknown): value is BsonDocument {
  return typeof value === 'object' && value !== null && rankOfObject(value) === TYPE_RANK.object;
}

/** Whether a value is a document whose first field is an operator, such as `{ $gt: 5 }`. */
export function isOperatorDocument(value: unknown): value is BsonDocument {
  return (
    isDocument(value) && Object.keys(value)[0]?.startsWith('$') === true && bsonClass(value) === undefined
  );
}

/** Returns the fields of an embedded document; the `bson` package decodes `{ $ref, $id }` to the class DBRef. */
export function fieldsOf(value: BsonDocument): BsonDocument {
  return bsonClass(value) === 'DBRef' ? (value as unknown as DBRef).toJSON() : value;
}

/** Converts a regular expression of any class; undefined for every other value. */
export function toRegExp(value: unknown): RegExp | undefined {
  if (value instanceof RegExp) return new RegExp(value.source, value.flags.replace('g', ''));
  if (value instanceof BSONRegExp) return new RegExp(value.pattern, supportedFlags(value.options));
  return undefined;
}

export const supportedFlags = (options: string): string => options.replace(/[^imsu]/g, '');

/** Converts a number of any class; undefined for every other value. */
export function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const name = bsonClass(value);
  if (name === 'Int32' || name === 'Double' || name === 'Long' || name === 'Decimal128')
    return Number(String(value));
  return typeof value === 'bigint' ? Number(value) : undefined;
}

/** Whether the server takes a value for true: everything but false, null, a missing value and zero. */
export function isTruthy(value: unknown): boolean {
  const number = toNumber(value);
  return number === undefined ? value !== false && typeRank(value) !== TYPE_RANK.null : number !== 0;
}
