import { Double, Int32, Long } from 'bson';
import { bsonClass } from '../bson/value-type.js';
import { badValue, typeMismatch } from '../server-error.js';

export type Arithmetic = '$inc' | '$mul';

/**
 * Adds or multiplies: whole numbers stay whole and grow from 32 to 64 bits if necessary; with a double
 * among the operands the result is a double.
 *
 * @throws ServerError 14 for other values, and for decimals, which are not supported.
 */
export function calculate(operator: Arithmetic, current: unknown, operand: unknown): unknown {
  const a =
    current === undefined ? { kind: 'int' as const, integer: 0n } : numberOf(current, operator, 'apply');
  const b = numberOf(operand, operator, 'operand');
  if (a.kind === 'double' || b.kind === 'double') {
    const x = a.kind === 'double' ? a.value : Number(a.integer);
    const y = b.kind === 'double' ? b.value : Number(b.integer);
    return new Double(operator === '$inc' ? x + y : x * y);
  }
  const result = operator === '$inc' ? a.integer + b.integer : a.integer * b.integer;
  return wholeNumber(result, a.kind === 'long' || b.kind === 'long');
}

const INT32_LIMIT = 2n ** 31n;
const INT64_LIMIT = 2n ** 63n;
const isWithin = (value: bigint, limit: bigint): boolean => value >= -limit && value < limit;

/** Converts a whole number to the smallest type that holds it, but to 64 bits if `isLong`. */
function wholeNumber(value: bigint, isLong: boolean): Int32 | Long {
  if (!isLong && isWithin(value, INT32_LIMIT)) return new Int32(Number(value));
  if (!isWithin(value, INT64_LIMIT)) throw badValue('the result does not fit into a 64-bit integer');
  return Long.fromBigInt(value);
}

type Numeric = { kind: 'int' | 'long'; integer: bigint } | { kind: 'double'; value: number };

function numberOf(value: unknown, operator: Arithmetic, role: 'apply' | 'operand'): Numeric {
  const plain = typeof value === 'number' ? value : undefined;
  switch (plain === undefined ? bsonClass(value) : 'number') {
    case 'number':
      return Number.isInteger(plain)
        ? { kind: Math.abs(plain as number) < 2 ** 31 ? 'int' : 'long', integer: BigInt(plain as number) }
        : { kind: 'double', value: plain as number };
    case 'Int32':
      return { kind: 'int', integer: BigInt(String(value)) };
    case 'Long':
      return { kind: 'long', integer: BigInt(String(value)) };
    case 'Double':
      return { kind: 'double', value: Number(String(value)) };
    case 'Decimal128':
      throw typeMismatch(`${operator} with a Decimal128 is not supported by the embedded server`);
    default:
      throw typeMismatch(
        role === 'operand'
          ? `Cannot ${operator === '$inc' ? 'increment' : 'multiply'} with non-numeric argument`
          : `Cannot apply ${operator} to a value of non-numeric type`,
      );
  }
}
