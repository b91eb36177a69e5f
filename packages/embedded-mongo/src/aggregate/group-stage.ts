import type { BsonDocument } from '../bson/bson-document.js';
import { KeyWriter } from '../bson/key-writer.js';
import { compileExpression } from '../query/compile-expression.js';
import { PAUSE } from '../query/pausing.js';
import { locationError } from '../server-error.js';
import { type Accumulator, compileAccumulator } from './accumulators.js';
import { MemoryLimit } from './memory-limit.js';
import { readDocumentOperand } from './pipeline.js';
import type { RunStage } from './stages.js';

interface Group {
  id: unknown;
  accumulators: Accumulator[];
}

const GROUP_BYTES = 200;

/** Groups documents by the order-preserving bytes of their id, so that equal values of all types meet. */
export const groupStage: RunStage = function* (source, stage) {
  const { _id: idExpression, ...fields } = readDocumentOperand(stage);
  if (idExpression === undefined) throw locationError(15955, 'a group specification must include an _id');
  const evaluateId = compileExpression(idExpression);
  const names = Object.keys(fields);
  const factories = names.map((name) => compileAccumulator(name, fields[name]));
  const limit = new MemoryLimit('$group');
  const writer = new KeyWriter();
  const groups = new Map<string, Group>();
  for (const step of source) {
    if (step === PAUSE) {
      yield PAUSE;
      continue;
    }
    const id = evaluateId(step) ?? null;
    writer.reset().value(id);
    const key = writer.asText();
    let group = groups.get(key);
    if (group === undefined) {
      limit.add(GROUP_BYTES + key.length);
      group = { id, accumulators: factories.map((create) => create(limit)) };
      groups.set(key, group);
    }
    for (const accumulator of group.accumulators) accumulator.add(step);
  }
  for (const { id, accumulators } of groups.values()) yield toDocument(id, names, accumulators);
};

const toDocument = (id: unknown, names: string[], accumulators: Accumulator[]): BsonDocument => ({
  _id: id,
  ...Object.fromEntries(names.map((name, i) => [name, accumulators[i]?.result()])),
});
