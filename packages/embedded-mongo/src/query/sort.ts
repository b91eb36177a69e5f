import type { BsonDocument } from '../bson/bson-document.js';
import { compareValues, type StringOrder } from '../bson/compare-values.js';
import { valuesAt } from '../bson/field-path.js';
import { type Direction, KeyWriter } from '../bson/key-writer.js';
import { isDocument, toNumber } from '../bson/value-type.js';
import { badValue, locationError } from '../server-error.js';
import { createStringOrder } from './collation.js';

export interface SortField {
  path: string;
  parts: string[];
  direction: Direction;
}

/** @throws ServerError 2 for a direction that is neither 1 nor -1. */
export function parseSort(sort: unknown): SortField[] {
  if (!isDocument(sort)) return [];
  return Object.entries(sort).map(([path, direction]) => {
    if (isDocument(direction)) throw locationError(31138, `Illegal $meta sort: ${JSON.stringify(direction)}`);
    const number = toNumber(direction);
    if (number !== 1 && number !== -1)
      throw badValue(`Illegal key in $sort specification: ${path}: ${String(direction)}`);
    return { path, parts: path.split('.'), direction: number };
  });
}

/** Whether a sort is `{ $natural: ±1 }`, the stored order. This server stores documents in the order of `_id`. */
export const isNaturalOrder = (sort: unknown): sort is BsonDocument => isDocument(sort) && '$natural' in sort;

/** Orders documents by sort keys, which are made once for each document. */
export interface Sorter<Key> {
  keyOf(document: BsonDocument): Key;
  compare(a: Key, b: Key): number;
}

export function createSorter(fields: SortField[], collation?: unknown): Sorter<unknown> {
  const strings = createStringOrder(collation);
  return (strings === undefined ? byteSorter(fields) : collatedSorter(fields, strings)) as Sorter<unknown>;
}

function byteSorter(fields: SortField[]): Sorter<Buffer> {
  const writer = new KeyWriter();
  return {
    keyOf(document) {
      writer.reset();
      for (const field of fields) writer.component(findSortValue(document, field), field.direction);
      return writer.take();
    },
    compare: Buffer.compare,
  };
}

function collatedSorter(fields: SortField[], strings: StringOrder): Sorter<unknown[]> {
  return {
    keyOf: (document) => fields.map((field) => findSortValue(document, field, strings)),
    compare(a, b) {
      for (const [i, field] of fields.entries()) {
        const order = compareValues(a[i], b[i], strings) * field.direction;
        if (order !== 0) return order;
      }
      return 0;
    },
  };
}

/** Returns the least value at a path, or the greatest if the order is descending. An empty array counts as missing. */
function findSortValue(
  document: BsonDocument,
  { parts, direction }: SortField,
  strings?: StringOrder,
): unknown {
  const values = valuesAt(document, parts).flatMap((value) =>
    Array.isArray(value) && value.length === 0 ? [undefined] : value,
  );
  return values.length < 2
    ? values[0]
    : values.reduce((best, value) => (compareValues(value, best, strings) * direction < 0 ? value : best));
}
