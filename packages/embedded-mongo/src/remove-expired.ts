import { compileFilter, matchesRaw } from './query/compile-filter.js';
import { findDocuments } from './query/find-documents.js';
import { runInSlices } from './query/pausing.js';
import type { Collection, Index } from './storage/catalog.js';
import type { Database } from './storage/database.js';

const STEP_DOCUMENTS = 500;

/** Deletes the documents that have expired by a TTL index. */
export async function removeExpired(database: Database, now: number): Promise<void> {
  for (const collection of database.catalog.list()) {
    for (const index of collection.indexes) {
      if (index.definition.expireAfterSeconds === undefined) continue;
      while ((await removeExpiredBatch(database, collection, index, now)) === STEP_DOCUMENTS);
    }
  }
}

async function removeExpiredBatch(
  database: Database,
  { db, name, id }: Collection,
  index: Index,
  now: number,
): Promise<number> {
  const { expireAfterSeconds = 0, partialFilterExpression = {} } = index.definition;
  const path = index.fields[0]?.path ?? '_id';
  const isOver = { [path]: { $lte: new Date(now - expireAfterSeconds * 1000) } };
  // A partial index expires only the documents that it holds.
  const query = { filter: { $and: [isOver, partialFilterExpression] }, limit: STEP_DOCUMENTS };
  const collection = database.catalog.find(db, name);
  if (collection?.id !== id) return 0;
  const expired: Buffer[] = [];
  await runInSlices(
    findDocuments(database.documents, collection, query),
    ({ idKey }) => expired.push(idKey),
    {},
  );
  if (expired.length === 0) return 0;
  const filter = compileFilter(query.filter);
  return database.write(() => {
    const current = database.catalog.find(db, name);
    if (current?.id !== id) return 0;
    for (const idKey of expired) {
      const raw = database.documents.get(current, idKey);
      if (raw !== undefined && matchesRaw(filter, raw)) database.documents.remove(current, { idKey, raw });
    }
    return expired.length;
  });
}
