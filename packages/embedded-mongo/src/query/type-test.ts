import { bsonClass, TYPE_RANK, toNumber, typeRank } from '../bson/value-type.js';
import { badValue } from '../server-error.js';
import type { ValueTest } from './value-test.js';

const byRank =
  (rank: number): ValueTest =>
  (value) =>
    value !== undefined && typeRank(value) === rank;
const byClass =
  (name: string): ValueTest =>
  (value) =>
    bsonClass(value) === name;

const isWhole = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value);
const isInt32 = (value: unknown): boolean => isWhole(value) && (value | 0) === value;

/**
 * The tests by type name. In documents that were not decoded exactly, whole numbers count as the smallest type
 * that holds them.
 */
const TYPE_TESTS: Record<string, ValueTest> = {
  double: (value) => bsonClass(value) === 'Double' || (typeof value === 'number' && !Number.isInteger(value)),
  string: byRank(TYPE_RANK.string),
  object: byRank(TYPE_RANK.object),
  array: byRank(TYPE_RANK.array),
  binData: byRank(TYPE_RANK.binary),
  objectId: byRank(TYPE_RANK.objectId),
  bool: byRank(TYPE_RANK.boolean),
  date: byRank(TYPE_RANK.date),
  null: byRank(TYPE_RANK.null),
  regex: byRank(TYPE_RANK.regex),
  javascript: byRank(TYPE_RANK.code),
  int: (value) => bsonClass(value) === 'Int32' || isInt32(value),
  timestamp: byRank(TYPE_RANK.timestamp),
  long: (value) => bsonClass(value) === 'Long' || (isWhole(value) && !isInt32(value)),
  decimal: byClass('Decimal128'),
  minKey: byRank(TYPE_RANK.minKey),
  maxKey: byRank(TYPE_RANK.maxKey),
  number: byRank(TYPE_RANK.number),
};

const NAME_OF_CODE: Record<number, string> = {
  1: 'double',
  2: 'string',
  3: 'object',
  4: 'array',
  5: 'binData',
  7: 'objectId',
  8: 'bool',
  9: 'date',
  10: 'null',
  11: 'regex',
  13: 'javascript',
  16: 'int',
  17: 'timestamp',
  18: 'long',
  19: 'decimal',
  [-1]: 'minKey',
  127: 'maxKey',
};

const EXACT_TYPES = new Set(['double', 'int', 'long']);

/** Compiles the operand of `$type`; `isExact` says whether documents must be decoded exactly. */
export function compileType(operand: unknown): { test: ValueTest; isExact: boolean } {
  const names = [operand].flat().map(typeName);
  const tests = names.map((name) => TYPE_TESTS[name] as ValueTest);
  return {
    test: (value) => tests.some((test) => test(value)),
    isExact: names.some((name) => EXACT_TYPES.has(name)),
  };
}

function typeName(type: unknown): string {
  const code = toNumber(type);
  const name = code === undefined ? String(type) : NAME_OF_CODE[code];
  if (name === undefined || !Object.hasOwn(TYPE_TESTS, name))
    throw badValue(`Unknown type name alias: ${String(type)}`);
  return name;
}
