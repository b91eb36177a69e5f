import type { BsonDocument } from './bson-document.js';
import { fieldsOf, isDocument } from './value-type.js';

const ARRAY_INDEX = /^\d+$/;

export const isArrayIndex = (part: string): boolean => ARRAY_INDEX.test(part);

/** Returns an own field of a document; undefined if it is missing. */
export function fieldOf(document: BsonDocument, name: string): unknown {
  const fields = fieldsOf(document);
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/**
 * Returns the values that a filter or a sort finds at a dotted path. The path continues into the documents of
 * an array on its way, and a number in it may also name a position of the array. An array at the end
 * of the path is returned whole. A missing field counts as one undefined value.
 */
export function valuesAt(root: unknown, parts: readonly string[]): unknown[] {
  const found: unknown[] = [];
  collect(root, parts, 0, found);
  return found;
}

function collect(value: unknown, parts: readonly string[], from: number, found: unknown[]): void {
  let current = value;
  for (let i = from; i < parts.length; i++) {
    const part = parts[i] as string;
    if (Array.isArray(current)) {
      collectFromArray(current, parts, i, found);
      return;
    }
    current = isDocument(current) ? fieldOf(current, part) : undefined;
  }
  found.push(current);
}

function collectFromArray(array: unknown[], parts: readonly string[], at: number, found: unknown[]): void {
  const part = parts[at] as string;
  if (isArrayIndex(part) && Number(part) < array.length) collect(array[Number(part)], parts, at + 1, found);
  for (const element of array) if (isDocument(element)) collect(element, parts, at, found);
}

/** Whether a value at the path, or an element of an array there, passes the test. */
export function someValueAt(
  root: unknown,
  parts: readonly string[],
  test: (value: unknown) => boolean,
): boolean {
  const [only] = parts;
  if (parts.length === 1 && isDocument(root)) return satisfies(fieldOf(root, only as string), test);
  return valuesAt(root, parts).some((value) => satisfies(value, test));
}

const satisfies = (value: unknown, test: (value: unknown) => boolean): boolean =>
  test(value) || (Array.isArray(value) && value.some(test));
