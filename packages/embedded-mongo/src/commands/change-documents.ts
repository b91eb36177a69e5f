import { ObjectId } from 'bson';
import { type BsonDocument, decode, decodeExactly, encode } from '../bson/bson-document.js';
import { assembleDocument, ELEMENT, readElements } from '../bson/raw-document.js';
import { isDocument, toRegExp } from '../bson/value-type.js';
import { matchesRaw } from '../query/compile-filter.js';
import { findDocuments, type Query } from '../query/find-documents.js';
import { skipPauses } from '../query/pausing.js';
import { locationError, ServerError } from '../server-error.js';
import type { Collection } from '../storage/catalog.js';
import type { Database } from '../storage/database.js';
import type { StoredDocument } from '../storage/document-store.js';
import { applyUpdate, type Update } from '../update/apply-update.js';
import { upsertDocument } from '../update/upsert-document.js';
import type { Target } from './command-context.js';

/** The largest document, as on every MongoDB server. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

export interface ChangeOptions {
  bypassesValidation: boolean;
}

/** Returns a document with its `_id` as the first field; adds an ObjectId if it has none. */
export function ensureLeadingId(raw: Buffer): Buffer {
  if (raw.length > MAX_DOCUMENT_BYTES) throw tooLarge(raw.length);
  const [first] = readElements(raw);
  if (first?.name === '_id' && SIMPLE_IDS.has(first.type)) return raw;
  const elements = [...readElements(raw)];
  const id = elements.find((element) => element.name === '_id');
  if (id === undefined) return encode({ _id: new ObjectId(), ...decodeExactly(raw) });
  if (id.type === ELEMENT.array || id.type === ELEMENT.regex || id.type === ELEMENT.undefined)
    throw invalidId();
  if (id.type === ELEMENT.document) checkId(decode(raw)._id);
  if (id === elements[0]) return raw;
  const ordered = [id, ...elements.filter((element) => element !== id)];
  return assembleDocument(ordered.map(({ start, at, size }) => raw.subarray(start, at + size)));
}

/** Most documents begin with an id of one of these types, which needs no check. */
const SIMPLE_IDS = new Set<number>([ELEMENT.objectId, ELEMENT.string, ELEMENT.int32]);

const tooLarge = (sizeBytes: number): ServerError =>
  new ServerError(
    10334,
    'BSONObjectTooLarge',
    `object to insert too large. size in bytes: ${sizeBytes}, max size: ${MAX_DOCUMENT_BYTES}`,
  );

const invalidId = (): ServerError =>
  new ServerError(53, 'InvalidIdField', "The '_id' value cannot be of type array, regex or undefined");

function checkId(id: unknown): void {
  if (Array.isArray(id) || toRegExp(id) !== undefined) throw invalidId();
  if (!isDocument(id)) return;
  const operator = Object.keys(id).find((name) => name.startsWith('$'));
  if (operator === undefined || operator === '$ref') return;
  throw new ServerError(
    52,
    'DollarPrefixedFieldName',
    `_id fields may not contain '$'-prefixed fields: ${operator} is not valid for storage.`,
  );
}

/** Inserts a document that has a leading `_id`. */
export function insertDocument(
  database: Database,
  collection: Collection,
  raw: Buffer,
  options: ChangeOptions,
): void {
  checkValidator(collection, raw, options);
  database.documents.insert(collection, raw);
}

export interface UpdateOutcome {
  isChanged: boolean;
  raw: Buffer;
}

/** Applies an update to a stored document. */
export function updateDocument(
  database: Database,
  collection: Collection,
  before: StoredDocument,
  { update, ...options }: ChangeOptions & { update: Update },
): UpdateOutcome {
  const raw = encode(applyUpdate(before.raw, update));
  if (raw.length > MAX_DOCUMENT_BYTES) {
    throw locationError(17419, `Resulting document after update is larger than ${MAX_DOCUMENT_BYTES}`);
  }
  if (raw.equals(before.raw)) return { isChanged: false, raw };
  checkValidator(collection, raw, options);
  database.documents.update(collection, before, raw);
  return { isChanged: true, raw };
}

/** Inserts the document of an upsert and creates the collection if it does not exist. */
export function insertUpsert(
  database: Database,
  { db, name }: Target,
  { update, ...options }: ChangeOptions & { update: Update },
): BsonDocument {
  const document = upsertDocument(update);
  checkId(document._id);
  insertDocument(
    database,
    database.catalog.findOrCreate(db, name),
    ensureLeadingId(encode(document)),
    options,
  );
  return document;
}

function checkValidator(collection: Collection, raw: Buffer, { bypassesValidation }: ChangeOptions): void {
  if (bypassesValidation || collection.validator === undefined || matchesRaw(collection.validator, raw))
    return;
  const errInfo = { failingDocumentId: decode(raw)._id, details: { operatorName: '$validator' } };
  throw new ServerError(121, 'DocumentValidationFailure', 'Document failed validation', { errInfo });
}

/** Finds the first match of a query without pausing, because nothing else can change inside a write. */
export function findFirst(
  database: Database,
  collection: Collection | undefined,
  query: Query,
): StoredDocument | undefined {
  const [found] = skipPauses(findDocuments(database.documents, collection, { ...query, limit: 1 }));
  return found;
}
