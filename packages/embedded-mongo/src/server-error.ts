import type { BsonDocument } from './bson/bson-document.js';
import { bsonClass } from './bson/value-type.js';

/** An error with the code, the code name and the message that a MongoDB server would send. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly code: number;
  readonly codeName: string;
  /** Further fields of the reply, such as `keyPattern`. */
  readonly details: BsonDocument;

  constructor(code: number, codeName: string, message: string, details: BsonDocument = {}) {
    super(message);
    this.code = code;
    this.codeName = codeName;
    this.details = details;
  }
}

/** Makes an error for a code without a name, which MongoDB reports as `Location<code>`. */
export const locationError = (code: number, message: string): ServerError =>
  new ServerError(code, `Location${code}`, message);

export const badValue = (message: string): ServerError => new ServerError(2, 'BadValue', message);
export const failedToParse = (message: string): ServerError => new ServerError(9, 'FailedToParse', message);
export const typeMismatch = (message: string): ServerError => new ServerError(14, 'TypeMismatch', message);
export const namespaceNotFound = (message: string): ServerError =>
  new ServerError(26, 'NamespaceNotFound', message);
export const indexNotFound = (message: string): ServerError => new ServerError(27, 'IndexNotFound', message);
export const invalidNamespace = (message: string): ServerError =>
  new ServerError(73, 'InvalidNamespace', message);
export const immutableField = (message: string): ServerError =>
  new ServerError(66, 'ImmutableField', message);
export const cannotCreateIndex = (message: string): ServerError =>
  new ServerError(67, 'CannotCreateIndex', message);

/** Makes the error for a feature that MongoDB has and this server does not. */
export const notSupported = (feature: string): ServerError =>
  new ServerError(
    115,
    'CommandNotSupported',
    `${feature} is not supported by the embedded server; use MongoDB for it`,
  );

export interface DuplicateKey {
  ns: string;
  indexName: string;
  keyPattern: BsonDocument;
  keyValue: BsonDocument;
}

export function duplicateKey({ ns, indexName, keyPattern, keyValue }: DuplicateKey): ServerError {
  const shown = Object.entries(keyValue).map(([field, value]) => `${field}: ${formatValue(value)}`);
  const message = `E11000 duplicate key error collection: ${ns} index: ${indexName} dup key: { ${shown.join(', ')} }`;
  return new ServerError(11000, 'DuplicateKey', message, { keyPattern, keyValue });
}

/** Formats a value as in the messages of a MongoDB server. */
function formatValue(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  if (value instanceof Date) return `new Date(${Number(value)})`;
  if (bsonClass(value) === 'ObjectId') return `ObjectId('${String(value)}')`;
  const isNumber = ['Int32', 'Double', 'Long', 'Decimal128'].includes(bsonClass(value) ?? '');
  return isNumber ? String(value) : (JSON.stringify(value) ?? String(value));
}

/** Converts an error of a command to the error of its reply. */
export function toServerError(thrown: unknown): ServerError {
  if (thrown instanceof ServerError) return thrown;
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (REFUSALS_OF_VALUES.has(error.constructor.name)) return badValue(error.message);
  return new ServerError(8, 'UnknownError', error.stack ?? error.message);
}

/** Thrown for a document that cannot be decoded and for a malformed regular expression. */
const REFUSALS_OF_VALUES = new Set(['BSONError', 'SyntaxError']);

export const outOfDiskSpace = (reason: string): ServerError =>
  new ServerError(14031, 'OutOfDiskSpace', `the write was refused and nothing of it was stored: ${reason}`);

/** Makes the error for a commit that the file system refused; all of it is undone. */
export const commitFailed = (reason: unknown): ServerError =>
  outOfDiskSpace(
    `the disk is full or failing, or a limit on file sizes is reached (${reason instanceof Error ? reason.message : String(reason)})`,
  );
