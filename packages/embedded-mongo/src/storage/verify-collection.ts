import type { Catalog, Collection } from './catalog.js';
import type { DocumentStore } from './document-store.js';
import { keysWithPrefix } from './key-range.js';

export interface CollectionCheck {
  ns: string;
  documents: number;
  indexes: number;
  /** One sentence for each fault; at most 50. */
  errors: string[];
}

const MAX_ERRORS = 50;

/** Compares every document of a collection with every index entry. */
export function verifyCollection(store: DocumentStore, collection: Collection): CollectionCheck {
  const errors: string[] = [];
  const expected = new Map(collection.indexes.map((index) => [index, 0]));
  let documents = 0;
  let bytes = 0;
  for (const { idKey, raw } of store.documents(collection)) {
    documents++;
    bytes += raw.length;
    const keys = store.computeKeys(collection, raw);
    if (!keys.idKey.equals(idKey))
      errors.push(`a document is stored under another _id: ${idKey.toString('hex')}`);
    collection.indexes.forEach((index, i) => {
      const wanted = keys.perIndex[i]?.keys ?? [];
      expected.set(index, (expected.get(index) ?? 0) + wanted.length);
      const isMissing = wanted.some((key) => store.indexEntry(key)?.equals(idKey) !== true);
      if (isMissing)
        errors.push(`index ${index.definition.name} lacks an entry for _id ${idKey.toString('hex')}`);
    });
    if (errors.length > MAX_ERRORS) break;
  }
  for (const [index, count] of expected)
    errors.push(...wrongEntryCount(store, index.prefix, index.definition.name, count));
  errors.push(...wrongSize(store.catalog, collection, documents, bytes));
  return {
    ns: collection.ns,
    documents,
    indexes: collection.indexes.length + 1,
    errors: errors.slice(0, MAX_ERRORS),
  };
}

function wrongEntryCount(store: DocumentStore, prefix: Buffer, name: string, expected: number): string[] {
  const found = store.countKeys('indexes', keysWithPrefix(prefix));
  return found === expected ? [] : [`index ${name} has ${found} entries instead of ${expected}`];
}

function wrongSize(catalog: Catalog, collection: Collection, documents: number, bytes: number): string[] {
  const noted = catalog.size(collection);
  if (noted.documents === documents && noted.bytes === bytes) return [];
  return [`${documents} documents of ${bytes} bytes are noted as ${noted.documents} of ${noted.bytes}`];
}
