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

/** Decides about one value; undefined stands for a missing field. */
export type ValueTest = (value: unknown) => boolean;

/** `{ field: operand }`: equality, except that a regular expression also matches strings. */
export function matchingTest(operand: unknown, strings?: StringOrder): ValueTest {
  const pattern = toRegExp(operand);
  if (pattern === undefined) return equalityTest(operand, strings);
  return (value) => (typeof value === 'string' ? pattern.test(value) : equalValues(value, operand));
}

export function equalityTest(operand: unknown, strings?: StringOrder): ValueTest {
  if (typeof operand === 'string' && strings === undefined) return (value) => value === operand;
  return (value) => equalValues(value, operand, strings);
}

/** `$gt` and its kin compare only values of one type, and NaN only with itself. */
export function orderTest(
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

/** More values than this are looked up by their key instead of compared one after the other. */
const FEW_VALUES = 8;

export function membershipTest(operator: string, operand: unknown, strings?: StringOrder): ValueTest {
  if (!Array.isArray(operand)) throw badValue(`${operator} needs an array`);
  if (operand.some(isOperatorDocument)) throw badValue(`cannot nest $ under ${operator}`);
  const needsComparing = strings !== undefined || operand.some((value) => toRegExp(value) !== undefined);
  if (operand.length > FEW_VALUES && !needsComparing) return keySetTest(operand);
  const tests = operand.map((value) => matchingTest(value, strings));
  return (value) => tests.some((test) => test(value));
}

function keySetTest(values: unknown[]): ValueTest {
  const writer = new KeyWriter();
  const key = (value: unknown): string => {
    writer.reset().value(value);
    return writer.asText();
  };
  const keys = new Set(values.map(key));
  return (value) => keys.has(key(value));
}

export function regexTest(pattern: unknown, options: unknown): ValueTest {
  if (options !== undefined && /[^imsu]/.test(String(options))) {
    throw badValue(
      `the embedded server does not support the regular expression options '${String(options)}'`,
    );
  }
  const source = typeof pattern === 'string' ? pattern : toRegExp(pattern)?.source;
  if (source === undefined) throw badValue('$regex has to be a string');
  const flags = options === undefined ? toRegExp(pattern)?.flags : supportedFlags(String(options));
  const expression = new RegExp(source, flags ?? '');
  return (value) => typeof value === 'string' && expression.test(value);
}

export function remainderTest(operand: unknown): ValueTest {
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

const BIT_TESTS: Record<string, (bits: bigint, mask: bigint) => boolean> = {
  $bitsAllSet: (bits, mask) => (bits & mask) === mask,
  $bitsAllClear: (bits, mask) => (bits & mask) === 0n,
  $bitsAnySet: (bits, mask) => (bits & mask) !== 0n,
  $bitsAnyClear: (bits, mask) => (bits & mask) !== mask,
};

export const isBitOperator = (operator: string): boolean => Object.hasOwn(BIT_TESTS, operator);

export function bitTest(operator: string, operand: unknown): ValueTest {
  const positions = Array.isArray(operand) ? operand.map(toNumber) : undefined;
  const number = toNumber(operand);
  if (positions?.some((position) => position === undefined) ?? number === undefined) {
    throw badValue(`${operator} takes a number or an array of bit positions`);
  }
  const mask = positions?.reduce<bigint>((bits, position) => bits | (1n << BigInt(position as number)), 0n);
  const wanted = mask ?? BigInt(number as number);
  return (value) => {
    const bits = toNumber(value);
    return (
      bits !== undefined && Number.isInteger(bits) && (BIT_TESTS[operator]?.(BigInt(bits), wanted) ?? false)
    );
  };
}
