import { type BsonDocument, decode } from '../bson/bson-document.js';
import { equalValues } from '../bson/compare-values.js';
import { isDocument, toNumber } from '../bson/value-type.js';
import { sameKeyPattern } from '../plan/choose-plan.js';
import { compileFilter } from '../query/compile-filter.js';
import { cannotCreateIndex, locationError, ServerError } from '../server-error.js';
import type { Collection, Index, IndexDefinition } from '../storage/catalog.js';
import { type CommandContext, readTarget } from './command-context.js';

type NewIndex = Omit<IndexDefinition, 'id'>;

const MAX_INDEXES = 64;

export async function createIndexes(context: CommandContext): Promise<BsonDocument> {
  const { server } = context;
  const { database } = server;
  const { db, name } = readTarget(context);
  const wanted = readIndexes(context).map(parseIndex);
  return database.write(() => {
    const existing = database.catalog.find(db, name);
    const collection = existing ?? database.catalog.create(db, name);
    const numIndexesBefore = collection.indexes.length + 1;
    for (const index of wanted) {
      if (isAlreadyThere(collection, index)) continue;
      if (collection.indexes.length + 1 >= MAX_INDEXES)
        throw cannotCreateIndex(`a collection can have ${MAX_INDEXES} indexes`);
      server.freeSpace.check(0);
      database.documents.createIndex(collection, index);
    }
    const numIndexesAfter = collection.indexes.length + 1;
    const note = numIndexesAfter === numIndexesBefore ? { note: 'all indexes already exist' } : {};
    return {
      numIndexesBefore,
      numIndexesAfter,
      createdCollectionAutomatically: existing === undefined,
      ...note,
    };
  });
}

function readIndexes({ message, body }: CommandContext): BsonDocument[] {
  const indexes = message.sequences.get('indexes')?.map(decode) ?? body.indexes;
  if (!Array.isArray(indexes) || indexes.length === 0)
    throw locationError(40414, "BSON field 'createIndexes.indexes' is missing but a required field");
  return indexes;
}

const KNOWN_OPTIONS = new Set([
  ...['v', 'key', 'name', 'ns', 'background', 'unique', 'sparse', 'hidden', 'expireAfterSeconds'],
  ...['partialFilterExpression', 'collation', 'storageEngine'],
]);

const NOT_OF_ID_INDEX = ['sparse', 'hidden', 'expireAfterSeconds', 'partialFilterExpression'];

/** @throws ServerError 67 for options and key types that are not supported. */
function parseIndex(specification: BsonDocument): NewIndex {
  const { key, name, unique, sparse, hidden, expireAfterSeconds, partialFilterExpression, collation } =
    specification;
  if (!isDocument(key) || Object.keys(key).length === 0)
    throw cannotCreateIndex('Index keys cannot be empty.');
  for (const [path, kind] of Object.entries(key)) checkKeyPart(path, kind);
  const unknown = Object.keys(specification).find((option) => !KNOWN_OPTIONS.has(option));
  if (unknown !== undefined)
    throw cannotCreateIndex(`the index option '${unknown}' is not supported by the embedded server`);
  if (isDocument(collation) && collation.locale !== 'simple')
    throw cannotCreateIndex('indexes with a collation are not supported by the embedded server');
  if (partialFilterExpression !== undefined) compileFilter(partialFilterExpression);
  checkIdIndex(key, specification);
  const seconds = toNumber(expireAfterSeconds);
  if (seconds !== undefined && Object.keys(key).length > 1) {
    throw cannotCreateIndex('TTL indexes are single-field indexes, compound indexes do not support TTL.');
  }
  return {
    name: typeof name === 'string' ? name : Object.entries(key).flat().join('_'),
    key,
    ...(isSet(unique) ? { unique: true } : {}),
    ...(isSet(sparse) ? { sparse: true } : {}),
    ...(isSet(hidden) ? { hidden: true } : {}),
    ...(seconds === undefined ? {} : { expireAfterSeconds: seconds }),
    ...(isDocument(partialFilterExpression) ? { partialFilterExpression } : {}),
  };
}

/** The index on `_id`, which every collection has, can be created again but not changed. */
function checkIdIndex(key: BsonDocument, specification: BsonDocument): void {
  if (!sameKeyPattern(key, { _id: 1 })) return;
  const option = NOT_OF_ID_INDEX.find((name) => specification[name] !== undefined);
  if (option === undefined) return;
  throw new ServerError(
    197,
    'InvalidIndexSpecificationOption',
    `The field '${option}' is not valid for an _id index specification`,
  );
}

const isSet = (option: unknown): boolean => option === true || (toNumber(option) ?? 0) !== 0;

function checkKeyPart(path: string, kind: unknown): void {
  if (typeof kind === 'string')
    throw cannotCreateIndex(`index type '${kind}' on '${path}' is not supported by the embedded server`);
  const direction = toNumber(kind);
  if (direction === undefined || direction === 0 || Number.isNaN(direction)) {
    throw cannotCreateIndex('Values in the index key pattern must be numbers other than 0.');
  }
  if (path.split('.').some((part) => part === '' || part.startsWith('$'))) {
    throw cannotCreateIndex(`Index key contains an illegal field name: ${path}`);
  }
}

function isAlreadyThere(collection: Collection, wanted: NewIndex): boolean {
  if (sameKeyPattern(wanted.key, { _id: 1 })) return true;
  const shown = JSON.stringify(wanted);
  const byName = collection.indexes.find((index) => index.definition.name === wanted.name);
  if (byName !== undefined) {
    if (isSameIndex(byName, wanted)) return true;
    throw sameKeyPattern(byName.definition.key, wanted.key)
      ? new ServerError(
          85,
          'IndexOptionsConflict',
          `An equivalent index already exists with the same name but different options. Requested index: ${shown}`,
        )
      : new ServerError(
          86,
          'IndexKeySpecsConflict',
          `An existing index has the same name as the requested index. Requested index: ${shown}`,
        );
  }
  const byKey = collection.indexes.find((index) => isSameKind(index, wanted));
  if (byKey === undefined) return false;
  throw new ServerError(
    85,
    'IndexOptionsConflict',
    `Index already exists with a different name: ${byKey.definition.name}`,
  );
}

const isSameIndex = (index: Index, wanted: NewIndex): boolean =>
  isSameKind(index, wanted) &&
  index.definition.unique === wanted.unique &&
  index.definition.expireAfterSeconds === wanted.expireAfterSeconds;

/** Two indexes on the same fields may coexist if they hold different documents. */
const isSameKind = ({ definition }: Index, wanted: NewIndex): boolean =>
  sameKeyPattern(definition.key, wanted.key) &&
  definition.sparse === wanted.sparse &&
  equalValues(definition.partialFilterExpression, wanted.partialFilterExpression);
