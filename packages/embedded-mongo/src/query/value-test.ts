import { compareValues, equalValues, type StringOrder } from '../bson/compare-values.js';
import { KeyWriter } from '../bson/key-writer.js';
import {
  bsonClass,
  isOperatorDocument,
  supportedFlags,
  TYPE_RANK,
  toNumber,
  toRegExp,
  typeRank,
} from '../bson/value-type.js';
import { badValue } from '../server-error.js';

/** Tests one value; undefined for a missing field. */
export type ValueTest = (value: unknown) => boolean;

/** Compiles `{ field: operand }`: equality, except that a regular expression also matches strings. */
export function compileMatch(operand: unknown, strings?: StringOrder): ValueTest {
  const pattern = toRegExp(operand);
  if (pattern === undefined) return compileEquality(operand, strings);
  return (value) => (typeof value === 'string' ? pattern.test(value) : equalValues(value, operand));
}

export function compileEquality(operand: unknown, strings?: StringOrder): ValueTest {
  if (typeof operand === 'string' && strings === undefined) return (value) => value === operand;
  return (value) => equalValues(value, operand, strings);
}

/** Compiles `$gt`, `$gte`, `$lt` or `$lte`, which compare only values of one type, and NaN only with itself. */
export function compileOrder(
  accept: (order: number) => boolean,
  operand: unknown,
  strings?: StringOrder,
): ValueTest {
  const rank = typeRank(operand);
  if (rank === TYPE_RANK.minKey || rank === TYPE_RANK.maxKey) {
    return (value) => value !== undefined && accept(compareValues(value, operand));
  }
  const isNaNWanted = isNaNValue(operand);
  return (value) => {
    if (typeRank(value) !== rank) return false;
    if (isNaNWanted || isNaNValue(value)) return accept(0) && isNaNWanted && isNaNValue(value);
    return accept(compareValues(value, operand, strings));
  };
}

const isNaNValue = (value: unknown): boolean =>
  typeof value === 'number'
    ? Number.isNaN(value)
    : bsonClass(value) === 'Double' && Number.isNaN(toNumber(value));

/** A longer list is searched by key instead of value by value. */
const FEW_VALUES = 8;

export function compileMembership(operator: string, operand: unknown, strings?: StringOrder): ValueTest {
  if (!Array.isArray(operand)) throw badValue(`${operator} needs an array`);
  if (operand.some(isOperatorDocument)) throw badValue(`cannot nest $ under ${operator}`);
  const needsComparing = strings !== undefined || operand.some((value) => toRegExp(value) !== undefined);
  if (operand.length > FEW_VALUES && !needsComparing) return compileKeySet(operand);
  const tests = operand.map((value) => compileMatch(value, strings));
  return (value) => tests.some((test) => test(value));
}

function compileKeySet(values: unknown[]): ValueTest {
  const writer = new KeyWriter();
  const key = (value: unknown): string => {
    writer.reset().value(value);
    return writer.asText();
  };
  const keys = new Set(values.map(key));
  return (value) => keys.has(key(value));
}

export function compileRegex(pattern: unknown, options: unknown): ValueTest {
  if (options !== undefined && /[^imsu]/.test(String(options))) {
    throw badValue(
      `the embedded server does not support the regular expression options '${String(options)}'`,
    );
  }
  const source = typeof pattern === 'string' ? pattern : toRegExp(pattern)?.source;
  if (source === undefined) throw badValue('$regex must be a string');
  const flags = options === undefined ? toRegExp(pattern)?.flags : supportedFlags(String(options));
  const expression = new RegExp(source, flags ?? '');
  return (value) => typeof value === 'string' && expression.test(value);
}

export function compileRemainder(operand: unknown): ValueTest {
  const [divisor, remainder] = Array.isArray(operand) ? operand.map(toNumber) : [];
  if (divisor === undefined || remainder === undefined)
    throw badValue('malformed mod, needs to be an array of two numbers');
  if (Math.trunc(divisor) === 0) throw badValue('divisor cannot be 0');
  return (value) => {
    const number = toNumber(value);
    if (number === undefined || !Number.isFinite(number)) return false;
    return Math.trunc(number) % Math.trunc(divisor) === Math.trunc(remainder);
  };
}
