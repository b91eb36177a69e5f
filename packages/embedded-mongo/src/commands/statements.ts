import { type BsonDocument, encode } from '../bson/bson-document.js';
import { rawArray } from '../bson/raw-document.js';
import { isDocument } from '../bson/value-type.js';
import { locationError, toServerError } from '../server-error.js';
import type { CommandContext } from './command-context.js';

/** Reads the statements of a write command, from beside its body or inside it; still encoded. */
export function readStatements({ message, body }: CommandContext, field: string): Buffer[] {
  const statements =
    message.sequences.get(field) ?? rawArray(message.rawBody, field) ?? fromArray(body[field]);
  if (statements !== undefined) return statements;
  throw locationError(40414, `BSON field '${Object.keys(body)[0]}.${field}' is missing but a required field`);
}

const fromArray = (list: unknown): Buffer[] | undefined =>
  Array.isArray(list) && list.every(isDocument) ? list.map(encode) : undefined;

/** Collects the errors of statements; in an ordered command the first one stops the rest. */
export class StatementErrors {
  readonly list: BsonDocument[] = [];
  private readonly isOrdered: boolean;

  constructor({ body }: CommandContext) {
    this.isOrdered = body.ordered !== false;
  }

  get isStopped(): boolean {
    return this.isOrdered && this.list.length > 0;
  }

  add(index: number, thrown: unknown): void {
    const { code, message, details } = toServerError(thrown);
    this.list.push({ index, code, errmsg: message, ...details });
  }

  /** Returns `{ writeErrors }`, or `{}` if there are no errors. */
  toReply(): BsonDocument {
    return this.list.length === 0 ? {} : { writeErrors: this.list };
  }
}
