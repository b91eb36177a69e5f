import { type BsonDocument, decode } from '../bson/bson-document.js';
import { isDocument } from '../bson/value-type.js';
import type { Query } from '../query/find-documents.js';
import { findFirst } from './change-documents.js';
import { type CommandContext, optionalNumber, readTarget, type Target } from './command-context.js';
import { forEachMatch } from './for-each-match.js';
import { readStatements, StatementErrors } from './statements.js';

export interface DeleteStatement {
  query: Query;
  isMulti: boolean;
}

/** The `delete` command. */
export async function deleteDocuments(context: CommandContext): Promise<BsonDocument> {
  const target = readTarget(context);
  const statements = readStatements(context, 'deletes').map(decode);
  const errors = new StatementErrors(context);
  let deleted = 0;
  for (const [i, { q, limit, hint, collation }] of statements.entries()) {
    if (errors.isStopped) break;
    try {
      const statement = parseDelete({
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

export const parseDelete = ({ filter, multi, hint, collation }: DeleteFields): DeleteStatement => ({
  query: { filter: isDocument(filter) ? filter : {}, hint, collation },
  isMulti: multi === true,
});

/** Returns the number of deleted documents. */
async function runDeleteStatement(
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
    const found = findFirst(database, collection, query);
    if (collection === undefined || found === undefined) return 0;
    database.documents.remove(collection, found);
    return 1;
  });
}
