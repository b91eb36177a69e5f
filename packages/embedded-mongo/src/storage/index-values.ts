import type { BsonDocument } from '../bson/bson-document.js';
import { fieldOf, isArrayIndex } from '../bson/field-path.js';
import { isDocument } from '../bson/value-type.js';
import { ServerError } from '../server-error.js';

export interface IndexValues {
  /** One list of values, in the order of the index's fields, for each entry of the document. */
  tuples: unknown[][];
  /** An array was on the way, so the document may have several entries. */
  multikey: boolean;
}

/** How far one indexed path has been followed into the document. */
interface Walk {
  value: unknown;
  parts: readonly string[];
  at: number;
  /** The value is an element of the array that is being expanded. */
  isElement: boolean;
}

/**
 * The values that an index holds of a document: an array on an indexed path makes one entry for
 * each of its elements, an empty one counts as a missing value.
 *
 * @throws ServerError 171 when two paths go through different arrays, as MongoDB does.
 */
export function indexValues(document: BsonDocument, paths: readonly (readonly string[])[]): IndexValues {
  const found: IndexValues = { tuples: [], multikey: false };
  expand(
    paths.map((parts) => ({ value: document, parts, at: 0, isElement: false })),
    found,
  );
  return found;
}

function expand(walks: Walk[], found: IndexValues): void {
  const array = theOneArray(walks.map(follow));
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

/** Follows a path to its end, or to an array to expand, which is returned. */
function follow(walk: Walk): unknown[] | undefined {
  while (true) {
    const part = walk.parts[walk.at];
    if (Array.isArray(walk.value)) {
      if (part === undefined || !namesPosition(part, walk.value)) return stopAtArray(walk, walk.value);
      walk.value = walk.value[Number(part)];
    } else {
      if (part === undefined) return undefined;
      walk.value = isDocument(walk.value) ? fieldOf(walk.value, part) : undefined;
    }
    walk.at++;
    walk.isElement = false;
  }
}

const namesPosition = (part: string, array: unknown[]): boolean =>
  isArrayIndex(part) && Number(part) < array.length;

/** An array inside the expanded array is not expanded again: it is a value, or the path ends in nothing. */
function stopAtArray(walk: Walk, array: unknown[]): unknown[] | undefined {
  if (!walk.isElement) return array;
  if (walk.at < walk.parts.length) walk.value = undefined;
  walk.at = walk.parts.length;
  return undefined;
}

function theOneArray(arrays: (unknown[] | undefined)[]): unknown[] | undefined {
  const [first, ...others] = new Set(arrays.filter((array) => array !== undefined));
  if (others.length > 0)
    throw new ServerError(171, 'CannotIndexParallelArrays', 'cannot index parallel arrays');
  return first;
}
