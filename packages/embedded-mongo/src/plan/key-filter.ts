import type { BsonDocument } from '../bson/bson-document.js';
import { type Direction, keyOf } from '../bson/key-writer.js';
import {
  bsonClass,
  isDocument,
  isOperatorDocument,
  TYPE_RANK,
  toNumber,
  toRegExp,
  typeRank,
} from '../bson/value-type.js';
import type { Index } from '../storage/catalog.js';
import { PREFIX_BYTES } from './plan.js';
import { invertBytes } from './value-range-keys.js';

/** Whether a document matches by its key alone; undefined if the document must be read. */
export type Verdict = boolean | undefined;

/** A key and the offset of the value of each indexed field in it; -1 after a value of unknown length. */
interface ParsedKey {
  key: Buffer;
  offsets: Int32Array;
}

type KeyTest = (parsed: ParsedKey) => Verdict;
type IndexedField = { position: number; direction: Direction };

const cannotTell: KeyTest = () => undefined;
const NAN_KEY = keyOf(Number.NaN);

/**
 * Compiles a filter into a test of index keys, so that entries which cannot match are skipped
 * without reading their documents. Returns undefined if the keys can never decide.
 */
export function compileKeyFilter(filter: BsonDocument, index: Index): ((key: Buffer) => Verdict) | undefined {
  if (index.definition.multikey === true) return undefined;
  const fields = new Map(
    index.fields.map(({ path, direction }, position) => [path, { position, direction }]),
  );
  const test = documentTest(filter, fields);
  if (!mentionsField(filter, fields)) return undefined;
  const offsets = new Int32Array(index.fields.length + 1);
  return (key) => {
    let position = PREFIX_BYTES;
    index.fields.forEach(({ direction }, i) => {
      offsets[i] = position;
      if (position >= 0) position = valueEnd(key, position, direction);
    });
    offsets[index.fields.length] = position;
    return test({ key, offsets });
  };
}

function mentionsField(filter: BsonDocument, fields: Map<string, IndexedField>): boolean {
  return Object.entries(filter).some(([name, operand]) =>
    Array.isArray(operand) && name.startsWith('$')
      ? operand.some((part) => isDocument(part) && mentionsField(part, fields))
      : fields.has(name),
  );
}

const not =
  (test: KeyTest): KeyTest =>
  (parsed) => {
    const verdict = test(parsed);
    return verdict === undefined ? undefined : !verdict;
  };

/** False if one test is false; true only if all are. */
const all =
  (tests: KeyTest[]): KeyTest =>
  (parsed) => {
    let verdict: Verdict = true;
    for (const test of tests) {
      const answer = test(parsed);
      if (answer === false) return false;
      if (answer === undefined) verdict = undefined;
    }
    return verdict;
  };

const any = (tests: KeyTest[]): KeyTest => not(all(tests.map(not)));

function documentTest(filter: BsonDocument, fields: Map<string, IndexedField>): KeyTest {
  return all(
    Object.entries(filter).map(([name, operand]) => {
      if (name === '$comment') return () => true;
      if (name.startsWith('$')) return logicalTest(name, operand, fields);
      const field = fields.get(name);
      return field === undefined ? cannotTell : fieldTest(field, operand);
    }),
  );
}

function logicalTest(operator: string, operand: unknown, fields: Map<string, IndexedField>): KeyTest {
  if (!Array.isArray(operand) || !operand.every(isDocument)) return cannotTell;
  const tests = operand.map((part) => documentTest(part, fields));
  switch (operator) {
    case '$and':
      return all(tests);
    case '$or':
      return any(tests);
    case '$nor':
      return not(any(tests));
    default:
      return cannotTell;
  }
}

function fieldTest(field: IndexedField, condition: unknown): KeyTest {
  if (!isOperatorDocument(condition)) return equality(field, condition);
  return all(Object.entries(condition).map(([operator, operand]) => operatorTest(field, operator, operand)));
}

function operatorTest(field: IndexedField, operator: string, operand: unknown): KeyTest {
  switch (operator) {
    case '$eq':
      return equality(field, operand);
    case '$ne':
      return not(equality(field, operand));
    case '$in':
      return membership(field, operand);
    case '$nin':
      return not(membership(field, operand));
    case '$not':
      return isOperatorDocument(operand) ? not(fieldTest(field, operand)) : cannotTell;
    case '$gt':
      return ordering(field, operand, (order) => order > 0);
    case '$gte':
      return ordering(field, operand, (order) => order >= 0);
    case '$lt':
      return ordering(field, operand, (order) => order < 0);
    case '$lte':
      return ordering(field, operand, (order) => order <= 0);
    default:
      return cannotTell;
  }
}

const membership = (field: IndexedField, operand: unknown): KeyTest =>
  Array.isArray(operand) ? any(operand.map((value) => equality(field, value))) : cannotTell;

function equality(field: IndexedField, operand: unknown): KeyTest {
  if (!isComparable(operand)) return cannotTell;
  const wanted = fieldKey(operand, field.direction);
  return ({ key, offsets }) => {
    const start = offsets[field.position] as number;
    const end = offsets[field.position + 1] as number;
    if (start < 0 || end < 0) return undefined;
    return end - start === wanted.length && key.compare(wanted, 0, wanted.length, start, end) === 0;
  };
}

function ordering(field: IndexedField, operand: unknown, accept: (order: number) => boolean): KeyTest {
  const rank = typeRank(operand);
  if (!isComparable(operand) || rank === TYPE_RANK.minKey || rank === TYPE_RANK.maxKey) return cannotTell;
  const { direction, position } = field;
  const bound = fieldKey(operand, direction);
  const nan = direction > 0 ? NAN_KEY : invertBytes(NAN_KEY);
  return ({ key, offsets }) => {
    const start = offsets[position] as number;
    const end = offsets[position + 1] as number;
    if (start < 0 || end < 0) return undefined;
    if (key[start] !== bound[0]) return false;
    if (rank === TYPE_RANK.number && key.compare(nan, 0, nan.length, start, end) === 0) return false;
    return accept(key.compare(bound, 0, bound.length, start, end) * direction);
  };
}

const fieldKey = (value: unknown, direction: Direction): Buffer =>
  direction > 0 ? keyOf(value) : invertBytes(keyOf(value));

const isComparable = (value: unknown): boolean =>
  value !== undefined &&
  !Array.isArray(value) &&
  !isDocument(value) &&
  toRegExp(value) === undefined &&
  bsonClass(value) !== 'Decimal128' &&
  !Number.isNaN(toNumber(value));

/** Returns the end of the value at `start`; -1 for types whose length only decoding would tell. */
function valueEnd(key: Buffer, start: number, direction: Direction): number {
  const byte = key[start] as number;
  switch (direction > 0 ? byte : ~byte & 0xff) {
    case TYPE_RANK.minKey:
    case TYPE_RANK.null:
    case TYPE_RANK.maxKey:
      return start + 1;
    case TYPE_RANK.boolean:
      return start + 2;
    case TYPE_RANK.date:
    case TYPE_RANK.timestamp:
      return start + 9;
    case TYPE_RANK.number:
      return start + 11;
    case TYPE_RANK.objectId:
      return start + 13;
    case TYPE_RANK.string:
      return stringEnd(key, start + 1, direction > 0 ? 0 : 0xff);
    default:
      return -1;
  }
}

/** Strings end in two zeros; a zero inside is followed by 0xff. */
function stringEnd(key: Buffer, start: number, zero: number): number {
  for (let i = key.indexOf(zero, start); i >= 0; i = key.indexOf(zero, i + 2)) {
    if (key[i + 1] === zero) return i + 2;
  }
  return -1;
}
