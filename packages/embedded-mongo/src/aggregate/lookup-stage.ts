import type { BsonDocument } from '../bson/bson-document.js';
import { define } from '../bson/change-path.js';
import { valuesAt } from '../bson/field-path.js';
import { type Evaluator, expressionEvaluator } from '../query/expressions.js';
import { PAUSE, type Pausing, withoutPauses } from '../query/pausing.js';
import { failedToParse } from '../server-error.js';
import type { Collection } from '../storage/catalog.js';
import { documentOperand, type PipelineContext, parsePipeline, type Stage } from './pipeline.js';

type RunPipeline = (
  context: PipelineContext,
  collection: Collection | undefined,
  stages: Stage[],
) => Pausing<BsonDocument>;

/** `$lookup`: for each document a query on another collection, which may use its indexes. */
export function* lookupStage(
  source: Pausing<BsonDocument>,
  stage: Stage,
  context: PipelineContext,
  run: RunPipeline,
): Pausing<BsonDocument> {
  const { from, as, localField, foreignField, let: variables, pipeline } = documentOperand(stage);
  if (typeof from !== 'string' || typeof as !== 'string')
    throw failedToParse("$lookup needs the strings 'from' and 'as'");
  const joins = localField === undefined ? undefined : joinBy(String(localField), String(foreignField));
  const evaluate: Evaluator = variables === undefined ? () => ({}) : expressionEvaluator(variables, context);
  const stages = pipeline === undefined ? [] : parsePipeline(pipeline);
  const { hint: _hint, ...inner } = context;
  for (const step of source) {
    yield PAUSE;
    if (step === PAUSE) continue;
    const own = { ...context.variables, ...(evaluate(step) as BsonDocument) };
    const foreign = context.store.catalog.find(context.db, from);
    const found = run(
      { ...inner, variables: own },
      foreign,
      joins === undefined ? stages : [joins(step), ...stages],
    );
    const joined = { ...step };
    define(joined, as, [...withoutPauses(found)]);
    yield joined;
  }
}

/** A missing local value joins missing and null foreign ones; an array joins each of its elements. */
function joinBy(localField: string, foreignField: string): (document: BsonDocument) => Stage {
  const parts = localField.split('.');
  return (document) => {
    const values = valuesAt(document, parts).flatMap((value) =>
      Array.isArray(value) ? value : [value ?? null],
    );
    return {
      name: '$match',
      operand: { [foreignField]: values.length === 1 ? { $eq: values[0] } : { $in: values } },
    };
  };
}
