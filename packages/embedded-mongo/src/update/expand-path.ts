import type { BsonDocument } from '../bson/bson-document.js';
import { valuesAt } from '../bson/field-path.js';
import type { FilterOptions } from '../query/compile-filter.js';
import { findMatchedPosition } from '../query/matched-position.js';
import { badValue } from '../server-error.js';
import type { ArrayFilters } from './array-filters.js';

export interface ExpansionContext {
  document: BsonDocument;
  filter: BsonDocument;
  arrayFilters: ArrayFilters;
  options: FilterOptions;
}

/**
 * Returns the paths of the fields that an update path names in a document: `$` is the element that matched
 * the filter, `$[]` every element, and `$[name]` the elements that the array filter accepts.
 */
export function expandPath(path: string, context: ExpansionContext): string[][] {
  return path
    .split('.')
    .reduce<string[][]>((found, part) => found.flatMap((parts) => expandPart(parts, part, context)), [[]]);
}

function expandPart(parts: string[], part: string, context: ExpansionContext): string[][] {
  if (!part.startsWith('$')) return [[...parts, part]];
  const [array] = valuesAt(context.document, parts);
  if (part === '$') return [[...parts, String(findPosition(parts, context))]];
  if (!Array.isArray(array)) {
    throw badValue(
      `The path '${parts.join('.')}' must exist in the document in order to apply array updates.`,
    );
  }
  const accepts = findElementTest(part, context);
  return array.flatMap((element, i) => (accepts(element) ? [[...parts, String(i)]] : []));
}

function findPosition(parts: string[], { document, filter, options }: ExpansionContext): number {
  const position = findMatchedPosition(document, parts.join('.'), filter, options);
  if (position === undefined)
    throw badValue('The positional operator did not find the match needed from the query.');
  return position;
}

function findElementTest(part: string, { arrayFilters }: ExpansionContext): (element: unknown) => boolean {
  if (part === '$[]') return () => true;
  const identifier = /^\$\[(\w+)\]$/.exec(part)?.[1] ?? part;
  const test = arrayFilters.get(identifier);
  if (test === undefined) throw badValue(`No array filter found for identifier '${identifier}'`);
  return test;
}
