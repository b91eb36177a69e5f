import type { BsonDocument } from '../bson/bson-document.js';
import { compareValues } from '../bson/compare-values.js';
import { KeyWriter } from '../bson/key-writer.js';
import { isDocument } from '../bson/value-type.js';
import type { Evaluator } from '../query/expressions.js';
import { PAUSE, type Pausing } from '../query/pausing.js';
import { locationError } from '../server-error.js';
import { type Accumulator, accumulatorFactory, expression } from './accumulators.js';
import { MemoryLimit } from './collect-within-limit.js';
import { documentOperand, type PipelineContext, type Stage } from './pipeline.js';

type Documents = Pausing<BsonDocument>;

interface Group {
  id: unknown;
  accumulators: Accumulator[];
}

const GROUP_BYTES = 200;

export function* groupStage(source: Documents, stage: Stage, context: PipelineContext): Documents {
  const { _id: id, ...fields } = documentOperand(stage);
  if (id === undefined) throw locationError(15955, 'a group specification must include an _id');
  yield* yield* grouped(source, expression(id, context), fields, context);
}

/** `$bucket`: groups by the boundary at or below a value. */
export function* bucketStage(source: Documents, stage: Stage, context: PipelineContext): Documents {
  const { groupBy, boundaries, output, ...rest } = documentOperand(stage);
  if (!Array.isArray(boundaries) || boundaries.length < 2)
    throw locationError(40192, "The $bucket 'boundaries' field must have at least 2 values");
  const value = expression(groupBy, context);
  const bucketOf = (document: BsonDocument): unknown => {
    const boundary = boundaryBelow(boundaries, value(document));
    if (boundary !== undefined) return boundary;
    if ('default' in rest) return rest.default;
    throw locationError(
      7158303,
      '$bucket could not find a matching branch for an input, and no default was specified.',
    );
  };
  const fields = isDocument(output) ? output : { count: { $sum: 1 } };
  const groups = yield* grouped(source, bucketOf, fields, context);
  yield* groups.sort((a, b) => compareValues(a._id, b._id));
}

function boundaryBelow(boundaries: unknown[], value: unknown): unknown {
  if (compareValues(value, boundaries.at(-1)) >= 0) return undefined;
  return boundaries.findLast((boundary) => compareValues(value, boundary) >= 0);
}

export const sortByCountStages = ({ operand }: Stage): Stage[] => [
  { name: '$group', operand: { _id: operand, count: { $sum: 1 } } },
  { name: '$sort', operand: { count: -1 } },
];

/** Groups are told apart by the order-preserving bytes of their id, so equal values of any type meet. */
function* grouped(
  source: Documents,
  idOf: Evaluator,
  fields: BsonDocument,
  context: PipelineContext,
): Generator<typeof PAUSE, BsonDocument[], void> {
  const names = Object.keys(fields);
  const factories = names.map((name) => accumulatorFactory(name, fields[name], context));
  const limit = new MemoryLimit('$group');
  const writer = new KeyWriter();
  const groups = new Map<string, Group>();
  for (const step of source) {
    if (step === PAUSE) {
      yield PAUSE;
      continue;
    }
    const id = idOf(step) ?? null;
    writer.reset().value(id);
    const key = writer.asText();
    let group = groups.get(key);
    if (group === undefined) {
      limit.add(GROUP_BYTES + key.length);
      group = { id, accumulators: factories.map((make) => make(limit)) };
      groups.set(key, group);
    }
    for (const accumulator of group.accumulators) accumulator.add(step);
  }
  return [...groups.values()].map(({ id, accumulators }) => ({
    _id: id,
    ...Object.fromEntries(names.map((name, i) => [name, accumulators[i]?.result()])),
  }));
}
