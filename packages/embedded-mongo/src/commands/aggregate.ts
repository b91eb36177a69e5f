import { type PipelineContext, parsePipeline } from '../aggregate/pipeline.js';
import { runPipeline } from '../aggregate/run-pipeline.js';
import { encode } from '../bson/bson-document.js';
import { isDocument } from '../bson/value-type.js';
import { mapPausing } from '../query/pausing.js';
import { failedToParse, notSupported } from '../server-error.js';
import {
  type CommandContext,
  type CommandResult,
  findCollection,
  optionalNumber,
  readTarget,
} from './command-context.js';
import { explainAggregate } from './explain.js';

export async function aggregate(context: CommandContext): Promise<CommandResult> {
  const { server, body } = context;
  if (typeof body.aggregate !== 'string') throw notSupported('an aggregation of a whole database');
  const target = readTarget(context);
  const stages = parsePipeline(body.pipeline);
  if (body.explain === true) return { ...explainAggregate(context, target, body), stages: body.pipeline };
  if (!isDocument(body.cursor))
    throw failedToParse("The 'cursor' option is required, except for aggregate with the explain argument");
  const { hint, collation } = body;
  const pipeline: PipelineContext = { store: server.database.documents, hint, collation };
  const documents = runPipeline(pipeline, findCollection(context, target), stages);
  return server.cursors.open(target.ns, mapPausing(documents, encode), {
    batchSize: optionalNumber(body.cursor.batchSize),
    limitMs: optionalNumber(body.maxTimeMS),
  });
}
