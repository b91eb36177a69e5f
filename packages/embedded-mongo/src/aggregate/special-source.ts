import { BSON } from 'bson';
import type { BsonDocument } from '../bson/bson-document.js';
import { isDocument } from '../bson/value-type.js';
import { expressionEvaluator } from '../query/expressions.js';
import type { Pausing } from '../query/pausing.js';
import { locationError, namespaceNotFound } from '../server-error.js';
import type { Collection } from '../storage/catalog.js';
import type { PipelineContext, Stage } from './pipeline.js';

/** The documents of a first stage that does not read a collection's; undefined for any other stage. */
export function specialSource(
  context: PipelineContext,
  collection: Collection | undefined,
  { name, operand }: Stage,
): Pausing<BsonDocument> | undefined {
  switch (name) {
    case '$documents':
      return literalDocuments(operand, context);
    case '$collStats':
      return collectionStatistics(context, collection);
    case '$indexStats':
      return indexStatistics(collection);
    case '$currentOp':
      return nothing();
    case '$listLocalSessions':
      return ownSession();
    default:
      return undefined;
  }
}

function* literalDocuments(operand: unknown, context: PipelineContext): Pausing<BsonDocument> {
  const documents = expressionEvaluator(operand, context)({});
  if (!Array.isArray(documents) || !documents.every(isDocument)) {
    throw locationError(5858203, 'an array of documents is expected by $documents');
  }
  yield* documents;
}

function* collectionStatistics(
  { store }: PipelineContext,
  collection: Collection | undefined,
): Pausing<BsonDocument> {
  if (collection === undefined) throw namespaceNotFound('Collection not found');
  const { documents, bytes } = store.catalog.size(collection);
  const avgObjSize = documents === 0 ? 0 : Math.round(bytes / documents);
  const storageStats = {
    size: bytes,
    count: documents,
    avgObjSize,
    storageSize: bytes,
    nindexes: collection.indexes.length + 1,
  };
  yield { ns: collection.ns, count: documents, storageStats };
}

function* indexStatistics(collection: Collection | undefined): Pausing<BsonDocument> {
  const indexes = [
    { name: '_id_', key: { _id: 1 } },
    ...(collection?.indexes ?? []).map((index) => index.definition),
  ];
  for (const { name, key } of indexes)
    yield { name, key, host: 'localhost', accesses: { ops: 0, since: new Date(0) } };
}

function* ownSession(): Pausing<BsonDocument> {
  yield { _id: { id: new BSON.UUID() }, lastUse: new Date() };
}

function* nothing(): Pausing<BsonDocument> {}
