import type { BsonDocument } from '../bson/bson-document.js';
import { compareValues, type StringOrder } from '../bson/compare-values.js';
import { isDocument, toNumber } from '../bson/value-type.js';
import { createSorter, parseSort } from '../query/sort.js';
import { badValue } from '../server-error.js';

const MODIFIERS = new Set(['$each', '$position', '$sort', '$slice']);

export interface PushContext {
  strings: StringOrder | undefined;
  collation: unknown;
}

/** Appends one value or, with `$each`, several, and applies `$position`, `$sort` and `$slice`. */
export function pushToArray(array: unknown[], operand: unknown, context: PushContext): unknown[] {
  if (!isDocument(operand) || !('$each' in operand)) return [...array, operand];
  const { $each, $position, $sort, $slice } = operand;
  const unknown = Object.keys(operand).find((name) => !MODIFIERS.has(name));
  if (unknown !== undefined) throw badValue(`Unrecognized clause in $push: ${unknown}`);
  if (!Array.isArray($each)) throw badValue('The argument to $each in $push must be an array');
  const result = [...array];
  result.splice(integer($position, '$position') ?? result.length, 0, ...$each);
  if ($sort !== undefined) sortElements(result, $sort, context);
  const size = integer($slice, '$slice');
  if (size === undefined) return result;
  return size < 0 ? result.slice(size) : result.slice(0, size);
}

function integer(value: unknown, name: string): number | undefined {
  if (value === undefined) return undefined;
  const number = toNumber(value);
  if (number === undefined || !Number.isInteger(number))
    throw badValue(`The value for ${name} must be an integer value`);
  return number;
}

function sortElements(array: unknown[], sort: unknown, { strings, collation }: PushContext): void {
  const direction = toNumber(sort);
  if (direction !== undefined) {
    if (direction !== 1 && direction !== -1) throw badValue('The $sort element value must be either 1 or -1');
    array.sort((a, b) => compareValues(a, b, strings) * direction);
    return;
  }
  const sorter = createSorter(parseSort(sort), collation);
  const keys = new Map(
    array.map((element) => [element, sorter.keyOf(isDocument(element) ? element : ({} as BsonDocument))]),
  );
  array.sort((a, b) => sorter.compare(keys.get(a), keys.get(b)));
}
