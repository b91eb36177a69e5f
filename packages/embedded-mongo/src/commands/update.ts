import { type BsonDocument, decodeExactly } from '../bson/bson-document.js';
import { isDocument } from '../bson/value-type.js';
import type { Query } from '../query/find-documents.js';
import { failedToParse } from '../server-error.js';
import type { Update } from '../update/apply-update.js';
import { checkUpdate } from '../update/check-update.js';
import { type ChangeOptions, firstMatch, insertUpsert, updateDocument } from './change-documents.js';
import { type CommandContext, type Target, targetOf } from './command.js';
import { forEachMatch } from './for-each-match.js';
import { rawStatements, StatementErrors } from './statements.js';

/** One statement of an update command, or of a bulk write. */
export interface UpdateStatement extends ChangeOptions {
  query: Query;
  update: Update;
  isMulti: boolean;
  isUpsert: boolean;
}

export interface UpdateResult {
  matched: number;
  modified: number;
  /** Set when a document was inserted. */
  upserted?: { id: unknown };
}

const STEP_STATEMENTS = 500;

export async function update(context: CommandContext): Promise<BsonDocument> {
  const target = targetOf(context);
  const statements = rawStatements(context, 'updates').map(decodeExactly);
  const errors = new StatementErrors(context);
  const results = new Map<number, UpdateResult>();
  context.server.freeSpace.check(context.message.sizeBytes);
  for (let i = 0; i < statements.length && !errors.isStopped; ) {
    const isMulti = statements[i]?.multi === true;
    const end = isMulti ? i + 1 : endOfSingles(statements, i);
    if (isMulti) await runMulti(context, target, statements, { i, errors, results });
    else await runSingles(context, target, statements, { i, end, errors, results });
    i = end;
  }
  return { ...summary(results), ...errors.toReply() };
}

interface Progress {
  i: number;
  errors: StatementErrors;
  results: Map<number, UpdateResult>;
}

function endOfSingles(statements: BsonDocument[], from: number): number {
  const next = statements.findIndex((statement, i) => i > from && statement.multi === true);
  return Math.min(next < 0 ? statements.length : next, from + STEP_STATEMENTS);
}

async function runMulti(
  context: CommandContext,
  target: Target,
  statements: BsonDocument[],
  { i, errors, results }: Progress,
): Promise<void> {
  try {
    const statement = parseStatement(context, statements[i] as BsonDocument);
    results.set(i, await runUpdateStatement(context, target, statement));
  } catch (thrown) {
    errors.add(i, thrown);
  }
}

/** Consecutive updates of single documents share a write. */
async function runSingles(
  context: CommandContext,
  target: Target,
  statements: BsonDocument[],
  { i: from, end, errors, results }: Progress & { end: number },
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
  const { q: filter, u: change, c: constants, ...options } = statement;
  return updateStatement(context, { ...options, filter, change, constants });
}

export interface UpdateFields {
  filter: unknown;
  change: unknown;
  constants?: unknown;
  multi?: unknown;
  upsert?: unknown;
  arrayFilters?: unknown;
  hint?: unknown;
  collation?: unknown;
  sort?: unknown;
}

/** @throws ServerError when the statement could never be run. */
export function updateStatement({ body, server }: CommandContext, fields: UpdateFields): UpdateStatement {
  const filter = isDocument(fields.filter) ? fields.filter : {};
  const { change, constants, arrayFilters, hint, collation, sort } = fields;
  const isMulti = fields.multi === true;
  checkUpdate(change, { isMulti });
  if (isMulti && sort !== undefined) throw failedToParse('Cannot specify sort with multi=true');
  const variables = isDocument(body.let) ? body.let : undefined;
  return {
    query: { filter, hint, collation, sort, variables },
    update: { change, filter, arrayFilters, variables, constants, collation, now: new Date(server.now()) },
    isMulti,
    isUpsert: fields.upsert === true,
    bypassesValidation: body.bypassDocumentValidation === true,
  };
}

export async function runUpdateStatement(
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
    beforeStep: (bytes) => freeSpace.check(bytes),
  });
  if (result.matched > 0 || !statement.isUpsert) return result;
  return database.write(() => updateOne(context, target, statement), context.message.sizeBytes);
}

/** Must run inside a write. */
function updateOne({ server }: CommandContext, target: Target, statement: UpdateStatement): UpdateResult {
  const { database } = server;
  const collection = database.catalog.find(target.db, target.name);
  const found = firstMatch(database, collection, statement.query);
  if (collection !== undefined && found !== undefined) {
    const { isChanged } = updateDocument(database, collection, found, statement);
    return { matched: 1, modified: isChanged ? 1 : 0 };
  }
  if (!statement.isUpsert) return { matched: 0, modified: 0 };
  return { matched: 0, modified: 0, upserted: { id: insertUpsert(database, target, statement)._id } };
}

function summary(results: Map<number, UpdateResult>): BsonDocument {
  const all = [...results.entries()];
  const upserted = all.flatMap(([index, result]) =>
    result.upserted === undefined ? [] : [{ index, _id: result.upserted.id }],
  );
  const n = all.reduce((sum, [, { matched }]) => sum + matched, 0) + upserted.length;
  const nModified = all.reduce((sum, [, { modified }]) => sum + modified, 0);
  return { n, nModified, ...(upserted.length === 0 ? {} : { upserted }) };
}
