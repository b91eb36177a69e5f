import {
  type AbstractCursor,
  type AnyBulkWriteOperation,
  type ClientSession,
  Collection,
  Db,
  type Document,
} from 'mongodb';
import { NotApplicable } from './match-result.js';

export type Entities = Map<string, unknown>;

export interface Operation {
  name: string;
  object: string;
  arguments?: Document;
  expectError?: Document;
  expectResult?: unknown;
  ignoreResultAndError?: boolean;
  saveResultAsEntity?: string;
}

/** Runs one operation of a specification with the driver. */
export async function runOperation(operation: Operation, entities: Entities): Promise<unknown> {
  const target = entities.get(operation.object);
  const given = withEntities(operation.arguments ?? {}, entities);
  if (target instanceof Collection) return runOnCollection(target, operation.name, given);
  if (target instanceof Db) return runOnDatabase(target, operation.name, given);
  if (isCursor(target)) return operation.name === 'close' ? target.close() : target.next();
  throw new NotApplicable(`the operation ${operation.object}.${operation.name}`);
}

const isCursor = (target: unknown): target is AbstractCursor =>
  typeof (target as AbstractCursor | undefined)?.next === 'function';

function withEntities(given: Document, entities: Entities): Document {
  const { session, ...rest } = given;
  return session === undefined ? rest : { ...rest, session: entities.get(session) as ClientSession };
}

async function runOnCollection(collection: Collection, name: string, given: Document): Promise<unknown> {
  const { filter, ...options } = given;
  switch (name) {
    case 'find':
      return collection.find(filter, options).toArray();
    case 'createFindCursor':
      return collection.find(filter, options);
    case 'createIndex': {
      const { keys, ...rest } = given;
      return collection.createIndex(keys, rest);
    }
    case 'findOne':
      return collection.findOne(filter, options);
    case 'insertOne': {
      const { document, ...rest } = given;
      return collection.insertOne(document, rest);
    }
    case 'insertMany': {
      const { documents, ...rest } = given;
      return collection.insertMany(documents, rest);
    }
    case 'deleteOne':
      return collection.deleteOne(filter, options);
    case 'deleteMany':
      return collection.deleteMany(filter, options);
    case 'countDocuments':
      return collection.countDocuments(filter, options);
    case 'count':
      return collection.count(filter, options);
    case 'estimatedDocumentCount':
      return collection.estimatedDocumentCount(given);
    case 'distinct': {
      const { fieldName, ...rest } = options;
      return collection.distinct(fieldName, filter, rest);
    }
    case 'aggregate': {
      const { pipeline, ...rest } = given;
      return collection.aggregate(pipeline, rest).toArray();
    }
    case 'bulkWrite': {
      const { requests, ...rest } = given;
      return collection.bulkWrite(requests as AnyBulkWriteOperation[], rest);
    }
    case 'findOneAndDelete':
      return collection.findOneAndDelete(filter, options);
    default:
      return changeOne(collection, name, given);
  }
}

async function changeOne(collection: Collection, name: string, given: Document): Promise<unknown> {
  const { filter, update, replacement, returnDocument, ...rest } = given;
  const options =
    returnDocument === undefined ? rest : { ...rest, returnDocument: returnDocument.toLowerCase() };
  switch (name) {
    case 'updateOne':
      return collection.updateOne(filter, update, options);
    case 'updateMany':
      return collection.updateMany(filter, update, options);
    case 'replaceOne':
      return collection.replaceOne(filter, replacement, options);
    case 'findOneAndUpdate':
      return collection.findOneAndUpdate(filter, update, options);
    case 'findOneAndReplace':
      return collection.findOneAndReplace(filter, replacement, options);
    default:
      throw new NotApplicable(`the operation ${name} of a collection`);
  }
}

async function runOnDatabase(db: Db, name: string, given: Document): Promise<unknown> {
  const { pipeline, collection, command, commandName: _commandName, ...options } = given;
  switch (name) {
    case 'aggregate':
      return db.aggregate(pipeline, options).toArray();
    case 'createCollection':
      return db.createCollection(collection, options);
    case 'dropCollection':
      return db.dropCollection(collection, options);
    case 'modifyCollection':
      return db.command({ collMod: collection, ...options });
    case 'runCommand':
      return db.command(command, options);
    default:
      throw new NotApplicable(`the operation ${name} of a database`);
  }
}
