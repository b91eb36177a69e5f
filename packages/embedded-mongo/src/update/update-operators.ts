import { Timestamp } from 'bson';
import type { BsonDocument } from '../bson/bson-document.js';
import { compareValues, equalValues, type StringOrder } from '../bson/compare-values.js';
import { isDocument, toNumber } from '../bson/value-type.js';
import { compileElementTest } from '../query/compile-filter.js';
import { matchingTest, type ValueTest } from '../query/value-test.js';
import { badValue, failedToParse, typeMismatch } from '../server-error.js';
import { calculate, combineBits } from './arithmetic.js';
import { pushTo } from './push-to-array.js';

/** Given to a change instead of a value: take the field away. */
export const REMOVE = Symbol('remove');
/** Leave everything as it is; a missing field is not even made. */
export const KEEP = Symbol('keep');

export interface ChangeContext {
  now: Date;
  strings: StringOrder | undefined;
  collation: unknown;
}

/** What a field becomes: a value, `REMOVE` or `KEEP`. Undefined stands for a missing field. */
type Change = (current: unknown, operand: unknown, context: ChangeContext) => unknown;

interface Operator {
  /** Missing documents on the way to the field are made. */
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
  $bit: creating(bits),
  $push: creating((current, operand, context) => pushTo(arrayOf(current, '$push'), operand, context)),
  $addToSet: creating((current, operand, context) =>
    addToSet(arrayOf(current, '$addToSet'), operand, context),
  ),
  $pull: changingOnly((current, operand, context) =>
    without(arrayOf(current, '$pull'), pullTest(operand, context)),
  ),
  $pullAll: changingOnly((current, operand, context) =>
    without(arrayOf(current, '$pullAll'), memberTest(operand, context)),
  ),
  $pop: changingOnly(pop),
};

/** `$rename` moves a value between two fields, so it is no change of one. */
export const isUpdateOperator = (name: string): boolean =>
  Object.hasOwn(OPERATORS, name) || name === '$rename';

export function operatorNamed(name: string): Operator {
  const operator = OPERATORS[name];
  if (operator === undefined) throw failedToParse(`Unknown modifier: ${name}`);
  return operator;
}

function arrayOf(current: unknown, operator: string): unknown[] {
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

function bits(current: unknown, operand: unknown): unknown {
  const [entry, ...others] = isDocument(operand) ? Object.entries(operand) : [];
  if (entry === undefined || others.length > 0)
    throw badValue('$bit takes { and | or | xor: integer } on an integer');
  return combineBits(current, ...entry);
}

function addToSet(array: unknown[], operand: unknown, { strings }: ChangeContext): unknown {
  const values = isDocument(operand) && '$each' in operand ? operand.$each : [operand];
  if (!Array.isArray(values)) throw typeMismatch('The argument to $each in $addToSet must be an array');
  const result = [...array];
  for (const value of values)
    if (!result.some((other) => equalValues(other, value, strings))) result.push(value);
  return result;
}

function pullTest(operand: unknown, { strings, collation }: ChangeContext): ValueTest {
  return isDocument(operand)
    ? compileElementTest(operand as BsonDocument, { collation })
    : matchingTest(operand, strings);
}

function memberTest(operand: unknown, { strings }: ChangeContext): ValueTest {
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
