import { ObjectId } from 'bson';
import { Aggregator } from 'mingo/aggregator';
import { Context, evalExpr } from 'mingo/core';
import * as accumulators from 'mingo/operators/accumulator';
import * as expressions from 'mingo/operators/expression';
import * as stages from 'mingo/operators/pipeline';
import * as projections from 'mingo/operators/projection';
import * as queries from 'mingo/operators/query';
import type { Options } from 'mingo/types';
import type { BsonDocument } from '../bson/bson-document.js';
import { compareValues, equalValues } from '../bson/compare-values.js';
import { bsonClass, isDocument, toNumber, toRegExp } from '../bson/value-type.js';
import { badValue, locationError, ServerError } from '../server-error.js';

export interface ExpressionOptions {
  collation?: unknown;
  /** `let`: values that expressions reach as `$$name`. */
  variables?: BsonDocument | undefined;
}

export type Evaluator = (document: BsonDocument) => unknown;

/** Compiles an aggregation expression, such as `{ $gt: ['$a', '$b'] }`. */
export function expressionEvaluator(expression: unknown, options: ExpressionOptions): Evaluator {
  const prepared = toMingo(expression);
  const compiled = evaluationOptions(options);
  return (document) => evalExpr(document, prepared, compiled);
}

/** The values of a command's `let`, which are expressions. */
export function evaluateVariables(variables: unknown): BsonDocument | undefined {
  if (!isDocument(variables)) return undefined;
  return expressionEvaluator(variables, {})({}) as BsonDocument;
}

/**
 * mingo's options in the form that its operators get. Passing any other makes mingo copy all its
 * operator tables for each evaluation; it hands the form it wants only to a pipeline's stages.
 */
export function evaluationOptions({ collation, variables }: ExpressionOptions): Options {
  let compiled: Options | undefined;
  const $capture = (documents: unknown, _operand: unknown, options: Options): unknown => {
    compiled = options;
    return documents;
  };
  const tables = { ...OPERATORS, pipeline: { ...OPERATORS.pipeline, $capture } };
  // mingo's types of its operators are unions too large for the compiler.
  const context = Context.init(tables as unknown as Parameters<typeof Context.init>[0]);
  const partial = {
    context,
    scriptEnabled: true,
    ...(isDocument(collation)
      ? { collation: collation as unknown as NonNullable<Options['collation']> }
      : {}),
    ...(variables === undefined ? {} : { variables }),
  };
  new Aggregator([{ $capture: {} }], partial).run([]);
  return compiled as Options;
}

/**
 * An expression as mingo takes it: with plain numbers and regular expressions instead of BSON's.
 *
 * @throws ServerError for operators that run code of the caller.
 */
export function toMingo(expression: unknown): unknown {
  if (Array.isArray(expression)) return expression.map(toMingo);
  const name = bsonClass(expression);
  if (name === 'BSONRegExp') return toRegExp(expression);
  if (name === 'Int32' || name === 'Double') return toNumber(expression);
  if (name !== undefined || !isDocument(expression)) return expression;
  return Object.fromEntries(
    Object.entries(expression).map(([field, value]) => {
      if (RUNS_CODE.has(field)) throw badValue(`${field} is not supported by the embedded server`);
      return [field, toMingo(value)];
    }),
  );
}

const RUNS_CODE = new Set(['$function', '$accumulator', '$where']);

/** An operator of mingo's expression language. */
type Expression = (document: BsonDocument, operand: unknown, options: Options) => unknown;

const isMissing = (value: unknown): boolean => value === undefined;

/** In expressions a missing value is below null, and equal only to another missing one. */
function compareOperands(a: unknown, b: unknown): number {
  if (isMissing(a) || isMissing(b)) return Number(isMissing(b)) - Number(isMissing(a));
  return compareValues(a, b);
}

const comparison =
  (answer: (order: number) => unknown): Expression =>
  (document, operands, options) => {
    const values = evalExpr(document, operands, options);
    if (!Array.isArray(values) || values.length !== 2)
      throw locationError(16020, 'Expression takes exactly 2 arguments');
    return answer(compareOperands(values[0], values[1]));
  };

const toObjectId: Expression = (document, operand, options) => {
  const value = evalExpr(document, operand, options);
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' && !ObjectId.isValid(value))
    throw badValue(`Failed to parse objectId '${value}' in $convert`);
  return new ObjectId(String(value));
};

const PRINTED_CLASSES = new Set(['ObjectId', 'Long', 'Decimal128']);

const toText: Expression = (document, operand, options) => {
  const value = evalExpr(document, operand, options);
  return PRINTED_CLASSES.has(bsonClass(value) ?? '')
    ? String(value)
    : expressions.$toString(document, operand, options);
};

const isMember: Expression = (document, operands, options) => {
  const [value, list] = evalExpr(document, operands, options) as unknown[];
  if (!Array.isArray(list)) throw locationError(40081, '$in requires an array as a second argument');
  return list.some((element) => equalValues(element, value));
};

const MOST_ELEMENTS = 4_000_000;
const MOST_CHARACTERS = 16 * 1024 * 1024;

const tooMuch = (name: string): ServerError =>
  new ServerError(
    146,
    'ExceededMemoryLimit',
    `${name} would make a value that is too large to hold in memory`,
  );

/** An array beyond the engine's limit would end the process, and one far below it would hold it up. */
const range: Expression = (document, operands, options) => {
  const values = evalExpr(document, operands, options);
  const [start, end, step] = (Array.isArray(values) ? values : []).map(Number);
  if (((end ?? 0) - (start ?? 0)) / (step ?? 1) > MOST_ELEMENTS) throw tooMuch('$range');
  return expressions.$range(document, operands, options);
};

/** Looks at the length of what an operator makes of others' results, so that none grows from step to step. */
const bounded =
  (
    name: string,
    most: number,
    operator: (document: BsonDocument, operands: unknown[], options: Options) => unknown,
  ): Expression =>
  (document, operands, options) => {
    const value = operator(document, Array.isArray(operands) ? operands : [operands], options);
    if ((typeof value === 'string' || Array.isArray(value)) && value.length > most) throw tooMuch(name);
    return value;
  };

/** mingo's operators, with those replaced that compare or convert BSON values wrongly, or know no bounds. */
const OPERATORS = {
  accumulator: { ...accumulators },
  expression: {
    ...expressions,
    $eq: comparison((order) => order === 0),
    $ne: comparison((order) => order !== 0),
    $gt: comparison((order) => order > 0),
    $gte: comparison((order) => order >= 0),
    $lt: comparison((order) => order < 0),
    $lte: comparison((order) => order <= 0),
    $cmp: comparison(Math.sign),
    $in: isMember,
    $toObjectId: toObjectId,
    $toString: toText,
    $range: range,
    $concat: bounded('$concat', MOST_CHARACTERS, expressions.$concat),
    $concatArrays: bounded('$concatArrays', MOST_ELEMENTS, expressions.$concatArrays),
  },
  pipeline: { ...stages },
  projection: { ...projections },
  query: { ...queries },
};
