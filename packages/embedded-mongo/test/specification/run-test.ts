import { type Document, MongoBulkWriteError, MongoClient, MongoServerError } from 'mongodb';
import { matchResult, NotApplicable } from './match-result.js';
import { type Entities, type Operation, runOperation } from './run-operation.js';

export interface SpecificationFile {
  runOnRequirements?: Document[];
  initialData?: CollectionData[];
  createEntities?: Document[];
  tests: SpecificationTest[];
}

export interface SpecificationTest {
  description: string;
  skipReason?: string;
  runOnRequirements?: Document[];
  operations: Operation[];
  outcome?: CollectionData[];
}

interface CollectionData {
  databaseName: string;
  collectionName: string;
  documents: Document[];
  createOptions?: Document;
}

export interface RunOptions {
  uri: string;
  admin: MongoClient;
}

/**
 * Runs one case of a unified specification and checks results, errors and the final content of the
 * collections. Does not check command events, which concern drivers only.
 *
 * @throws NotApplicable for features that this test runner does not have.
 */
export async function runSpecificationTest(
  file: SpecificationFile,
  test: SpecificationTest,
  options: RunOptions,
): Promise<void> {
  await fillCollections(file.initialData ?? [], options.admin);
  const entities: Entities = new Map();
  const clients: MongoClient[] = [];
  try {
    for (const entity of file.createEntities ?? [])
      await createEntity(entity, entities, { clients, uri: options.uri });
    for (const operation of test.operations) await runChecked(operation, entities);
    for (const { databaseName, collectionName, documents } of test.outcome ?? []) {
      const found = await options.admin
        .db(databaseName)
        .collection(collectionName)
        .find({}, { sort: { _id: 1 } })
        .toArray();
      matchResult(documents, found, { entities, isRoot: false, path: 'outcome' });
    }
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}

async function fillCollections(data: CollectionData[], admin: MongoClient): Promise<void> {
  for (const { databaseName, collectionName, documents, createOptions } of data) {
    const db = admin.db(databaseName);
    await db.collection(collectionName).drop();
    if (documents.length === 0) await db.createCollection(collectionName, createOptions);
    else await db.collection(collectionName).insertMany(documents);
  }
}

interface Creation {
  clients: MongoClient[];
  uri: string;
}

async function createEntity(entity: Document, entities: Entities, { clients, uri }: Creation): Promise<void> {
  const [[kind, given] = ['', {}]] = Object.entries(entity);
  switch (kind) {
    case 'client': {
      const client = await MongoClient.connect(uri, given.uriOptions ?? {});
      clients.push(client);
      entities.set(given.id, client);
      return;
    }
    case 'database':
      entities.set(
        given.id,
        (entities.get(given.client) as MongoClient).db(given.databaseName, given.databaseOptions),
      );
      return;
    case 'collection': {
      const db = entities.get(given.database) as ReturnType<MongoClient['db']>;
      entities.set(given.id, db.collection(given.collectionName, given.collectionOptions));
      return;
    }
    case 'session':
      entities.set(given.id, (entities.get(given.client) as MongoClient).startSession(given.sessionOptions));
      return;
    default:
      throw new NotApplicable(`an entity of kind ${kind}`);
  }
}

async function runChecked(operation: Operation, entities: Entities): Promise<void> {
  let result: unknown;
  try {
    result = await runOperation(operation, entities);
  } catch (error) {
    if (error instanceof NotApplicable) throw error;
    if (operation.ignoreResultAndError === true) return;
    if (operation.expectError === undefined) throw error;
    checkError(error, operation.expectError, entities);
    return;
  }
  if (operation.expectError !== undefined) throw new Error(`${operation.name} should have failed`);
  if (operation.saveResultAsEntity !== undefined) entities.set(operation.saveResultAsEntity, result);
  if ('expectResult' in operation && operation.ignoreResultAndError !== true) {
    matchResult(operation.expectResult, plainResult(result), {
      entities,
      isRoot: true,
      path: operation.name,
    });
  }
}

const FROM_SERVER = [MongoServerError, MongoBulkWriteError];

function checkError(thrown: unknown, expected: Document, entities: Entities): void {
  const isFromServer = FROM_SERVER.some((kind) => thrown instanceof kind);
  const error = thrown as MongoServerError;
  if (expected.isClientError !== undefined && expected.isClientError === isFromServer) throw error;
  const bulk = error as unknown as { writeErrors?: Document[]; result?: unknown };
  const code = error.code ?? bulk.writeErrors?.[0]?.code;
  if (expected.errorCode !== undefined && code !== expected.errorCode) throw error;
  if (expected.errorCodeName !== undefined && error.codeName !== expected.errorCodeName) throw error;
  if (
    expected.errorContains !== undefined &&
    !error.message.toLowerCase().includes(expected.errorContains.toLowerCase())
  )
    throw error;
  const options = { entities, isRoot: true, path: 'error' };
  if (expected.errorResponse !== undefined)
    matchResult(expected.errorResponse, error.errorResponse ?? error, options);
  if (expected.expectResult !== undefined)
    matchResult(expected.expectResult, plainResult(bulk.result), options);
  for (const [i, wanted] of Object.entries(expected.writeErrors ?? {}))
    matchResult(wanted, bulk.writeErrors?.[Number(i)], options);
}

const BULK_WRITE_FIELDS = [
  ...['insertedCount', 'upsertedCount', 'matchedCount', 'modifiedCount', 'deletedCount'],
  ...['upsertedIds', 'insertedIds'],
];

/** Turns the result class of a bulk write, whose fields are getters, into the document that specifications describe. */
function plainResult(result: unknown): unknown {
  if (result === null || typeof result !== 'object' || result.constructor.name !== 'BulkWriteResult')
    return result;
  const all = result as Document;
  return Object.fromEntries(
    BULK_WRITE_FIELDS.filter((name) => all[name] !== undefined).map((name) => [name, all[name]]),
  );
}
