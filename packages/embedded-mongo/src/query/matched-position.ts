import type { BsonDocument } from '../bson/bson-document.js';
import { valuesAt } from '../bson/field-path.js';
import { isDocument } from '../bson/value-type.js';
import { compileFilter, type Predicate } from './compile-filter.js';
import type { ExpressionOptions } from './expressions.js';

/**
 * Which element of the array at `path` made a document match: what `$` stands for in updates and
 * projections. The first element that satisfies every condition the filter has about the array,
 * else the first that satisfies one of them; undefined when there is none.
 */
export function matchedPosition(
  document: BsonDocument,
  path: string,
  filter: BsonDocument,
  options: ExpressionOptions = {},
): number | undefined {
  const [array] = valuesAt(document, path.split('.'));
  const conditions = elementConditions(filter, path, options);
  if (!Array.isArray(array) || conditions.length === 0) return undefined;
  const satisfied = (element: unknown, test: Predicate): boolean => test({ element: [element] });
  const best = array.findIndex((element) => conditions.every((test) => satisfied(element, test)));
  const some =
    best >= 0 ? best : array.findIndex((element) => conditions.some((test) => satisfied(element, test)));
  return some >= 0 ? some : undefined;
}

/** The filter's conditions about an array, each as a test of a document that holds one element. */
function elementConditions(filter: BsonDocument, path: string, options: ExpressionOptions): Predicate[] {
  return Object.entries(filter).flatMap(([name, condition]) => {
    if (name === '$and' && Array.isArray(condition)) {
      return condition.filter(isDocument).flatMap((part) => elementConditions(part, path, options));
    }
    if (name !== path && !name.startsWith(`${path}.`)) return [];
    const rest = name.slice(path.length);
    return [compileFilter({ [`element${rest}`]: condition }, options).matches];
  });
}
