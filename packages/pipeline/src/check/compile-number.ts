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
 * Reads up to 15 digits with at most a point, as programs write them; undefined for everything else and for ambiguous
 * text. Exact: both parts of the division fit a double without rounding (Clinger's fast path).
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

/** Refuses numbers beyond 2^53 - 1, which would lose digits, unless they have an exponent and so are rounded anyway. */
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

/** Reads whole numbers up to 2^53 - 1, `5.00` among them, but not `8.71235E+11`, which is a damaged product code. */
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
