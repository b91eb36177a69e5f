import type { Column } from '@inlet/contracts';
import { type DecimalSign, type NumberDigits, scanNumber } from '../values/scan-number.js';
import type { ReadValue, Refusal } from './refusal.js';

const NOT_A_NUMBER: Refusal = { refused: 'not_a_number' };
const NOT_AN_INTEGER: Refusal = { refused: 'not_an_integer' };
const TOO_LONG: Refusal = { refused: 'not_a_number:size' };
const TOO_LONG_INTEGER: Refusal = { refused: 'not_an_integer:size' };

const TENS = Array.from({ length: 16 }, (_, power) => 10 ** power);
const EXPONENT = /^[+-]?\d+(?:\.\d+)?[eE][+-]?\d{1,4}$/;

/**
 * Digits as programs write them, at most 15, with a point or none; undefined for everything else and for what
 * may be ambiguous. Exact: both parts of the division fit a double without rounding (Clinger's fast path).
 */
function readPlain(text: string, decimal: DecimalSign | undefined): number | undefined {
  const { length } = text;
  const start = text.charCodeAt(0) === 45 ? 1 : 0;
  if (length === start || length - start > 15) return undefined;
  let digits = 0;
  let point = -1;
  for (let at = start; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 48 && code <= 57) digits = digits * 10 + code - 48;
    else if (code === 46 && point < 0 && at > start && decimal !== ',') point = at;
    else return undefined;
  }
  const decimals = point < 0 ? 0 : length - 1 - point;
  if (decimals === 3 && decimal === undefined) return undefined;
  const size = decimals === 0 ? digits : digits / (TENS[decimals] ?? 1);
  return start === 1 && size !== 0 ? -size : size;
}

const toNumber = ({ isNegative, integer, fraction }: NumberDigits): number => {
  const size = Number(`${integer}.${fraction || '0'}`);
  return isNegative && size !== 0 ? -size : size;
};

function ambiguity(text: string): Refusal {
  const [whole = '', rest = ''] = text.split(/[.,]/).map((part) => part.replace(/\D/g, ''));
  return { refused: 'number_ambiguous', fill: { plain: whole + rest, fraction: `${whole}.${rest}` } };
}

/** Numbers beyond 2^53 - 1 are refused, because they would lose digits; numbers with an exponent say that they are rounded. */
export function compileNumber({ decimal }: Pick<Column, 'decimal'>): ReadValue {
  return (text) => {
    const plain = readPlain(text, decimal);
    if (plain !== undefined) return plain;
    if (decimal !== ',' && EXPONENT.test(text)) {
      const value = Number(text);
      return Number.isFinite(value) ? value : TOO_LONG;
    }
    const digits = scanNumber(text, decimal);
    if (digits === 'ambiguous') return ambiguity(text);
    if (digits === 'not_a_number') return NOT_A_NUMBER;
    const value = toNumber(digits);
    return Math.abs(value) > Number.MAX_SAFE_INTEGER ? TOO_LONG : value;
  };
}

/** Whole numbers up to 2^53 - 1; `5.00` is one, `8.71235E+11` (a damaged product code) is not. */
export function compileInteger({ decimal }: Pick<Column, 'decimal'>): ReadValue {
  return (text) => {
    const plain = readPlain(text, decimal);
    if (plain !== undefined) return Number.isInteger(plain) ? plain : NOT_AN_INTEGER;
    const digits = scanNumber(text, decimal);
    if (digits === 'ambiguous') return ambiguity(text);
    if (digits === 'not_a_number' || !/^0*$/.test(digits.fraction)) return NOT_AN_INTEGER;
    const value = toNumber(digits);
    return Number.isSafeInteger(value) ? value : TOO_LONG_INTEGER;
  };
}
