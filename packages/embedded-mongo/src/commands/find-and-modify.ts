import { type BsonDocument, decodeExactly, encode } from '../bson/bson-document.js';
import { compileProjection } from '../query/compile-projection.js';
import { failedToParse } from '../server-error.js';
import { findFirst, insertUpsert, updateDocument } from './change-documents.js';
import { type CommandContext, readTarget } from './command-context.js';
import { parseDelete } from './delete.js';
import { parseUpdate, type UpdateStatement } from './update.js';

/** Finds one document and changes or removes it in one atomic step. */
export async function findAndModify(context: CommandContext): Promise<BsonDocument> {
  const { server, message, body } = context;
  const {
    query: filter = {},
    sort,
    update: change,
    upsert,
    arrayFilters,
    hint,
    collation,
  } = decodeExactly(message.rawBody);
  if (body.remove === true) return remove(context, { filter, sort, hint, collation });
  if (change === undefined) throw failedToParse('Either an update or remove=true must be specified');
  server.freeSpace.checkUpdate(message.sizeBytes);
  const statement = parseUpdate(context, { filter, change, upsert, arrayFilters, hint, collation, sort });
  return server.database.write(() => modify(context, statement), message.sizeBytes);
}

function modify(context: CommandContext, statement: UpdateStatement): BsonDocument {
  const { server, body } = context;
  const { database } = server;
  const target = readTarget(context);
  const show = compileProjection(body.fields, statement.query);
  const shown = (raw: Buffer): BsonDocument => decodeExactly(show(raw));
  const collection = database.catalog.find(target.db, target.name);
  const found = findFirst(database, collection, statement.query);
  if (collection !== undefined && found !== undefined) {
    const after = updateDocument(database, collection, found, statement);
    return {
      lastErrorObject: { n: 1, updatedExisting: true },
      value: shown(body.new === true ? after.raw : found.raw),
    };
  }
  if (!statement.isUpsert) return { lastErrorObject: { n: 0, updatedExisting: false }, value: null };
  const document = insertUpsert(database, target, statement);
  const value = body.new === true ? shown(encode(document)) : null;
  return { lastErrorObject: { n: 1, updatedExisting: false, upserted: document._id }, value };
}

interface Removal {
  filter: unknown;
  sort: unknown;
  hint: unknown;
  collation: unknown;
}

async function remove(context: CommandContext, { sort, ...fields }: Removal): Promise<BsonDocument> {
  const { server, body } = context;
  const { database } = server;
  const target = readTarget(context);
  const query = { ...parseDelete({ ...fields, multi: false }).query, sort };
  const show = compileProjection(body.fields, query);
  return database.write(() => {
    const collection = database.catalog.find(target.db, target.name);
    const found = findFirst(database, collection, query);
    if (collection === undefined || found === undefined) return { lastErrorObject: { n: 0 }, value: null };
    database.documents.remove(collection, found);
    return { lastErrorObject: { n: 1 }, value: decodeExactly(show(found.raw)) };
  });
}
