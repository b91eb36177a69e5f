import * as mingoAccumulators from 'mingo/operators/accumulator';
import type { Options } from 'mingo/types';
import type { BsonDocument } from '../bson/bson-document.js';
import { compareValues } from '../bson/compare-values.js';
import { KeyWriter } from '../bson/key-writer.js';
import { isDocument, toNumber } from '../bson/value-type.js';
import {
  type Evaluator,
  type ExpressionOptions,
  evaluationOptions,
  expressionEvaluator,
  toMingo,
} from '../query/expressions.js';
import { locationError } from '../server-error.js';
import { approximateBytes, type MemoryLimit } from './collect-within-limit.js';

/** What a `$group` keeps of one field of one group. */
export interface Accumulator {
  add(document: BsonDocument): void;
  result(): unknown;
}

export type AccumulatorFactory = (limit: MemoryLimit) => Accumulator;

/** Compiles `{ $sum: '$amount' }` and the like. */
export function accumulatorFactory(
  name: string,
  specification: unknown,
  options: ExpressionOptions,
): AccumulatorFactory {
  const [[operator, operand] = ['', undefined], ...others] = isDocument(specification)
    ? Object.entries(specification)
    : [];
  if (operator === '' || others.length > 0) {
    throw locationError(40234, `The field '${name}' must be an accumulator object`);
  }
  const own = ACCUMULATORS[operator];
  if (own !== undefined) return (limit) => own(expression(operand, options), limit);
  if (!Object.hasOwn(mingoAccumulators, operator))
    throw locationError(15952, `unknown group operator '${operator}'`);
  return (limit) => collectingAccumulator(operator, operand, { options: evaluationOptions(options), limit });
}

/** Fields and constants are so common that they are not worth mingo's way. */
export function expression(operand: unknown, options: ExpressionOptions): Evaluator {
  if (operand === null || typeof operand === 'number' || typeof operand === 'boolean') return () => operand;
  if (typeof operand === 'string' && /^\$[^$.]+$/.test(operand)) {
    const field = operand.slice(1);
    return (document) => (Object.hasOwn(document, field) ? document[field] : undefined);
  }
  return expressionEvaluator(operand, options);
}

type MakeAccumulator = (evaluate: Evaluator, limit: MemoryLimit) => Accumulator;

function folding<State>(
  start: State,
  step: (state: State, value: unknown) => State,
  result: (state: State) => unknown,
): MakeAccumulator {
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

const extreme = (sign: 1 | -1): MakeAccumulator =>
  folding<unknown>(
    undefined,
    (best, value) => {
      if (value === null || value === undefined) return best;
      return best === undefined || compareValues(value, best) * sign > 0 ? value : best;
    },
    (best) => best ?? null,
  );

const pushing: MakeAccumulator = (evaluate, limit) => {
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

const collectingSet: MakeAccumulator = (evaluate, limit) => {
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

const ACCUMULATORS: Record<string, MakeAccumulator> = {
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

type MingoAccumulator = (documents: BsonDocument[], operand: unknown, options: Options) => unknown;

const MINGO_ACCUMULATORS = new Map(Object.entries(mingoAccumulators) as [string, MingoAccumulator][]);

interface CollectingOptions {
  options: Options;
  limit: MemoryLimit;
}

/** The rarer accumulators are mingo's, which want all documents of the group at once. */
function collectingAccumulator(
  operator: string,
  operand: unknown,
  { options, limit }: CollectingOptions,
): Accumulator {
  const documents: BsonDocument[] = [];
  const run = MINGO_ACCUMULATORS.get(operator) as MingoAccumulator;
  return {
    add(document) {
      limit.add(approximateBytes(document));
      documents.push(document);
    },
    result() {
      const result = run(documents, toMingo(operand), options);
      // mingo answers these two with a list of one.
      return (operator === '$top' || operator === '$bottom') && Array.isArray(result) ? result[0] : result;
    },
  };
}
