import { compileFilter, matchesRaw } from '../query/compile-filter.js';
import { findDocuments, type Query } from '../query/find-documents.js';
import { runInSlices } from '../query/pausing.js';
import type { Collection } from '../storage/catalog.js';
import type { Database } from '../storage/database.js';
import type { StoredDocument } from '../storage/document-store.js';
import { KeyList } from '../storage/key-list.js';
import type { Target } from './command-context.js';

const STEP_DOCUMENTS = 500;
const STEP_BYTES = 2 * 1024 * 1024;

interface ForEachMatchOptions {
  change(collection: Collection, found: StoredDocument): void;
  /** Called with the most bytes and documents that a step writes; throws to refuse it. */
  beforeStep?(bytes: number, documents: number): void;
}

/**
 * Changes every match of a query, in writes of limited size. Collects the ids of all matches first, because
 * a change can move a document in the index that is being read, and it would be found twice. Tests each
 * document again before changing it.
 */
export async function forEachMatch(
  database: Database,
  target: Target,
  query: Query,
  { change, beforeStep = () => {} }: ForEachMatchOptions,
): Promise<void> {
  const collection = database.catalog.find(target.db, target.name);
  const filter = compileFilter(query.filter, query);
  if (collection === undefined) return;
  const ids = new KeyList();
  await runInSlices(findDocuments(database.documents, collection, query), ({ idKey }) => ids.push(idKey), {});

  const changeSome = (from: number): number => {
    const current = database.catalog.find(target.db, target.name);
    if (current?.id !== collection.id) return ids.length;
    let bytes = 0;
    let position = from;
    for (; position < Math.min(ids.length, from + STEP_DOCUMENTS) && bytes < STEP_BYTES; position++) {
      const idKey = ids.at(position);
      const raw = database.documents.get(current, idKey);
      if (raw === undefined || !matchesRaw(filter, raw)) continue;
      bytes += raw.length;
      change(current, { idKey, raw });
    }
    return position;
  };
  for (let position = 0; position < ids.length; ) {
    const from = position;
    beforeStep(STEP_BYTES, Math.min(ids.length - from, STEP_DOCUMENTS));
    position = await database.write(() => changeSome(from), STEP_BYTES);
  }
}
