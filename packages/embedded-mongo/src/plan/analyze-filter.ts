import type { BsonDocument } from '../bson/bson-document.js';
import { keyOf } from '../bson/key-writer.js';
import {
  bsonClass,
  isDocument,
  isOperatorDocument,
  TYPE_RANK,
  toNumber,
  toRegExp,
  typeRank,
} from '../bson/value-type.js';

/** One end of a range of values, in key bytes. */
export interface Bound {
  bytes: Buffer;
  /** Whether the bound itself is outside the range. */
  isOpen: boolean;
}

/** A range of values of one type. */
export interface ValueRange {
  rank: number;
  low?: Bound;
  high?: Bound;
  /** Instead of bounds: all strings whose key begins with these bytes. */
  prefix?: Buffer;
  /** The number of conditions of the filter that the range covers completely. */
  conditions: number;
}

export interface FieldBounds {
  /** The alternatives of one equality or `$in`. */
  equals?: unknown[];
  range?: ValueRange;
  /** Whether a match must have the field, with a value other than null. */
  exists: boolean;
}

/** The conditions of a filter that an index can use: those that every match must meet. */
export interface FilterBounds {
  fields: Map<string, FieldBounds>;
  /** The number of all conditions, including those that no index can use. */
  conditions: number;
  /** The alternatives of the first `$or`. */
  alternatives: BsonDocument[] | undefined;
}

export function analyzeFilter(filter: BsonDocument): FilterBounds {
  const bounds: FilterBounds = { fields: new Map(), conditions: 0, alternatives: undefined };
  addConditions(filter, bounds);
  return bounds;
}

function addConditions(filter: BsonDocument, bounds: FilterBounds): void {
  for (const [name, operand] of Object.entries(filter)) {
    if (name === '$comment') continue;
    if (name === '$and' && Array.isArray(operand)) {
      for (const part of operand) if (isDocument(part)) addConditions(part, bounds);
    } else if (name.startsWith('$')) addTopLevel(name, operand, bounds);
    else addFieldConditions(name, operand, bounds);
  }
}

function addTopLevel(name: string, operand: unknown, bounds: FilterBounds): void {
  bounds.conditions++;
  if (name === '$or' && Array.isArray(operand) && operand.every(isDocument)) bounds.alternatives ??= operand;
}

function addFieldConditions(path: string, condition: unknown, bounds: FilterBounds): void {
  const field = bounds.fields.get(path) ?? { exists: false };
  bounds.fields.set(path, field);
  const operations = isOperatorDocument(condition)
    ? Object.entries(condition)
    : [[toRegExp(condition) === undefined ? '$eq' : '$regex', condition] as const];
  const hasOptions = operations.some(([operator]) => operator === '$options');
  for (const [operator, operand] of operations) {
    bounds.conditions++;
    addCondition(field, operator, operand, hasOptions);
  }
}

function addCondition(field: FieldBounds, operator: string, operand: unknown, hasOptions: boolean): void {
  if (operator === '$eq') addEquality(field, [operand]);
  else if (operator === '$in') addEquality(field, operand);
  else if (operator === '$gt' || operator === '$gte') addBound(field, 'low', operand, operator === '$gt');
  else if (operator === '$lt' || operator === '$lte') addBound(field, 'high', operand, operator === '$lt');
  else if (operator === '$regex' && !hasOptions) addPrefix(field, operand);
  else if (operator === '$exists') field.exists ||= operand === true || operand === 1;
}

function addEquality(field: FieldBounds, values: unknown): void {
  if (field.equals !== undefined || !Array.isArray(values) || !values.every(hasExactKey)) return;
  field.equals = values;
  field.exists ||= values.every((value) => typeRank(value) !== TYPE_RANK.null);
}

/** Whether equal values have equal keys. This fails for arrays, which also match by element, for patterns and for decimals. */
const hasExactKey = (value: unknown): boolean =>
  value !== undefined &&
  !Array.isArray(value) &&
  toRegExp(value) === undefined &&
  bsonClass(value) !== 'Decimal128';

const UNRANGED = new Set<number>([TYPE_RANK.null, TYPE_RANK.object, TYPE_RANK.minKey, TYPE_RANK.maxKey]);

function addBound(field: FieldBounds, side: 'low' | 'high', operand: unknown, isOpen: boolean): void {
  const rank = typeRank(operand);
  if (!hasExactKey(operand) || UNRANGED.has(rank) || Number.isNaN(toNumber(operand))) return;
  field.range ??= { rank, conditions: 0 };
  const { range } = field;
  if (range.rank !== rank || range.prefix !== undefined || range[side] !== undefined) return;
  range[side] = { bytes: keyOf(operand), isOpen };
  range.conditions++;
  field.exists = true;
}

function addPrefix(field: FieldBounds, operand: unknown): void {
  const literal = literalPrefix(operand);
  if (literal === undefined || field.range !== undefined) return;
  const prefix = Buffer.concat([Buffer.of(TYPE_RANK.string), Buffer.from(literal.text)]);
  field.range = { rank: TYPE_RANK.string, prefix, conditions: literal.isWhole ? 1 : 0 };
  field.exists = true;
}

/** Returns the text with which every string that matches `^text...` begins. */
function literalPrefix(operand: unknown): { text: string; isWhole: boolean } | undefined {
  const expression = typeof operand === 'string' ? { source: operand, flags: '' } : toRegExp(operand);
  if (expression === undefined || expression.flags !== '') return undefined;
  const [, literal = '', rest = ''] = /^\^([\w\s\-_:/@,;<>="'!#%&~]*)(.*)$/su.exec(expression.source) ?? [];
  const text = /^[*?{]/.test(rest) ? literal.slice(0, -1) : literal;
  if (rest.includes('|') || text === '') return undefined;
  return { text, isWhole: rest === '' || rest === '.*' };
}
