import { type BsonDocument, decode, decodeExactly, encode } from '../bson/bson-document.js';
import { findElement } from '../bson/raw-document.js';
import { isDocument, toNumber } from '../bson/value-type.js';
import type { Pausing } from '../query/pausing.js';
import { badValue, invalidNamespace, toServerError } from '../server-error.js';
import type { Reply } from '../wire/reply.js';
import { insertDocument, withLeadingId } from './change-documents.js';
import { type CommandContext, optionalNumber, type Target } from './command.js';
import { deleteStatement, runDeleteStatement } from './delete.js';
import { rawStatements } from './statements.js';
import { runUpdateStatement, updateStatement } from './update.js';

/** What one operation did, in the words of the reply. */
type Outcome = { n: number; nModified?: number; upserted?: BsonDocument };

interface Totals {
  nErrors: number;
  nInserted: number;
  nMatched: number;
  nModified: number;
  nUpserted: number;
  nDeleted: number;
}

/** The `bulkWrite` command of MongoDB 8: operations on several collections. */
export async function bulkWrite(context: CommandContext): Promise<BsonDocument> {
  const { server, body, message } = context;
  const operations = rawStatements(context, 'ops');
  const targets = rawStatements(context, 'nsInfo').map((info) => targetOfNamespace(decode(info).ns));
  const totals: Totals = { nErrors: 0, nInserted: 0, nMatched: 0, nModified: 0, nUpserted: 0, nDeleted: 0 };
  const results: BsonDocument[] = [];
  server.freeSpace.check(message.sizeBytes);
  for (const [idx, operation] of operations.entries()) {
    try {
      results.push({ ok: 1, idx, ...(await runOperation(context, operation, { targets, totals })) });
    } catch (thrown) {
      const { code, codeName, message: errmsg, details } = toServerError(thrown);
      totals.nErrors++;
      results.push({ ok: 0, idx, code, codeName, errmsg, n: 0, ...details });
      if (body.ordered !== false) break;
    }
  }
  const shown = body.errorsOnly === true ? results.filter((result) => result.ok === 0) : results;
  const batchSize = isDocument(body.cursor) ? optionalNumber(body.cursor.batchSize) : undefined;
  const reply = await server.cursors.open('admin.$cmd.bulkWrite', encoded(shown), {
    batchSize: batchSize ?? shown.length + 1,
  });
  return { ...cursorOf(reply), ...totals };
}

const cursorOf = (reply: Reply): BsonDocument => ({ cursor: decodeExactly(Buffer.concat(reply)).cursor });

function* encoded(documents: BsonDocument[]): Pausing<Buffer> {
  for (const document of documents) yield encode(document);
}

export function targetOfNamespace(ns: unknown): Target {
  const [db = '', ...rest] = String(ns).split('.');
  const name = rest.join('.');
  if (db === '' || name === '') throw invalidNamespace(`Invalid namespace specified '${String(ns)}'`);
  return { db, name, ns: `${db}.${name}` };
}

interface Progress {
  targets: Target[];
  totals: Totals;
}

async function runOperation(
  context: CommandContext,
  raw: Buffer,
  { targets, totals }: Progress,
): Promise<Outcome> {
  const operation = decodeExactly(raw);
  const [kind = '', position] = Object.entries(operation)[0] ?? [];
  const target = targets[toNumber(position) ?? -1];
  if (target === undefined) throw badValue('an operation names no entry of nsInfo');
  switch (kind) {
    case 'insert':
      return insertOne(context, target, raw, totals);
    case 'update':
      return updateSome(context, target, operation, totals);
    case 'delete':
      return deleteSome(context, target, operation, totals);
    default:
      throw badValue(`unknown bulkWrite operation: ${kind}`);
  }
}

async function insertOne(
  { server, body }: CommandContext,
  target: Target,
  raw: Buffer,
  totals: Totals,
): Promise<Outcome> {
  const { database } = server;
  const element = findElement(raw, 'document');
  if (element === undefined) throw badValue('an insert operation has no document');
  const document = withLeadingId(raw.subarray(element.at, element.at + element.size));
  await database.write(() => {
    const collection = database.catalog.findOrCreate(target.db, target.name);
    insertDocument(database, collection, document, {
      bypassesValidation: body.bypassDocumentValidation === true,
    });
  }, document.length);
  totals.nInserted++;
  return { n: 1 };
}

async function updateSome(
  context: CommandContext,
  target: Target,
  operation: BsonDocument,
  totals: Totals,
): Promise<Outcome> {
  const { filter, updateMods: change, ...options } = operation;
  const statement = updateStatement(context, { ...options, filter, change });
  const { matched, modified, upserted } = await runUpdateStatement(context, target, statement);
  totals.nMatched += matched;
  totals.nModified += modified;
  if (upserted === undefined) return { n: matched, nModified: modified };
  totals.nUpserted++;
  return { n: 1, nModified: 0, upserted: { _id: upserted.id } };
}

async function deleteSome(
  context: CommandContext,
  target: Target,
  operation: BsonDocument,
  totals: Totals,
): Promise<Outcome> {
  const { filter, multi, hint, collation } = operation;
  const n = await runDeleteStatement(
    context,
    target,
    deleteStatement(context, { filter, multi, hint, collation }),
  );
  totals.nDeleted += n;
  return { n };
}
