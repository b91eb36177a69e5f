import { type BsonDocument, decode } from '../bson/bson-document.js';
import { isDocument } from '../bson/value-type.js';
import type { Query } from '../query/find-documents.js';
import { firstMatch } from './change-documents.js';
import { type CommandContext, optionalNumber, type Target, targetOf } from './command.js';
import { forEachMatch } from './for-each-match.js';
import { rawStatements, StatementErrors } from './statements.js';

export interface DeleteStatement {
  query: Query;
  isMulti: boolean;
}

/** The `delete` command. */
export async function deleteDocuments(context: CommandContext): Promise<BsonDocument> {
  const target = targetOf(context);
  const statements = rawStatements(context, 'deletes').map(decode);
  const errors = new StatementErrors(context);
  let deleted = 0;
  for (const [i, { q, limit, hint, collation }] of statements.entries()) {
    if (errors.isStopped) break;
    try {
      const statement = deleteStatement(context, {
        filter: q,
        hint,
        collation,
        multi: optionalNumber(limit) !== 1,
      });
      deleted += await runDeleteStatement(context, target, statement);
    } catch (thrown) {
      errors.add(i, thrown);
    }
  }
  return { n: deleted, ...errors.toReply() };
}

export interface DeleteFields {
  filter: unknown;
  multi: unknown;
  hint?: unknown;
  collation?: unknown;
}

export function deleteStatement(
  { body }: CommandContext,
  { filter, multi, hint, collation }: DeleteFields,
): DeleteStatement {
  const variables = isDocument(body.let) ? body.let : undefined;
  return {
    query: { filter: isDocument(filter) ? filter : {}, hint, collation, variables },
    isMulti: multi === true,
  };
}

/** Returns how many documents it deleted. */
export async function runDeleteStatement(
  { server }: CommandContext,
  target: Target,
  { query, isMulti }: DeleteStatement,
): Promise<number> {
  const { database } = server;
  if (isMulti) {
    let deleted = 0;
    await forEachMatch(database, target, query, {
      change: (collection, found) => {
        database.documents.remove(collection, found);
        deleted++;
      },
    });
    return deleted;
  }
  return database.write(() => {
    const collection = database.catalog.find(target.db, target.name);
    const found = firstMatch(database, collection, query);
    if (collection === undefined || found === undefined) return 0;
    database.documents.remove(collection, found);
    return 1;
  });
}
