import { type BsonDocument, encode } from '../bson/bson-document.js';
import { isDocument } from '../bson/value-type.js';
import { sameKeyPattern } from '../plan/choose-plan.js';
import type { Pausing } from '../query/pausing.js';
import { indexNotFound, namespaceNotFound, ServerError } from '../server-error.js';
import type { Collection, Index } from '../storage/catalog.js';
import type { Reply } from '../wire/reply.js';
import { type CommandContext, findCollection, optionalNumber, targetOf } from './command.js';

const LISTED_AT_ONCE = 1000;

export function listIndexes(context: CommandContext): Promise<Reply> {
  const target = targetOf(context);
  const collection = findCollection(context, target);
  if (collection === undefined) throw namespaceNotFound(`ns does not exist: ${target.ns}`);
  const { cursor } = context.body;
  const batchSize = isDocument(cursor) ? optionalNumber(cursor.batchSize) : undefined;
  return context.server.cursors.open(target.ns, shownIndexes(collection), {
    batchSize: batchSize ?? LISTED_AT_ONCE,
  });
}

function* shownIndexes(collection: Collection): Pausing<Buffer> {
  yield encode({ v: 2, key: { _id: 1 }, name: '_id_' });
  for (const { definition } of collection.indexes) {
    const { id: _id, multikey: _multikey, key, name, ...options } = definition;
    yield encode({ v: 2, key, name, ...options });
  }
}

export async function dropIndexes(context: CommandContext): Promise<BsonDocument> {
  const { server, body } = context;
  const { catalog } = server.database;
  const { db, name, ns } = targetOf(context);
  const reply = await server.database.write(() => {
    const collection = catalog.find(db, name);
    if (collection === undefined) throw namespaceNotFound(`ns not found ${ns}`);
    const nIndexesWas = collection.indexes.length + 1;
    for (const index of chosenIndexes(collection, body.index)) catalog.dropIndex(collection, index);
    return { nIndexesWas };
  });
  server.noteGarbage();
  return reply;
}

function chosenIndexes(collection: Collection, choice: unknown): Index[] {
  if (choice === '*') return [...collection.indexes];
  return [choice].flat().map((one) => findIndex(collection, one));
}

/** @throws ServerError when it is the index of `_id`, or there is none. */
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

/** The index that `collMod` changes. */
export function indexToChange(collection: Collection, { name, keyPattern }: BsonDocument): Index {
  return findIndex(collection, typeof name === 'string' ? name : keyPattern);
}
