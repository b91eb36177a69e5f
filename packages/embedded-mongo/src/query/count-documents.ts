import type { Collection } from '../storage/catalog.js';
import type { DocumentStore } from '../storage/document-store.js';
import { compileFilter } from './compile-filter.js';
import { findDocuments, planQuery, type Query } from './find-documents.js';
import { PAUSE } from './pausing.js';

/** Counts matches. Reads only the keys of an index if its bounds cover the whole filter. */
export function* countDocuments(
  store: DocumentStore,
  collection: Collection | undefined,
  query: Query,
): Generator<typeof PAUSE, number, void> {
  const { skip = 0, limit } = query;
  const matches = yield* countMatches(store, collection, query);
  return Math.max(0, Math.min(matches - skip, limit || Number.POSITIVE_INFINITY));
}

function* countMatches(
  store: DocumentStore,
  collection: Collection | undefined,
  query: Query,
): Generator<typeof PAUSE, number, void> {
  compileFilter(query.filter, query);
  if (collection === undefined) return 0;
  if (Object.keys(query.filter).length === 0) return store.catalog.size(collection).documents;
  const plan = planQuery(collection, { ...query, sort: undefined });
  let count = 0;
  if (plan.isExact) {
    const table = plan.kind === 'index' ? 'indexes' : 'documents';
    for (const range of plan.ranges) count += store.countKeys(table, range);
    return count;
  }
  const limit = query.limit ? (query.skip ?? 0) + query.limit : 0;
  for (const step of findDocuments(
    store,
    collection,
    { ...query, sort: undefined, skip: 0, limit },
    { keysOnly: true },
  )) {
    if (step === PAUSE) yield PAUSE;
    else count++;
  }
  return count;
}
