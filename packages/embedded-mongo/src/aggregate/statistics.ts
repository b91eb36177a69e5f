import type { BsonDocument } from '../bson/bson-document.js';
import type { Pausing } from '../query/pausing.js';
import { namespaceNotFound } from '../server-error.js';
import type { Collection } from '../storage/catalog.js';
import type { DocumentStore } from '../storage/document-store.js';

/** The sizes of a collection under the names that MongoDB has for them; a missing collection is empty. */
export function collectionSizes(
  { catalog }: DocumentStore,
  collection: Collection | undefined,
): BsonDocument {
  const { documents, bytes } =
    collection === undefined ? { documents: 0, bytes: 0 } : catalog.size(collection);
  const names = ['_id_', ...(collection?.indexes ?? []).map(({ definition }) => definition.name)];
  return {
    size: bytes,
    count: documents,
    avgObjSize: documents === 0 ? 0 : Math.round(bytes / documents),
    storageSize: bytes,
    nindexes: collection === undefined ? 0 : names.length,
    indexSizes: Object.fromEntries(names.map((name) => [name, 0])),
    totalIndexSize: 0,
  };
}

/** The document of a `$collStats` stage. */
export function* collectionStatistics(
  store: DocumentStore,
  collection: Collection | undefined,
): Pausing<BsonDocument> {
  if (collection === undefined) throw namespaceNotFound('Collection not found');
  const storageStats = collectionSizes(store, collection);
  yield { ns: collection.ns, count: storageStats.count, storageStats };
}

/** The documents of an `$indexStats` stage. The use of indexes is not counted. */
export function* indexStatistics(collection: Collection | undefined): Pausing<BsonDocument> {
  const definitions = (collection?.indexes ?? []).map(({ definition }) => definition);
  for (const { name, key } of [{ name: '_id_', key: { _id: 1 } }, ...definitions])
    yield { name, key, host: 'localhost', accesses: { ops: 0, since: new Date(0) } };
}
