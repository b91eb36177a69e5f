import { type BsonDocument, decodeExactly } from '../bson/bson-document.js';
import { isDocument } from '../bson/value-type.js';
import type { Query } from '../query/find-documents.js';
import { failedToParse } from '../server-error.js';
import type { Update } from '../update/apply-update.js';
import { checkUpdate } from '../update/check-update.js';
import { type ChangeOptions, findFirst, insertUpsert, updateDocument } from './change-documents.js';
import { type CommandContext, readTarget, type Target } from './command-context.js';
import { forEachMatch } from './for-each-match.js';
import { readStatements, StatementErrors } from './statements.js';

/** One statement of an `update` command. */
export interface UpdateStatement extends ChangeOptions {
  query: Query;
  update: Update;
  isMulti: boolean;
  isUpsert: boolean;
}

interface UpdateResult {
  matched: number;
  modified: number;
  /** Set if a document was inserted. */
  upserted?: { id: unknown };
}

const STEP_STATEMENTS = 500;

export async function update(context: CommandContext): Promise<BsonDocument> {
  const target = readTarget(context);
  const statements = readStatements(context, 'updates').map(decodeExactly);
  const batch: Batch = { target, statements, errors: new StatementErrors(context), results: new Map() };
  context.server.freeSpace.checkUpdate(context.message.sizeBytes);
  for (let i = 0; i < statements.length && !batch.errors.isStopped; ) {
    const isMulti = statements[i]?.multi === true;
    const end = isMulti ? i + 1 : findEndOfSingles(statements, i);
    if (isMulti) await runMulti(context, batch, i);
    else await runSingles(context, batch, { from: i, end });
    i = end;
  }
  return { ...summarize(batch.results), ...batch.errors.toReply() };
}

/** The statements of one command, with their results by position. */
interface Batch {
  target: Target;
  statements: BsonDocument[];
  errors: StatementErrors;
  results: Map<number, UpdateResult>;
}

function findEndOfSingles(statements: BsonDocument[], from: number): number {
  const next = statements.findIndex((statement, i) => i > from && statement.multi === true);
  return Math.min(next < 0 ? statements.length : next, from + STEP_STATEMENTS);
}

async function runMulti(context: CommandContext, batch: Batch, position: number): Promise<void> {
  const { target, statements, errors, results } = batch;
  try {
    const statement = parseStatement(context, statements[position] as BsonDocument);
    results.set(position, await runUpdateStatement(context, target, statement));
  } catch (thrown) {
    errors.add(position, thrown);
  }
}

/** Runs consecutive updates of single documents in one write. */
async function runSingles(
  context: CommandContext,
  { target, statements, errors, results }: Batch,
  { from, end }: { from: number; end: number },
): Promise<void> {
  await context.server.database.write(() => {
    for (let i = from; i < end && !errors.isStopped; i++) {
      try {
        results.set(i, updateOne(context, target, parseStatement(context, statements[i] as BsonDocument)));
      } catch (thrown) {
        errors.add(i, thrown);
      }
    }
  }, context.message.sizeBytes);
}

function parseStatement(context: CommandContext, statement: BsonDocument): UpdateStatement {
  const { q: filter, u: change, ...options } = statement;
  return parseUpdate(context, { ...options, filter, change });
}

export interface UpdateFields {
  filter: unknown;
  change: unknown;
  multi?: unknown;
  upsert?: unknown;
  arrayFilters?: unknown;
  hint?: unknown;
  collation?: unknown;
  sort?: unknown;
}

/** @throws ServerError if the statement is invalid for every document. */
export function parseUpdate({ body, server }: CommandContext, fields: UpdateFields): UpdateStatement {
  const filter = isDocument(fields.filter) ? fields.filter : {};
  const { change, arrayFilters, hint, collation, sort } = fields;
  const isMulti = fields.multi === true;
  checkUpdate(change, { isMulti });
  if (isMulti && sort !== undefined) throw failedToParse('Cannot specify sort with multi=true');
  return {
    query: { filter, hint, collation, sort },
    update: { change, filter, arrayFilters, collation, now: new Date(server.now()) },
    isMulti,
    isUpsert: fields.upsert === true,
    bypassesValidation: body.bypassDocumentValidation === true,
  };
}

async function runUpdateStatement(
  context: CommandContext,
  target: Target,
  statement: UpdateStatement,
): Promise<UpdateResult> {
  const { database, freeSpace } = context.server;
  if (!statement.isMulti)
    return database.write(() => updateOne(context, target, statement), context.message.sizeBytes);
  const result: UpdateResult = { matched: 0, modified: 0 };
  await forEachMatch(database, target, statement.query, {
    change: (collection, found) => {
      result.matched++;
      if (updateDocument(database, collection, found, statement).isChanged) result.modified++;
    },
    beforeStep: (bytes, documents) => freeSpace.checkUpdate(context.message.sizeBytes * documents, bytes),
  });
  if (result.matched > 0 || !statement.isUpsert) return result;
  return database.write(() => updateOne(context, target, statement), context.message.sizeBytes);
}

/** Must run inside a write. */
function updateOne({ server }: CommandContext, target: Target, statement: UpdateStatement): UpdateResult {
  const { database } = server;
  const collection = database.catalog.find(target.db, target.name);
  const found = findFirst(database, collection, statement.query);
  if (collection !== undefined && found !== undefined) {
    const { isChanged } = updateDocument(database, collection, found, statement);
    return { matched: 1, modified: isChanged ? 1 : 0 };
  }
  if (!statement.isUpsert) return { matched: 0, modified: 0 };
  return { matched: 0, modified: 0, upserted: { id: insertUpsert(database, target, statement)._id } };
}

function summarize(results: Map<number, UpdateResult>): BsonDocument {
  const all = [...results.entries()];
  const upserted = all.flatMap(([index, result]) =>
    result.upserted === undefined ? [] : [{ index, _id: result.upserted.id }],
  );
  const n = all.reduce((sum, [, { matched }]) => sum + matched, 0) + upserted.length;
  const nModified = all.reduce((sum, [, { modified }]) => sum + modified, 0);
  return { n, nModified, ...(upserted.length === 0 ? {} : { upserted }) };
}
