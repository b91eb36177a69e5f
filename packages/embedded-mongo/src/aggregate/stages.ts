import type { BsonDocument } from '../bson/bson-document.js';
import { changeValuesAt, setField } from '../bson/change-path.js';
import { isDocument, isOperatorDocument, toNumber } from '../bson/value-type.js';
import { compileExpression } from '../query/compile-expression.js';
import { compileFilter } from '../query/compile-filter.js';
import { compileStageProjection } from '../query/compile-projection.js';
import { mapPausing, PAUSE, type Pausing } from '../query/pausing.js';
import { createSorter, parseSort } from '../query/sort.js';
import { locationError, notSupported } from '../server-error.js';
import { collectWithinLimit } from './memory-limit.js';
import { type PipelineContext, readDocumentOperand, type Stage } from './pipeline.js';

/** Turns the documents that a stage receives into those that it passes on. */
export type RunStage = (
  source: Pausing<BsonDocument>,
  stage: Stage,
  context: PipelineContext,
) => Pausing<BsonDocument>;

export const matchStage: RunStage = function* (source, { operand }, context) {
  const { matches } = compileFilter(operand, context);
  for (const step of source) if (step === PAUSE || matches(step)) yield step;
};

export const projectStage: RunStage = (source, stage) =>
  mapPausing(source, compileStageProjection(readDocumentOperand(stage)));

/** Adds whole fields; a path, or a document that would be merged into the present one, is not supported. */
export const addFieldsStage: RunStage = (source, stage) => {
  const fields = Object.entries(readDocumentOperand(stage)).map(([name, expression]) => {
    if (name.includes('.') || (isDocument(expression) && !isOperatorDocument(expression)))
      throw notSupported('a nested field in $addFields');
    return [name, compileExpression(expression)] as const;
  });
  return mapPausing(source, (document) => {
    const result = { ...document };
    for (const [name, evaluate] of fields) {
      const value = evaluate(document);
      if (value === undefined) delete result[name];
      else setField(result, name, value);
    }
    return result;
  });
};

/** Passes on one document for each element of an array. */
export const unwindStage: RunStage = function* (source, { operand }) {
  const {
    path,
    includeArrayIndex: indexField,
    preserveNullAndEmptyArrays,
  } = isDocument(operand) ? operand : { path: operand };
  if (typeof path !== 'string' || !path.startsWith('$'))
    throw locationError(28818, "path option to $unwind stage should be prefixed with a '$'");
  const parts = path.slice(1).split('.');
  const evaluate = compileExpression(path);
  const withPosition = (document: BsonDocument, position: number | null): BsonDocument =>
    typeof indexField === 'string' ? { ...document, [indexField]: position } : document;
  for (const step of source) {
    if (step === PAUSE) {
      yield PAUSE;
      continue;
    }
    const value = evaluate(step);
    if (Array.isArray(value) && value.length > 0) {
      for (const [position, element] of value.entries())
        yield withPosition(replaceAt(step, parts, element), position);
    } else if (!Array.isArray(value) && value !== undefined && value !== null) yield withPosition(step, null);
    else if (preserveNullAndEmptyArrays === true) {
      const remaining = Array.isArray(value) ? undefined : value;
      yield withPosition(replaceAt(step, parts, remaining), null);
    }
  }
};

const replaceAt = (document: BsonDocument, parts: string[], value: unknown): BsonDocument =>
  changeValuesAt(document, parts, () => value) as BsonDocument;

export const skipStage: RunStage = function* (source, stage) {
  let left = readCount(stage);
  for (const step of source) {
    if (step === PAUSE || left <= 0) yield step;
    else left--;
  }
};

export const limitStage: RunStage = function* (source, stage) {
  let left = readLimit(stage);
  for (const step of source) {
    yield step;
    if (step !== PAUSE && --left === 0) return;
  }
};

/** @throws ServerError 5107200 if the operand of `$skip` or `$limit` is not a count. */
export function readCount({ name, operand }: Stage): number {
  const count = toNumber(operand);
  if (count !== undefined && Number.isInteger(count) && count >= 0) return count;
  throw locationError(5107200, `invalid argument to ${name} stage: Expected a non-negative integer`);
}

export function readLimit(stage: Stage): number {
  const limit = readCount(stage);
  if (limit === 0) throw locationError(15958, 'the limit must be positive');
  return limit;
}

export const countStage: RunStage = function* (source, stage) {
  const name = readCountName(stage);
  let count = 0;
  for (const step of source) {
    if (step === PAUSE) yield PAUSE;
    else count++;
  }
  if (count > 0) yield { [name]: count };
};

export function readCountName({ operand }: Stage): string {
  if (typeof operand === 'string' && operand !== '' && !/^\$|\./.test(operand)) return operand;
  throw locationError(40156, 'the count field must be a non-empty string without $ or .');
}

export const sortStage: RunStage = function* (source, stage, context) {
  const sorter = createSorter(parseSort(readDocumentOperand(stage)), context.collation);
  const documents = yield* collectWithinLimit(source, '$sort');
  const rows = documents.map((document, position) => ({ document, position, key: sorter.keyOf(document) }));
  rows.sort((a, b) => sorter.compare(a.key, b.key) || a.position - b.position);
  for (const { document } of rows) yield document;
};

/** Reservoir sampling (Vitter's algorithm R), which holds no more than the sample. */
export const sampleStage: RunStage = function* (source, stage) {
  const size = toNumber(readDocumentOperand(stage).size);
  if (size === undefined || size < 0)
    throw locationError(28747, 'size argument to $sample must be a positive number');
  const sample: BsonDocument[] = [];
  let seen = 0;
  for (const step of source) {
    if (step === PAUSE) {
      yield PAUSE;
      continue;
    }
    seen++;
    const position = seen <= size ? seen - 1 : Math.floor(Math.random() * seen);
    if (position < size) sample[position] = step;
  }
  yield* sample;
};
