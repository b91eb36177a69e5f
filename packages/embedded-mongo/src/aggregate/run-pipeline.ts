import { type BsonDocument, decode } from '../bson/bson-document.js';
import { isDocument, toNumber } from '../bson/value-type.js';
import { countDocuments } from '../query/count-documents.js';
import { findDocuments, type Query } from '../query/find-documents.js';
import { mapPausing, type Pausing } from '../query/pausing.js';
import { locationError } from '../server-error.js';
import type { Collection } from '../storage/catalog.js';
import { groupStage } from './group-stage.js';
import { type PipelineContext, readDocumentOperand, type Stage } from './pipeline.js';
import {
  addFieldsStage,
  countStage,
  limitStage,
  matchStage,
  projectStage,
  type RunStage,
  readCount,
  readCountName,
  readLimit,
  sampleStage,
  skipStage,
  sortStage,
  unwindStage,
} from './stages.js';
import { collectionStatistics, indexStatistics } from './statistics.js';

const STAGES: Record<string, RunStage> = {
  $match: matchStage,
  $project: projectStage,
  $addFields: addFieldsStage,
  $unwind: unwindStage,
  $group: groupStage,
  $count: countStage,
  $sort: sortStage,
  $skip: skipStage,
  $limit: limitStage,
  $sample: sampleStage,
};

/** Runs a pipeline over a collection. Its first stages become a query, which can use indexes. */
export function runPipeline(
  context: PipelineContext,
  collection: Collection | undefined,
  stages: Stage[],
): Pausing<BsonDocument> {
  const [first, ...others] = stages;
  if (first?.name === '$collStats')
    return runStages(context, collectionStatistics(context.store, collection), others);
  if (first?.name === '$indexStats') return runStages(context, indexStatistics(collection), others);
  const { query, rest } = splitLeadingQuery(context, stages);
  const toDocument = findCountOnly(rest[0], query);
  if (toDocument !== undefined) {
    const counting = countDocuments(context.store, collection, query);
    return runStages(context, countAsDocument(counting, toDocument), rest.slice(1));
  }
  const source = mapPausing(findDocuments(context.store, collection, query), ({ raw }) => decode(raw));
  return runStages(context, source, rest);
}

function runStages(
  context: PipelineContext,
  source: Pausing<BsonDocument>,
  stages: Stage[],
): Pausing<BsonDocument> {
  return stages.reduce((documents, stage) => runStage(documents, stage, context), source);
}

function runStage(
  source: Pausing<BsonDocument>,
  stage: Stage,
  context: PipelineContext,
): Pausing<BsonDocument> {
  const run = STAGES[stage.name];
  if (run === undefined)
    throw locationError(40602, `${stage.name} is only valid as the first stage in a pipeline`);
  return run(source, stage, context);
}

/** The part of a pipeline that a query can do: the first matches, then a sort, a skip and a limit. */
function splitLeadingQuery(
  { hint, collation }: PipelineContext,
  stages: Stage[],
): { query: Query; rest: Stage[] } {
  const rest = [...stages];
  const next = (name: string): Stage | undefined => (rest[0]?.name === name ? rest.shift() : undefined);
  const filters: BsonDocument[] = [];
  for (let stage = next('$match'); stage !== undefined; stage = next('$match'))
    filters.push(readDocumentOperand(stage));
  const filter = filters.length < 2 ? (filters[0] ?? {}) : { $and: filters };
  const query: Query = { filter, hint, collation };
  query.sort = next('$sort')?.operand;
  const skip = next('$skip');
  if (skip !== undefined) query.skip = readCount(skip);
  const limit = next('$limit');
  if (limit !== undefined) query.limit = readLimit(limit);
  return { query, rest };
}

/**
 * For a `$count`, and a `$group` of everything that only counts, makes the resulting document from the
 * number: it is known without reading documents. Undefined for every other stage.
 */
function findCountOnly(
  stage: Stage | undefined,
  { limit, skip }: Query,
): ((count: number) => BsonDocument) | undefined {
  if (stage === undefined || limit !== undefined || skip !== undefined) return undefined;
  if (stage.name === '$count') return (count) => ({ [readCountName(stage)]: count });
  if (stage.name !== '$group' || !isDocument(stage.operand)) return undefined;
  const { _id, ...fields } = stage.operand;
  const [[name, accumulator] = [], ...others] = Object.entries(fields);
  const isConstant = _id === null || typeof _id === 'number';
  const isCounter = isDocument(accumulator) && toNumber(accumulator.$sum) === 1;
  if (name === undefined || others.length > 0 || !isConstant || !isCounter) return undefined;
  return (count) => ({ _id, [name]: count });
}

function* countAsDocument(
  counting: ReturnType<typeof countDocuments>,
  toDocument: (count: number) => BsonDocument,
): Pausing<BsonDocument> {
  const count = yield* counting;
  if (count > 0) yield toDocument(count);
}
