import { BSON } from 'bson';
import type { Document } from 'mongodb';
import { bsonClass, isDocument } from '../../dist/bson/value-type.js';

/** A specification needs a feature that this test runner does not have. */
export class NotApplicable extends Error {}

export interface MatchOptions {
  entities: Map<string, unknown>;
  /** Whether unexpected fields are allowed, as they are in the outermost document. */
  isRoot: boolean;
  path: string;
}

/**
 * Compares a result with what a unified specification test expects.
 *
 * @see https://github.com/mongodb/specifications, unified-test-format, "Evaluating Matches"
 * @throws Error that names the first difference.
 */
export function matchResult(expected: unknown, actual: unknown, options: MatchOptions): void {
  const special = isDocument(expected) ? specialOperator(expected) : undefined;
  if (special !== undefined) matchSpecial(special, actual, options);
  else if (isDocument(expected) && bsonClass(expected) === undefined)
    matchDocument(expected, actual, options);
  else if (Array.isArray(expected)) matchArray(expected, actual, options);
  else if (!isSameScalar(expected, actual)) throw mismatch(expected, actual, options);
}

function mismatch(expected: unknown, actual: unknown, { path }: MatchOptions): Error {
  const shown = (value: unknown): string =>
    value === undefined ? 'nothing' : BSON.EJSON.stringify(value).slice(0, 300);
  return new Error(`at ${path || 'the root'}: expected ${shown(expected)}, got ${shown(actual)}`);
}

type Special = { operator: string; operand: unknown };

function specialOperator(expected: Document): Special | undefined {
  const [[operator, operand] = [], ...others] = Object.entries(expected);
  return operator?.startsWith('$$') && others.length === 0 ? { operator, operand } : undefined;
}

function matchSpecial({ operator, operand }: Special, actual: unknown, options: MatchOptions): void {
  switch (operator) {
    case '$$exists':
      if ((actual !== undefined) !== operand) throw mismatch({ [operator]: operand }, actual, options);
      return;
    case '$$type':
      if (![operand].flat().some((type) => typeNames(actual).includes(String(type))))
        throw mismatch(operand, actual, options);
      return;
    case '$$unsetOrMatches':
      if (actual !== undefined && actual !== null) matchResult(operand, actual, options);
      return;
    case '$$matchesEntity':
      matchResult(options.entities.get(String(operand)), actual, options);
      return;
    case '$$sessionLsid':
      return;
    default:
      throw new NotApplicable(`the special operator ${operator}`);
  }
}

function matchDocument(expected: Document, actual: unknown, options: MatchOptions): void {
  if (!isDocument(actual)) throw mismatch(expected, actual, options);
  for (const [name, value] of Object.entries(expected)) {
    matchResult(value, actual[name], { ...options, isRoot: false, path: `${options.path}.${name}` });
  }
  const unexpected = Object.keys(actual).find((name) => !(name in expected));
  if (!options.isRoot && unexpected !== undefined) {
    throw mismatch(undefined, actual[unexpected], { ...options, path: `${options.path}.${unexpected}` });
  }
}

function matchArray(expected: unknown[], actual: unknown, options: MatchOptions): void {
  if (!Array.isArray(actual) || actual.length !== expected.length) throw mismatch(expected, actual, options);
  for (const [i, value] of expected.entries())
    matchResult(value, actual[i], { ...options, path: `${options.path}[${i}]` });
}

function isSameScalar(expected: unknown, actual: unknown): boolean {
  const number = asNumber(expected);
  if (number !== undefined) return number === asNumber(actual);
  if (expected === null || typeof expected !== 'object') return expected === actual;
  return BSON.EJSON.stringify(expected) === BSON.EJSON.stringify(actual);
}

const NUMBER_CLASSES = new Set(['Long', 'Int32', 'Double']);

function asNumber(value: unknown): number | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  return NUMBER_CLASSES.has(bsonClass(value) ?? '') ? Number(String(value)) : undefined;
}

function typeNames(value: unknown): string[] {
  if (value === null) return ['null'];
  if (Array.isArray(value)) return ['array'];
  if (value instanceof Date) return ['date'];
  if (typeof value === 'string') return ['string'];
  if (typeof value === 'boolean') return ['bool'];
  if (asNumber(value) !== undefined) return ['int', 'long', 'double', 'number'];
  const names: Record<string, string> = {
    ObjectId: 'objectId',
    Binary: 'binData',
    Timestamp: 'timestamp',
    Decimal128: 'decimal',
  };
  return [names[bsonClass(value) ?? ''] ?? 'object'];
}
