import { type BsonDocument, encode } from '../bson/bson-document.js';
import { equalValues } from '../bson/compare-values.js';
import { isDocument, toNumber } from '../bson/value-type.js';
import { compileFilter } from '../query/compile-filter.js';
import type { Pausing } from '../query/pausing.js';
import { namespaceNotFound, notSupported, ServerError } from '../server-error.js';
import type { Reply } from '../wire/reply.js';
import { type CommandContext, optionalNumber, parseNamespace, readTarget } from './command-context.js';
import { findIndexToChange } from './manage-indexes.js';

const OPTIONS = ['validator', 'validationLevel', 'validationAction'] as const;
const LEFT_OUT: Record<string, string> = {
  capped: 'a capped collection',
  timeseries: 'a time-series collection',
  viewOn: 'a view',
  clusteredIndex: 'a clustered collection',
  encryptedFields: 'an encrypted collection',
  changeStreamPreAndPostImages: 'a collection with pre-images',
};

const alreadyThere = (ns: string): ServerError =>
  new ServerError(48, 'NamespaceExists', `Collection ${ns} already exists.`);

export async function create(context: CommandContext): Promise<BsonDocument> {
  const { server, body } = context;
  const { catalog } = server.database;
  const { db, name, ns } = readTarget(context);
  for (const [option, feature] of Object.entries(LEFT_OUT))
    if (isRequested(body[option])) throw notSupported(feature);
  if (isDocument(body.collation) && body.collation.locale !== 'simple')
    throw notSupported('a collation of a whole collection');
  const options = readOptions(body);
  await server.database.write(() => {
    const existing = catalog.find(db, name);
    if (existing === undefined) catalog.create(db, name, options);
    else if (!equalValues(existing.options, options)) throw alreadyThere(ns);
  });
  return {};
}

const isRequested = (option: unknown): boolean => option !== undefined && option !== false;

function readOptions(body: BsonDocument): BsonDocument {
  if (isDocument(body.validator)) compileFilter(body.validator);
  return Object.fromEntries(
    OPTIONS.filter((name) => body[name] !== undefined).map((name) => [name, body[name]]),
  );
}

export async function drop(context: CommandContext): Promise<BsonDocument> {
  const { server } = context;
  const { catalog } = server.database;
  const { db, name, ns } = readTarget(context);
  const reply = await server.database.write(() => {
    const collection = catalog.find(db, name);
    if (collection === undefined) return { ns };
    catalog.drop(collection);
    return { nIndexesWas: collection.indexes.length + 1, ns };
  });
  server.scheduleGarbageRemoval();
  return reply;
}

export async function dropDatabase({ server, db }: CommandContext): Promise<BsonDocument> {
  const { catalog } = server.database;
  await server.database.write(() => {
    for (const collection of catalog.list(db)) catalog.drop(collection);
  });
  server.scheduleGarbageRemoval();
  return { dropped: db };
}

export async function renameCollection({ server, body }: CommandContext): Promise<BsonDocument> {
  const { catalog } = server.database;
  const from = parseNamespace(body.renameCollection);
  const to = parseNamespace(body.to);
  if (from.ns === to.ns) throw new ServerError(20, 'IllegalOperation', "Can't rename a collection to itself");
  await server.database.write(() => {
    const collection = catalog.find(from.db, from.name);
    if (collection === undefined) throw namespaceNotFound(`Source collection ${from.ns} does not exist`);
    const existing = catalog.find(to.db, to.name);
    if (existing !== undefined && body.dropTarget !== true)
      throw new ServerError(48, 'NamespaceExists', 'target namespace exists');
    if (existing !== undefined) catalog.drop(existing);
    catalog.rename(collection, to.db, to.name);
  });
  server.scheduleGarbageRemoval();
  return {};
}

export async function collMod(context: CommandContext): Promise<BsonDocument> {
  const { server, body } = context;
  const { catalog } = server.database;
  const { db, name } = readTarget(context);
  await server.database.write(() => {
    const collection = catalog.find(db, name);
    if (collection === undefined) throw namespaceNotFound('ns does not exist');
    if (isDocument(body.index)) {
      const expireAfterSeconds = toNumber(body.index.expireAfterSeconds);
      const { hidden } = body.index;
      catalog.changeIndex(collection, findIndexToChange(collection, body.index), {
        ...(expireAfterSeconds === undefined ? {} : { expireAfterSeconds }),
        ...(typeof hidden === 'boolean' ? { hidden } : {}),
      });
    }
    const changes = readOptions(body);
    if (Object.keys(changes).length > 0)
      catalog.setOptions(collection, { ...collection.options, ...changes });
  });
  return {};
}

export function listCollections({ server, db, body }: CommandContext): Promise<Reply> {
  const { matches } = compileFilter(body.filter ?? {});
  const described = server.database.catalog.list(db).map(
    ({ name, options }): BsonDocument => ({
      name,
      type: 'collection',
      options,
      info: { readOnly: false },
      idIndex: { v: 2, key: { _id: 1 }, name: '_id_' },
    }),
  );
  const listed = described
    .filter(matches)
    .map(({ name, type, ...rest }) => (body.nameOnly === true ? { name, type } : { name, type, ...rest }));
  const batchSize = isDocument(body.cursor) ? optionalNumber(body.cursor.batchSize) : undefined;
  return server.cursors.open(`${db}.$cmd.listCollections`, encoded(listed), {
    batchSize: batchSize ?? listed.length + 1,
  });
}

function* encoded(documents: BsonDocument[]): Pausing<Buffer> {
  for (const document of documents) yield encode(document);
}

export function listDatabases({ server, body }: CommandContext): BsonDocument {
  const { matches } = compileFilter(body.filter ?? {});
  const { catalog } = server.database;
  const sizes = new Map<string, number>();
  for (const collection of catalog.list()) {
    sizes.set(collection.db, (sizes.get(collection.db) ?? 0) + catalog.size(collection).bytes);
  }
  const all = [...sizes]
    .map(([name, sizeOnDisk]): BsonDocument => ({ name, sizeOnDisk, empty: false }))
    .filter(matches);
  const databases = body.nameOnly === true ? all.map(({ name }) => ({ name })) : all;
  const totalSize = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  return { databases, totalSize };
}
