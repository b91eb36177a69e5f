import { type PipelineContext, parsePipeline } from '../aggregate/pipeline.js';
import { runPipeline } from '../aggregate/run-pipeline.js';
import { type BsonDocument, encode } from '../bson/bson-document.js';
import { isDocument } from '../bson/value-type.js';
import { mapPausing } from '../query/pausing.js';
import { failedToParse } from '../server-error.js';
import { cursorReply } from '../wire/reply.js';
import {
  type CommandContext,
  type CommandResult,
  findCollection,
  optionalNumber,
  type Target,
  targetOf,
} from './command.js';
import { explainQuery } from './explain.js';
import { writeOutput } from './write-output.js';

export async function aggregate(context: CommandContext): Promise<CommandResult> {
  const { server, db, body } = context;
  const target = targetOfAggregate(context);
  const collection = findCollection(context, target);
  const stages = parsePipeline(body.pipeline);
  if (body.explain === true) return { ...explainAggregate(context, target, body), stages: body.pipeline };
  if (!isDocument(body.cursor))
    throw failedToParse("The 'cursor' option is required, except for aggregate with the explain argument");
  const pipeline: PipelineContext = {
    store: server.database.documents,
    db,
    hint: body.hint,
    collation: body.collation,
    variables: isDocument(body.let) ? body.let : undefined,
  };
  const limitMs = optionalNumber(body.maxTimeMS);
  const last = stages.at(-1);
  if (last?.name === '$out' || last?.name === '$merge') {
    const documents = runPipeline(pipeline, collection, stages.slice(0, -1));
    await writeOutput(context, last, documents, { limitMs });
    return cursorReply({ name: 'firstBatch', ns: target.ns, id: 0n, documents: [] });
  }
  const documents = mapPausing(runPipeline(pipeline, collection, stages), encode);
  return server.cursors.open(target.ns, documents, {
    batchSize: optionalNumber(body.cursor.batchSize),
    limitMs,
  });
}

/** `aggregate: 1` runs on no collection. */
function targetOfAggregate(context: CommandContext): Target {
  const { db, body } = context;
  if (typeof body.aggregate === 'string') return targetOf(context);
  return { db, name: '$cmd.aggregate', ns: `${db}.$cmd.aggregate` };
}

export function explainAggregate(context: CommandContext, target: Target, body: BsonDocument): BsonDocument {
  const [first] = parsePipeline(body.pipeline);
  const filter = first?.name === '$match' && isDocument(first.operand) ? first.operand : {};
  return explainQuery(context, target, { query: { filter, hint: body.hint, collation: body.collation } });
}
