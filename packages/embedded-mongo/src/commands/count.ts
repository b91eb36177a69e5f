import { type BsonDocument, decodeExactly } from '../bson/bson-document.js';
import { valuesAt } from '../bson/field-path.js';
import { KeyWriter } from '../bson/key-writer.js';
import { isDocument } from '../bson/value-type.js';
import { createStringOrder } from '../query/collation.js';
import { countDocuments } from '../query/count-documents.js';
import { findDocuments, type Query } from '../query/find-documents.js';
import { runInSlices } from '../query/pausing.js';
import { typeMismatch } from '../server-error.js';
import { type CommandContext, findCollection, optionalNumber, readTarget } from './command-context.js';

export async function count(context: CommandContext): Promise<BsonDocument> {
  const { server, body } = context;
  const query = {
    ...readSelection(body),
    skip: optionalNumber(body.skip) ?? 0,
    limit: Math.abs(optionalNumber(body.limit) ?? 0),
  };
  const counting = countDocuments(
    server.database.documents,
    findCollection(context, readTarget(context)),
    query,
  );
  return { n: await runInSlices(counting, () => {}, { limitMs: optionalNumber(body.maxTimeMS) }) };
}

/** Lists the distinct values of a field; the elements of an array count one by one. */
export async function distinct(context: CommandContext): Promise<BsonDocument> {
  const { server, body } = context;
  if (typeof body.key !== 'string') throw typeMismatch("BSON field 'distinct.key' is the wrong type");
  const parts = body.key.split('.');
  const values = new DistinctValues(body.collation);
  const found = findDocuments(
    server.database.documents,
    findCollection(context, readTarget(context)),
    readSelection(body),
  );
  const note = ({ raw }: { raw: Buffer }): void => {
    for (const value of valuesAt(decodeExactly(raw), parts).flat())
      if (value !== undefined) values.add(value);
  };
  await runInSlices(found, note, { limitMs: optionalNumber(body.maxTimeMS) });
  return { values: values.list };
}

function readSelection(body: BsonDocument): Query {
  return { filter: isDocument(body.query) ? body.query : {}, hint: body.hint, collation: body.collation };
}

class DistinctValues {
  readonly list: unknown[] = [];
  private readonly seen = new Set<string>();
  private readonly writer = new KeyWriter();
  private readonly isEqual: ((a: string, b: string) => number) | undefined;

  constructor(collation: unknown) {
    this.isEqual = createStringOrder(collation);
  }

  add(value: unknown): void {
    this.writer.reset().value(value);
    const key = this.writer.asText();
    if (this.seen.has(key) || this.hasEqualString(value)) return;
    this.seen.add(key);
    this.list.push(value);
  }

  private hasEqualString(value: unknown): boolean {
    const { isEqual } = this;
    if (isEqual === undefined || typeof value !== 'string') return false;
    return this.list.some((other) => typeof other === 'string' && isEqual(other, value) === 0);
  }
}
