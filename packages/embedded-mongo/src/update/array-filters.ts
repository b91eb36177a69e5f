import type { BsonDocument } from '../bson/bson-document.js';
import { isDocument } from '../bson/value-type.js';
import { compileFilter, type FilterOptions } from '../query/compile-filter.js';
import type { ValueTest } from '../query/value-test.js';
import { failedToParse } from '../server-error.js';

/** The tests of array elements for `$[identifier]`, by identifier. */
export type ArrayFilters = Map<string, ValueTest>;

/** @throws ServerError 9 for a filter with no or several identifiers, or with one that no path uses. */
export function compileArrayFilters(filters: unknown, paths: string[], options: FilterOptions): ArrayFilters {
  const compiled: ArrayFilters = new Map();
  for (const filter of Array.isArray(filters) ? filters : []) {
    const identifier = isDocument(filter) ? identifierOf(filter) : undefined;
    if (identifier === undefined)
      throw failedToParse('Expected a single top-level field name in each array filter');
    if (compiled.has(identifier))
      throw failedToParse(`Found multiple array filters with the same top-level field name ${identifier}`);
    if (!paths.some((path) => path.split('.').includes(`$[${identifier}]`))) {
      throw failedToParse(`The array filter for identifier '${identifier}' was not used in the update`);
    }
    const { matches } = compileFilter(filter, options);
    compiled.set(identifier, (element) => matches({ [identifier]: element }));
  }
  return compiled;
}

function identifierOf(filter: BsonDocument): string | undefined {
  const names = Object.entries(filter).flatMap(([name, operand]) =>
    name.startsWith('$') && Array.isArray(operand)
      ? operand.filter(isDocument).map(identifierOf)
      : [name.split('.')[0]],
  );
  const [identifier, ...others] = new Set(names);
  return others.length === 0 ? identifier : undefined;
}
