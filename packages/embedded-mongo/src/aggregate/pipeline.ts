import type { BsonDocument } from '../bson/bson-document.js';
import { isDocument } from '../bson/value-type.js';
import type { ExpressionOptions } from '../query/expressions.js';
import { locationError, notSupported, typeMismatch } from '../server-error.js';
import type { DocumentStore } from '../storage/document-store.js';

/** Where a pipeline runs. */
export interface PipelineContext extends ExpressionOptions {
  store: DocumentStore;
  db: string;
  hint?: unknown;
}

export interface Stage {
  name: string;
  operand: unknown;
}

const STAGES = new Set(
  [
    '$match $project $addFields $set $unset $unwind $replaceRoot $replaceWith $lookup $group',
    '$count $sort $sortByCount $skip $limit $sample $bucket $bucketAuto $facet $unionWith',
    '$documents $collStats $indexStats $currentOp $listLocalSessions $out $merge',
  ].flatMap((names) => names.split(' ')),
);
const LEFT_OUT = new Set(
  [
    '$graphLookup $geoNear $search $searchMeta $vectorSearch $planCacheStats $listSessions',
    '$redact $setWindowFields $densify $fill',
  ].flatMap((names) => names.split(' ')),
);

/** @throws ServerError for a pipeline that is malformed or has a stage which is unknown or left out. */
export function parsePipeline(pipeline: unknown): Stage[] {
  if (!Array.isArray(pipeline)) throw typeMismatch("'pipeline' option must be specified as an array");
  return pipeline.map((stage: unknown, i) => {
    const [[name, operand] = ['', undefined], ...others] = isDocument(stage) ? Object.entries(stage) : [];
    if (name === '' || others.length > 0) {
      throw locationError(40323, 'A pipeline stage specification object must contain exactly one field.');
    }
    if (name === '$changeStream')
      throw locationError(40573, 'The $changeStream stage is only supported on replica sets');
    if (LEFT_OUT.has(name)) throw notSupported(`the aggregation stage ${name}`);
    if (!STAGES.has(name)) throw locationError(40324, `Unrecognized pipeline stage name: '${name}'`);
    const isOutput = name === '$out' || name === '$merge';
    if (isOutput && i < pipeline.length - 1)
      throw locationError(40601, `${name} can only be the final stage in the pipeline`);
    return { name, operand };
  });
}

/** A stage's operand where it has to be a document. */
export function documentOperand({ name, operand }: Stage): BsonDocument {
  if (isDocument(operand)) return operand;
  throw typeMismatch(`the ${name} stage specification must be an object`);
}
