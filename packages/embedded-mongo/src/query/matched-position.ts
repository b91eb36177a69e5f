import type { BsonDocument } from '../bson/bson-document.js';
import { valuesAt } from '../bson/field-path.js';
import { isDocument } from '../bson/value-type.js';
import { compileFilter, type FilterOptions, type Predicate } from './compile-filter.js';

/**
 * Finds the element of the array at `path` that made a document match, which `$` names in updates and
 * projections: the first element that meets every condition of the filter on the array,
 * else the first that meets one of them, else undefined.
 */
export function findMatchedPosition(
  document: BsonDocument,
  path: string,
  filter: BsonDocument,
  options: FilterOptions = {},
): number | undefined {
  const [array] = valuesAt(document, path.split('.'));
  const conditions = compileElementConditions(filter, path, options);
  if (!Array.isArray(array) || conditions.length === 0) return undefined;
  const satisfied = (element: unknown, test: Predicate): boolean => test({ element: [element] });
  const best = array.findIndex((element) => conditions.every((test) => satisfied(element, test)));
  const some =
    best >= 0 ? best : array.findIndex((element) => conditions.some((test) => satisfied(element, test)));
  return some >= 0 ? some : undefined;
}

/** Compiles the conditions of a filter on an array, each to a test of a document that holds one element. */
function compileElementConditions(filter: BsonDocument, path: string, options: FilterOptions): Predicate[] {
  return Object.entries(filter).flatMap(([name, condition]) => {
    if (name === '$and' && Array.isArray(condition)) {
      return condition.filter(isDocument).flatMap((part) => compileElementConditions(part, path, options));
    }
    if (name !== path && !name.startsWith(`${path}.`)) return [];
    const rest = name.slice(path.length);
    return [compileFilter({ [`element${rest}`]: condition }, options).matches];
  });
}
