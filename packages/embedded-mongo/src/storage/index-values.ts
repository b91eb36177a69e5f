import type { BsonDocument } from '../bson/bson-document.js';
import { fieldOf, isArrayIndex } from '../bson/field-path.js';
import { isDocument } from '../bson/value-type.js';
import { ServerError } from '../server-error.js';

export interface IndexValues {
  /** For each entry of the document, one list of values in the order of the fields of the index. */
  tuples: unknown[][];
  /** Whether an array is on an indexed path, so that the document may have several entries. */
  multikey: boolean;
}

/** The position of one indexed path in the document. */
interface Walk {
  value: unknown;
  parts: readonly string[];
  at: number;
  /** Whether the value is an element of the array that is being expanded. */
  isElement: boolean;
}

/**
 * Returns the values that an index holds of a document. An array on an indexed path makes one entry for
 * each of its elements; an empty array counts as a missing value.
 *
 * @throws ServerError 171 if two paths lead through different arrays.
 */
export function collectIndexValues(
  document: BsonDocument,
  paths: readonly (readonly string[])[],
): IndexValues {
  const found: IndexValues = { tuples: [], multikey: false };
  expand(
    paths.map((parts) => ({ value: document, parts, at: 0, isElement: false })),
    found,
  );
  return found;
}

function expand(walks: Walk[], found: IndexValues): void {
  const array = findOnlyArray(walks.map(follow));
  if (array === undefined) {
    found.tuples.push(walks.map((walk) => walk.value));
    return;
  }
  found.multikey = true;
  for (const element of array.length > 0 ? array : [undefined]) {
    expand(
      walks.map((walk) =>
        walk.value === array ? { ...walk, value: element, isElement: true } : { ...walk },
      ),
      found,
    );
  }
}

/** Follows a path to its end, or to an array that must be expanded, and returns that array. */
function follow(walk: Walk): unknown[] | undefined {
  while (true) {
    const part = walk.parts[walk.at];
    if (Array.isArray(walk.value)) {
      if (part === undefined || !isPosition(part, walk.value)) return handleArray(walk, walk.value);
      walk.value = walk.value[Number(part)];
    } else {
      if (part === undefined) return undefined;
      walk.value = isDocument(walk.value) ? fieldOf(walk.value, part) : undefined;
    }
    walk.at++;
    walk.isElement = false;
  }
}

const isPosition = (part: string, array: unknown[]): boolean =>
  isArrayIndex(part) && Number(part) < array.length;

/** Does not expand an array inside the expanded array: it is the value, or the value is missing. */
function handleArray(walk: Walk, array: unknown[]): unknown[] | undefined {
  if (!walk.isElement) return array;
  if (walk.at < walk.parts.length) walk.value = undefined;
  walk.at = walk.parts.length;
  return undefined;
}

function findOnlyArray(arrays: (unknown[] | undefined)[]): unknown[] | undefined {
  const [first, ...others] = new Set(arrays.filter((array) => array !== undefined));
  if (others.length > 0)
    throw new ServerError(171, 'CannotIndexParallelArrays', 'cannot index parallel arrays');
  return first;
}
