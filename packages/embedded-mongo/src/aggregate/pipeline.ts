import type { BsonDocument } from '../bson/bson-document.js';
import { isDocument } from '../bson/value-type.js';
import { locationError, notSupported, typeMismatch } from '../server-error.js';
import type { DocumentStore } from '../storage/document-store.js';

/** The surroundings of a pipeline and the options of its command. */
export interface PipelineContext {
  store: DocumentStore;
  hint?: unknown;
  collation?: unknown;
}

export interface Stage {
  name: string;
  operand: unknown;
}

const STAGES = new Set(
  '$match $project $addFields $unwind $group $count $sort $skip $limit $sample $collStats $indexStats'.split(
    ' ',
  ),
);

/** Stages that MongoDB has and this server does not. */
const LEFT_OUT = new Set(
  [
    '$set $unset $replaceRoot $replaceWith $lookup $graphLookup $unionWith $facet $documents',
    '$sortByCount $bucket $bucketAuto $setWindowFields $densify $fill $redact $geoNear',
    '$out $merge $search $searchMeta $vectorSearch',
    '$currentOp $listSessions $listLocalSessions $planCacheStats',
  ].flatMap((names) => names.split(' ')),
);

/** @throws ServerError for a malformed pipeline and for stages that are unknown or left out. */
export function parsePipeline(pipeline: unknown): Stage[] {
  if (!Array.isArray(pipeline)) throw typeMismatch("'pipeline' option must be specified as an array");
  return pipeline.map((stage: unknown) => {
    const [[name, operand] = ['', undefined], ...others] = isDocument(stage) ? Object.entries(stage) : [];
    if (name === '' || others.length > 0) {
      throw locationError(40323, 'A pipeline stage specification object must contain exactly one field.');
    }
    if (name === '$changeStream')
      throw locationError(40573, 'The $changeStream stage is only supported on replica sets');
    if (LEFT_OUT.has(name)) throw notSupported(`the aggregation stage ${name}`);
    if (!STAGES.has(name)) throw locationError(40324, `Unrecognized pipeline stage name: '${name}'`);
    return { name, operand };
  });
}

/** @throws ServerError 14 if the operand of a stage is not a document. */
export function readDocumentOperand({ name, operand }: Stage): BsonDocument {
  if (isDocument(operand)) return operand;
  throw typeMismatch(`the ${name} stage specification must be an object`);
}
