import { Timestamp } from 'bson';
import type { BsonDocument } from '../bson/bson-document.js';
import { compareValues, equalValues, type StringOrder } from '../bson/compare-values.js';
import { isDocument, toNumber } from '../bson/value-type.js';
import { compileElementTest } from '../query/compile-filter.js';
import { compileMatch, type ValueTest } from '../query/value-test.js';
import { badValue, failedToParse, typeMismatch } from '../server-error.js';
import { calculate } from './arithmetic.js';
import { pushToArray } from './push-to-array.js';

/** Returned by a change instead of a value: removes the field. */
export const REMOVE = Symbol('remove');
/** Returned by a change instead of a value: leaves the field unchanged, even if it is missing. */
export const KEEP = Symbol('keep');

export interface ChangeContext {
  now: Date;
  strings: StringOrder | undefined;
  collation: unknown;
}

/** Computes the new value of a field, `REMOVE` or `KEEP`. The current value of a missing field is undefined. */
type Change = (current: unknown, operand: unknown, context: ChangeContext) => unknown;

interface Operator {
  /** Creates the documents that are missing on the way to the field. */
  creates: boolean;
  change: Change;
}

const creating = (change: Change): Operator => ({ creates: true, change });
const changingOnly = (change: Change): Operator => ({
  creates: false,
  change: (current, operand, context) => (current === undefined ? KEEP : change(current, operand, context)),
});

const OPERATORS: Record<string, Operator> = {
  $set: creating((_current, operand) => operand),
  $setOnInsert: creating((_current, operand) => operand),
  $unset: changingOnly(() => REMOVE),
  $inc: creating((current, operand) => calculate('$inc', current, operand)),
  $mul: creating((current, operand) => calculate('$mul', current, operand)),
  $min: creating((current, operand, { strings }) =>
    current === undefined || compareValues(operand, current, strings) < 0 ? operand : KEEP,
  ),
  $max: creating((current, operand, { strings }) =>
    current === undefined || compareValues(operand, current, strings) > 0 ? operand : KEEP,
  ),
  $currentDate: creating((_current, operand, { now }) => currentDate(operand, now)),
  $push: creating((current, operand, context) => pushToArray(readArray(current, '$push'), operand, context)),
  $addToSet: creating((current, operand, context) =>
    addToSet(readArray(current, '$addToSet'), operand, context),
  ),
  $pull: changingOnly((current, operand, context) =>
    without(readArray(current, '$pull'), compilePullTest(operand, context)),
  ),
  $pullAll: changingOnly((current, operand, context) =>
    without(readArray(current, '$pullAll'), compileMemberTest(operand, context)),
  ),
  $pop: changingOnly(pop),
};

/** `$rename` is not in `OPERATORS`, because it changes two fields. */
export const isUpdateOperator = (name: string): boolean =>
  Object.hasOwn(OPERATORS, name) || name === '$rename';

export function operatorNamed(name: string): Operator {
  const operator = OPERATORS[name];
  if (operator === undefined) throw failedToParse(`Unknown modifier: ${name}`);
  return operator;
}

function readArray(current: unknown, operator: string): unknown[] {
  if (current === undefined) return [];
  if (Array.isArray(current)) return current;
  throw badValue(`Cannot apply ${operator} to a non-array value`);
}

function currentDate(operand: unknown, now: Date): unknown {
  const type = isDocument(operand) ? operand.$type : operand === true ? 'date' : undefined;
  if (type === 'timestamp') return new Timestamp({ t: Math.floor(now.getTime() / 1000), i: 1 });
  if (type === 'date') return now;
  throw badValue("$currentDate takes true, or { $type: 'date' | 'timestamp' }");
}

function addToSet(array: unknown[], operand: unknown, { strings }: ChangeContext): unknown {
  const values = isDocument(operand) && '$each' in operand ? operand.$each : [operand];
  if (!Array.isArray(values)) throw typeMismatch('The argument to $each in $addToSet must be an array');
  const result = [...array];
  for (const value of values)
    if (!result.some((other) => equalValues(other, value, strings))) result.push(value);
  return result;
}

function compilePullTest(operand: unknown, { strings, collation }: ChangeContext): ValueTest {
  return isDocument(operand)
    ? compileElementTest(operand as BsonDocument, { collation })
    : compileMatch(operand, strings);
}

function compileMemberTest(operand: unknown, { strings }: ChangeContext): ValueTest {
  if (!Array.isArray(operand)) throw badValue('$pullAll requires an array argument');
  return (value) => operand.some((other) => equalValues(other, value, strings));
}

const without = (array: unknown[], test: ValueTest): unknown => array.filter((element) => !test(element));

function pop(current: unknown, operand: unknown): unknown {
  const side = toNumber(operand);
  if (side !== 1 && side !== -1) throw failedToParse('$pop expects 1 or -1');
  if (!Array.isArray(current)) throw typeMismatch('Cannot apply $pop to a non-array value');
  return side === 1 ? current.slice(0, -1) : current.slice(1);
}
