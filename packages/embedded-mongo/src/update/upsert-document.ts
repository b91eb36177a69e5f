import { ObjectId } from 'bson';
import type { BsonDocument } from '../bson/bson-document.js';
import { setPath } from '../bson/change-path.js';
import { isDocument, isOperatorDocument, toRegExp } from '../bson/value-type.js';
import { applyUpdateInPlace, type Update } from './apply-update.js';
import { isReplacement } from './check-update.js';

/** Makes the document that an upsert inserts: the equalities of the filter, changed by the update. */
export function upsertDocument(update: Update): BsonDocument {
  const start = isReplacement(update.change)
    ? onlyId(collectEqualities(update.filter))
    : collectEqualities(update.filter);
  const { _id, ...fields } = applyUpdateInPlace(start, update, { isInsert: true });
  return { _id: _id === undefined ? new ObjectId() : _id, ...fields };
}

const onlyId = ({ _id }: BsonDocument): BsonDocument => (_id === undefined ? {} : { _id });

function collectEqualities(filter: BsonDocument): BsonDocument {
  const document: BsonDocument = {};
  addEqualities(filter, document);
  return document;
}

function addEqualities(filter: BsonDocument, document: BsonDocument): void {
  for (const [path, condition] of Object.entries(filter)) {
    if (path === '$and' || path === '$or') addFromList(path, condition, document);
    else if (!path.startsWith('$')) addEquality(path, condition, document);
  }
}

/** An `$or` with several alternatives sets no field. */
function addFromList(operator: string, list: unknown, document: BsonDocument): void {
  if (!Array.isArray(list) || (operator === '$or' && list.length !== 1)) return;
  for (const part of list) if (isDocument(part)) addEqualities(part, document);
}

function addEquality(path: string, condition: unknown, document: BsonDocument): void {
  const value = isOperatorDocument(condition) ? findOnlyValue(condition) : { value: condition };
  if (value !== undefined && toRegExp(value.value) === undefined)
    setPath(document, path.split('.'), value.value);
}

function findOnlyValue(condition: BsonDocument): { value: unknown } | undefined {
  if ('$eq' in condition) return { value: condition.$eq };
  for (const operator of ['$in', '$all']) {
    const list = condition[operator];
    if (Array.isArray(list) && list.length === 1) return { value: list[0] };
  }
  return undefined;
}
