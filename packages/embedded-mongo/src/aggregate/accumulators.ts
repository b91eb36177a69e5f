import type { BsonDocument } from '../bson/bson-document.js';
import { compareValues } from '../bson/compare-values.js';
import { KeyWriter } from '../bson/key-writer.js';
import { isDocument, toNumber } from '../bson/value-type.js';
import { compileExpression, type Evaluator } from '../query/compile-expression.js';
import { locationError, notSupported } from '../server-error.js';
import { approximateBytes, type MemoryLimit } from './memory-limit.js';

/** Computes one field of one group, document by document. */
export interface Accumulator {
  add(document: BsonDocument): void;
  result(): unknown;
}

export type CreateAccumulator = (limit: MemoryLimit) => Accumulator;

/**
 * Compiles `{ $sum: '$amount' }` and the like.
 *
 * @throws ServerError 115 for an accumulator that is not supported.
 */
export function compileAccumulator(name: string, specification: unknown): CreateAccumulator {
  const [[operator, operand] = ['', undefined], ...others] = isDocument(specification)
    ? Object.entries(specification)
    : [];
  if (operator === '' || others.length > 0) {
    throw locationError(40234, `The field '${name}' must be an accumulator object`);
  }
  const create = Object.hasOwn(ACCUMULATORS, operator) ? ACCUMULATORS[operator] : undefined;
  if (create === undefined) throw notSupported(`the accumulator ${operator}`);
  const evaluate = compileExpression(operand);
  return (limit) => create(evaluate, limit);
}

type CreateOver = (evaluate: Evaluator, limit: MemoryLimit) => Accumulator;

function folding<State>(
  start: State,
  step: (state: State, value: unknown) => State,
  result: (state: State) => unknown,
): CreateOver {
  return (evaluate) => {
    let state = start;
    return {
      add(document) {
        state = step(state, evaluate(document));
      },
      result: () => result(state),
    };
  };
}

const extreme = (sign: 1 | -1): CreateOver =>
  folding<unknown>(
    undefined,
    (best, value) => {
      if (value === null || value === undefined) return best;
      return best === undefined || compareValues(value, best) * sign > 0 ? value : best;
    },
    (best) => best ?? null,
  );

const pushing: CreateOver = (evaluate, limit) => {
  const values: unknown[] = [];
  return {
    add(document) {
      const value = evaluate(document);
      if (value === undefined) return;
      limit.add(approximateBytes(value));
      values.push(value);
    },
    result: () => values,
  };
};

const collectingSet: CreateOver = (evaluate, limit) => {
  const values = new Map<string, unknown>();
  const writer = new KeyWriter();
  return {
    add(document) {
      const value = evaluate(document);
      writer.reset().value(value);
      const key = writer.asText();
      if (value === undefined || values.has(key)) return;
      limit.add(approximateBytes(value) + key.length);
      values.set(key, value);
    },
    result: () => [...values.values()],
  };
};

const ACCUMULATORS: Record<string, CreateOver> = {
  $sum: folding(
    0,
    (sum, value) => sum + (toNumber(value) ?? 0),
    (sum) => sum,
  ),
  $count: folding(
    0,
    (count) => count + 1,
    (count) => count,
  ),
  $avg: folding(
    { sum: 0, count: 0 },
    ({ sum, count }, value) => {
      const number = toNumber(value);
      return number === undefined ? { sum, count } : { sum: sum + number, count: count + 1 };
    },
    ({ sum, count }) => (count === 0 ? null : sum / count),
  ),
  $min: extreme(-1),
  $max: extreme(1),
  $first: folding<{ value: unknown } | undefined>(
    undefined,
    (first, value) => first ?? { value },
    (first) => first?.value ?? null,
  ),
  $last: folding<unknown>(
    undefined,
    (_last, value) => value,
    (last) => last ?? null,
  ),
  $push: pushing,
  $addToSet: collectingSet,
};
