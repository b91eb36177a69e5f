import type { BsonDocument } from '../bson/bson-document.js';
import { setField } from '../bson/change-path.js';
import { fieldOf, isArrayIndex } from '../bson/field-path.js';
import { isDocument } from '../bson/value-type.js';
import { badValue, ServerError } from '../server-error.js';
import { KEEP, REMOVE } from './update-operators.js';

type Container = BsonDocument | unknown[];

export interface FieldChange {
  /** Creates the documents that are missing on the way. */
  creates: boolean;
  /** Returns the new value of the field, `REMOVE` or `KEEP`. */
  change(current: unknown): unknown;
}

/**
 * Changes one field of a document, in place.
 *
 * @throws ServerError 28 if a value on the way is neither a document nor an array.
 */
export function changeField(
  document: BsonDocument,
  parts: readonly string[],
  { creates, change }: FieldChange,
): void {
  const holder = findHolder(document, parts, creates);
  const part = parts.at(-1) as string;
  if (holder !== undefined) store(holder, part, change(child(holder, part)));
}

/** Finds or creates the document or array that holds the field; undefined if it is missing and not created. */
function findHolder(
  document: BsonDocument,
  parts: readonly string[],
  creates: boolean,
): Container | undefined {
  let container: Container = document;
  for (const [i, part] of parts.slice(0, -1).entries()) {
    if (!canHold(container, part)) return refuse(creates, part, parts[i - 1]);
    const current = child(container, part);
    if (current === undefined && !creates) return undefined;
    const next: unknown = current === undefined ? {} : current;
    if (!isDocument(next) && !Array.isArray(next)) return refuse(creates, parts[i + 1], part);
    if (current === undefined) store(container, part, next);
    container = next;
  }
  const last = parts.at(-1) as string;
  return canHold(container, last) ? container : refuse(creates, last, parts.at(-2));
}

const canHold = (container: Container, part: string): boolean =>
  !Array.isArray(container) || isArrayIndex(part);

function refuse(creates: boolean, field: string | undefined, parent: string | undefined): undefined {
  if (!creates) return undefined;
  throw new ServerError(
    28,
    'PathNotViable',
    `Cannot create field '${field ?? ''}' in element '${parent ?? ''}'`,
  );
}

const child = (container: Container, part: string): unknown =>
  Array.isArray(container) ? container[Number(part)] : fieldOf(container, part);

const MAX_PADDING = 1_500_000;

function store(container: Container, part: string, value: unknown): void {
  if (value === KEEP) return;
  if (Array.isArray(container)) storeElement(container, Number(part), value === REMOVE ? null : value);
  else if (value === REMOVE) delete container[part];
  else setField(container, part, value);
}

function storeElement(array: unknown[], position: number, value: unknown): void {
  if (position - array.length > MAX_PADDING)
    throw badValue(`can't backfill more than ${MAX_PADDING} elements`);
  while (array.length < position) array.push(null);
  array[position] = value;
}
