import { type BsonDocument, encode } from '../bson/bson-document.js';
import { isDocument } from '../bson/value-type.js';
import { sameKeyPattern } from '../plan/choose-plan.js';
import type { Pausing } from '../query/pausing.js';
import { indexNotFound, namespaceNotFound, ServerError } from '../server-error.js';
import type { Collection, Index } from '../storage/catalog.js';
import type { Reply } from '../wire/reply.js';
import { type CommandContext, findCollection, optionalNumber, readTarget } from './command-context.js';

const LISTED_AT_ONCE = 1000;

export function listIndexes(context: CommandContext): Promise<Reply> {
  const target = readTarget(context);
  const collection = findCollection(context, target);
  if (collection === undefined) throw namespaceNotFound(`ns does not exist: ${target.ns}`);
  const { cursor } = context.body;
  const batchSize = isDocument(cursor) ? optionalNumber(cursor.batchSize) : undefined;
  return context.server.cursors.open(target.ns, describeIndexes(collection), {
    batchSize: batchSize ?? LISTED_AT_ONCE,
  });
}

function* describeIndexes(collection: Collection): Pausing<Buffer> {
  yield encode({ v: 2, key: { _id: 1 }, name: '_id_' });
  for (const { definition } of collection.indexes) {
    const { id: _id, multikey: _multikey, key, name, ...options } = definition;
    yield encode({ v: 2, key, name, ...options });
  }
}

export async function dropIndexes(context: CommandContext): Promise<BsonDocument> {
  const { server, body } = context;
  const { catalog } = server.database;
  const { db, name, ns } = readTarget(context);
  const reply = await server.database.write(() => {
    const collection = catalog.find(db, name);
    if (collection === undefined) throw namespaceNotFound(`ns not found ${ns}`);
    const nIndexesWas = collection.indexes.length + 1;
    for (const index of findChosenIndexes(collection, body.index)) catalog.dropIndex(collection, index);
    return { nIndexesWas };
  });
  server.scheduleGarbageRemoval();
  return reply;
}

function findChosenIndexes(collection: Collection, choice: unknown): Index[] {
  if (choice === '*') return [...collection.indexes];
  return [choice].flat().map((one) => findIndex(collection, one));
}

/** @throws ServerError 72 for the index on `_id`, 27 if the index does not exist. */
function findIndex(collection: Collection, choice: unknown): Index {
  if (choice === '_id_' || (isDocument(choice) && sameKeyPattern(choice, { _id: 1 }))) {
    throw new ServerError(72, 'InvalidOptions', 'cannot drop _id index');
  }
  const index = collection.indexes.find(({ definition: { name, key } }) =>
    isDocument(choice) ? sameKeyPattern(key, choice) : name === choice,
  );
  if (index !== undefined) return index;
  throw indexNotFound(
    `index not found with name [${isDocument(choice) ? JSON.stringify(choice) : String(choice)}]`,
  );
}

/** Finds the index that a `collMod` command changes. */
export function findIndexToChange(collection: Collection, { name, keyPattern }: BsonDocument): Index {
  return findIndex(collection, typeof name === 'string' ? name : keyPattern);
}
