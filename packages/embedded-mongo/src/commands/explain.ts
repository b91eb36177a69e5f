import { parsePipeline } from '../aggregate/pipeline.js';
import type { BsonDocument } from '../bson/bson-document.js';
import { isDocument } from '../bson/value-type.js';
import { explainPlan } from '../plan/explain-plan.js';
import { findDocuments, planQuery, type Query } from '../query/find-documents.js';
import { runInSlices } from '../query/pausing.js';
import { notSupported, typeMismatch } from '../server-error.js';
import type { Collection } from '../storage/catalog.js';
import { type CommandContext, findCollection, type Target } from './command-context.js';
import { SERVER_VERSION } from './diagnostics.js';
import { readQuery } from './find.js';

/** Explains reads and the reading part of writes. */
export async function explain(context: CommandContext): Promise<BsonDocument> {
  const { db, body } = context;
  const { explain: command } = body;
  const [[kind, name] = []] = isDocument(command) ? Object.entries(command) : [];
  if (!isDocument(command) || kind === undefined || typeof name !== 'string')
    throw typeMismatch('explain needs a command');
  const target = { db, name, ns: `${db}.${name}` };
  if (kind === 'aggregate') return explainAggregate(context, target, command);
  const query = readExplainedQuery(kind, command);
  const explanation = explainQuery(context, target, query);
  if (body.verbosity === 'queryPlanner') return explanation;
  return { ...explanation, executionStats: await execute(context, findCollection(context, target), query) };
}

function readExplainedQuery(kind: string, command: BsonDocument): Query {
  switch (kind) {
    case 'find':
      return readQuery(command);
    case 'count':
    case 'distinct':
      return readQuery({ filter: command.query, hint: command.hint, collation: command.collation });
    case 'findAndModify':
      return readQuery({
        filter: command.query,
        sort: command.sort,
        hint: command.hint,
        collation: command.collation,
        limit: 1,
      });
    case 'update':
      return readFirstStatement(command.updates);
    case 'delete':
      return readFirstStatement(command.deletes);
    default:
      throw notSupported(`explaining the command ${kind}`);
  }
}

function readFirstStatement(statements: unknown): Query {
  const [statement] = Array.isArray(statements) ? statements : [];
  if (!isDocument(statement)) throw typeMismatch('the command has no statement to explain');
  return readQuery({ filter: statement.q, hint: statement.hint, collation: statement.collation });
}

/** Explains the query that an aggregation begins with. */
export function explainAggregate(context: CommandContext, target: Target, body: BsonDocument): BsonDocument {
  const [first] = parsePipeline(body.pipeline);
  const filter = first?.name === '$match' && isDocument(first.operand) ? first.operand : {};
  return explainQuery(context, target, { filter, hint: body.hint, collation: body.collation });
}

function explainQuery(context: CommandContext, target: Target, query: Query): BsonDocument {
  const collection = findCollection(context, target);
  const winningPlan =
    collection === undefined ? { stage: 'EOF' } : explainPlan(planQuery(collection, query), query.filter);
  return {
    queryPlanner: { namespace: target.ns, parsedQuery: query.filter, winningPlan, rejectedPlans: [] },
    serverInfo: { host: 'localhost', port: 0, version: SERVER_VERSION, gitVersion: 'embedded' },
  };
}

async function execute(
  context: CommandContext,
  collection: Collection | undefined,
  query: Query,
): Promise<BsonDocument> {
  const { server } = context;
  const counters = { keys: 0, documents: 0 };
  const startedAt = server.now();
  let returned = 0;
  const found = findDocuments(server.database.documents, collection, query, { counters });
  await runInSlices(found, () => void returned++, {});
  return {
    executionSuccess: true,
    nReturned: returned,
    executionTimeMillis: server.now() - startedAt,
    totalKeysExamined: counters.keys,
    totalDocsExamined: counters.documents,
    executionStages:
      collection === undefined ? { stage: 'EOF' } : explainPlan(planQuery(collection, query), query.filter),
  };
}
