import { Aggregator } from 'mingo/aggregator';
import { type BsonDocument, decode } from '../bson/bson-document.js';
import { isDocument, toNumber } from '../bson/value-type.js';
import { compileFilter } from '../query/compile-filter.js';
import { countDocuments } from '../query/count-documents.js';
import { evaluationOptions, toMingo } from '../query/expressions.js';
import { findDocuments, type Query } from '../query/find-documents.js';
import { mapPausing, PAUSE, type Pausing, withoutPauses } from '../query/pausing.js';
import { createSorter, parseSort } from '../query/sort.js';
import { locationError, typeMismatch } from '../server-error.js';
import type { Collection } from '../storage/catalog.js';
import { collectWithinLimit } from './collect-within-limit.js';
import { bucketStage, groupStage, sortByCountStages } from './group-stage.js';
import { lookupStage } from './lookup-stage.js';
import { documentOperand, type PipelineContext, parsePipeline, type Stage } from './pipeline.js';
import { sampleStage } from './sample-stage.js';
import { specialSource } from './special-source.js';

type Documents = Pausing<BsonDocument>;
type RunStage = (source: Documents, stage: Stage, context: PipelineContext) => Documents;

/** Runs a pipeline over a collection. What its first stages ask for is left to indexes. */
export function runPipeline(
  context: PipelineContext,
  collection: Collection | undefined,
  stages: Stage[],
): Documents {
  const [first, ...others] = stages;
  const special = first === undefined ? undefined : specialSource(context, collection, first);
  if (special !== undefined) return runStages(context, special, others);
  const { query, rest } = leadingQuery(context, stages);
  const counted = countOnly(rest[0], query);
  if (counted !== undefined)
    return runStages(context, countedDocuments(context, collection, query, counted), rest.slice(1));
  const source = mapPausing(findDocuments(context.store, collection, query), ({ raw }) => decode(raw));
  return runStages(context, source, rest);
}

function runStages(context: PipelineContext, source: Documents, stages: Stage[]): Documents {
  return stages.reduce((documents, stage) => stageRunner(stage.name)(documents, stage, context), source);
}

/** What a query can do of a pipeline: its first matches, then a sort, a skip and a limit. */
function leadingQuery(context: PipelineContext, stages: Stage[]): { query: Query; rest: Stage[] } {
  const rest = [...stages];
  const next = (name: string): Stage | undefined => (rest[0]?.name === name ? rest.shift() : undefined);
  const filters: BsonDocument[] = [];
  for (let stage = next('$match'); stage !== undefined; stage = next('$match'))
    filters.push(documentOperand(stage));
  const { hint, collation, variables } = context;
  const filter = filters.length < 2 ? (filters[0] ?? {}) : { $and: filters };
  const query: Query = { filter, hint, collation, variables };
  query.sort = next('$sort')?.operand;
  const skip = next('$skip');
  if (skip !== undefined) query.skip = countOf(skip);
  const limit = next('$limit');
  if (limit !== undefined) query.limit = limitOf(limit);
  return { query, rest };
}

/** `{ $count }`, or a `$group` of everything that only counts: answered without reading documents. */
function countOnly(
  stage: Stage | undefined,
  { limit, skip }: Query,
): ((count: number) => BsonDocument) | undefined {
  if (stage === undefined || limit !== undefined || skip !== undefined) return undefined;
  if (stage.name === '$count') return (count) => ({ [nameOfCount(stage)]: count });
  if (stage.name !== '$group' || !isDocument(stage.operand)) return undefined;
  const { _id, ...fields } = stage.operand;
  const [[name, accumulator] = [], ...others] = Object.entries(fields);
  const isConstant = _id === null || typeof _id === 'number';
  const isCounter = isDocument(accumulator) && toNumber(accumulator.$sum) === 1;
  if (name === undefined || others.length > 0 || !isConstant || !isCounter) return undefined;
  return (count) => ({ _id, [name]: count });
}

function* countedDocuments(
  { store }: PipelineContext,
  collection: Collection | undefined,
  query: Query,
  answer: (count: number) => BsonDocument,
): Documents {
  const count = yield* countDocuments(store, collection, query);
  if (count > 0) yield answer(count);
}

function stageRunner(name: string): RunStage {
  return OWN_STAGES[name] ?? (PER_DOCUMENT.has(name) ? perDocumentStage : wholeInputStage);
}

const PER_DOCUMENT = new Set([
  '$project',
  '$addFields',
  '$set',
  '$unset',
  '$unwind',
  '$replaceRoot',
  '$replaceWith',
]);

const OWN_STAGES: Record<string, RunStage> = {
  $match: matchStage,
  $sort: sortStage,
  $skip: (source, stage) => skipping(source, countOf(stage)),
  $limit: (source, stage) => limited(source, limitOf(stage)),
  $count: countStage,
  $group: groupStage,
  $bucket: bucketStage,
  $sortByCount: (source, stage, context) => runStages(context, source, sortByCountStages(stage)),
  $sample: sampleStage,
  $lookup: (source, stage, context) => lookupStage(source, stage, context, runPipeline),
  $unionWith: unionStage,
  $facet: facetStage,
};

function countOf({ name, operand }: Stage): number {
  const count = toNumber(operand);
  if (count !== undefined && Number.isInteger(count) && count >= 0) return count;
  throw locationError(5107200, `invalid argument to ${name} stage: Expected a non-negative integer`);
}

function limitOf(stage: Stage): number {
  const limit = countOf(stage);
  if (limit === 0) throw locationError(15958, 'the limit must be positive');
  return limit;
}

function nameOfCount({ operand }: Stage): string {
  if (typeof operand === 'string' && operand !== '' && !/^\$|\./.test(operand)) return operand;
  throw locationError(40156, 'the count field must be a non-empty string without $ or .');
}

function* matchStage(source: Documents, stage: Stage, context: PipelineContext): Documents {
  const { matches } = compileFilter(stage.operand, context);
  for (const step of source) if (step === PAUSE || matches(step)) yield step;
}

function* skipping(source: Documents, count: number): Documents {
  let left = count;
  for (const step of source) {
    if (step === PAUSE || left <= 0) yield step;
    else left--;
  }
}

function* limited(source: Documents, count: number): Documents {
  let left = count;
  for (const step of source) {
    yield step;
    if (step !== PAUSE && --left === 0) return;
  }
}

function* countStage(source: Documents, stage: Stage): Documents {
  const name = nameOfCount(stage);
  let count = 0;
  for (const step of source) {
    if (step === PAUSE) yield PAUSE;
    else count++;
  }
  if (count > 0) yield { [name]: count };
}

function* sortStage(source: Documents, stage: Stage, context: PipelineContext): Documents {
  const sorter = createSorter(parseSort(documentOperand(stage)), context.collation);
  const documents = yield* collectWithinLimit(source, '$sort');
  const rows = documents.map((document, position) => ({ document, position, key: sorter.keyOf(document) }));
  rows.sort((a, b) => sorter.compare(a.key, b.key) || a.position - b.position);
  for (const { document } of rows) yield document;
}

function* unionStage(source: Documents, { operand }: Stage, context: PipelineContext): Documents {
  yield* source;
  const name = isDocument(operand) ? operand.coll : operand;
  if (typeof name !== 'string') throw typeMismatch('the $unionWith stage needs a collection name');
  const stages = isDocument(operand) && operand.pipeline !== undefined ? parsePipeline(operand.pipeline) : [];
  const { hint: _hint, ...inner } = context;
  yield* runPipeline(inner, context.store.catalog.find(context.db, name), stages);
}

function* facetStage(source: Documents, stage: Stage, context: PipelineContext): Documents {
  const documents = yield* collectWithinLimit(source, '$facet');
  const facets: BsonDocument = {};
  for (const [name, pipeline] of Object.entries(documentOperand(stage))) {
    facets[name] = [...withoutPauses(runStages(context, streamOf(documents), parsePipeline(pipeline)))];
  }
  yield facets;
}

function* streamOf(documents: BsonDocument[]): Documents {
  yield* documents;
}

const CHUNK = 64;

/** Stages that treat one document at a time run over a few of them in one go. */
function* perDocumentStage(source: Documents, stage: Stage, context: PipelineContext): Documents {
  const run = mingoStage(stage, context);
  let chunk: BsonDocument[] = [];
  for (const step of source) {
    if (step === PAUSE) yield PAUSE;
    else chunk.push(step);
    if (chunk.length < CHUNK) continue;
    yield* run(chunk);
    chunk = [];
  }
  yield* run(chunk);
}

/** Stages that need all of their input at once. */
function* wholeInputStage(source: Documents, stage: Stage, context: PipelineContext): Documents {
  yield* mingoStage(stage, context)(yield* collectWithinLimit(source, stage.name));
}

function mingoStage(
  { name, operand }: Stage,
  context: PipelineContext,
): (documents: BsonDocument[]) => BsonDocument[] {
  const aggregator = new Aggregator([{ [name]: toMingo(operand) }], evaluationOptions(context));
  return (documents) => (documents.length === 0 ? [] : aggregator.run(documents));
}
