import { type BsonDocument, encode } from '../bson/bson-document.js';
import { compareValues } from '../bson/compare-values.js';
import { fieldOf } from '../bson/field-path.js';
import { isDocument, isOperatorDocument, isTruthy, toNumber } from '../bson/value-type.js';
import { badValue, failedToParse, notSupported, typeMismatch } from '../server-error.js';

/** Computes the value of an expression for a document; undefined for a missing value. */
export type Evaluator = (document: BsonDocument) => unknown;

/**
 * Compiles an aggregation expression: constants, field paths, `$$ROOT`, documents and arrays of
 * expressions, and the operators that Compass sends while it shows collections and indexes.
 *
 * @throws ServerError 115 for every other operator and variable.
 */
export function compileExpression(expression: unknown): Evaluator {
  if (typeof expression === 'string' && expression.startsWith('$')) return compilePath(expression);
  if (Array.isArray(expression)) {
    const elements = expression.map(compileExpression);
    return (document) => elements.map((evaluate) => evaluate(document) ?? null);
  }
  if (isOperatorDocument(expression)) return compileOperator(expression);
  return isDocument(expression) ? compileFields(expression) : () => expression;
}

function compilePath(path: string): Evaluator {
  if (!path.startsWith('$$')) {
    const parts = path.slice(1).split('.');
    return (document) => valueAtPath(document, parts, 0);
  }
  const [variable, ...parts] = path.slice(2).split('.');
  if (variable !== 'ROOT') throw notSupported(`the variable $$${variable}`);
  return (document) => valueAtPath(document, parts, 0);
}

/** Unlike in filters, an array on the way yields an array, and a number never names a position in one. */
function valueAtPath(value: unknown, parts: readonly string[], from: number): unknown {
  if (from === parts.length) return value;
  if (Array.isArray(value))
    return value
      .filter(isDocument)
      .map((element) => valueAtPath(element, parts, from))
      .filter((found) => found !== undefined);
  return isDocument(value) ? valueAtPath(fieldOf(value, parts[from] as string), parts, from + 1) : undefined;
}

function compileFields(fields: BsonDocument): Evaluator {
  const compiled = Object.entries(fields).map(([name, field]) => [name, compileExpression(field)] as const);
  return (document) =>
    Object.fromEntries(
      compiled
        .map(([name, evaluate]) => [name, evaluate(document)] as const)
        .filter(([, value]) => value !== undefined),
    );
}

function compileOperator(expression: BsonDocument): Evaluator {
  const [[operator, operand] = ['', undefined], ...others] = Object.entries(expression);
  if (others.length > 0)
    throw failedToParse(`an expression has exactly one operator, and this one has more: ${operator}`);
  const compile = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  if (compile === undefined) throw notSupported(`the expression ${operator}`);
  return compile(operand);
}

const OPERATORS: Record<string, (operand: unknown) => Evaluator> = {
  $literal: (operand) => () => operand,
  $cond: compileCondition,
  $ne: compileInequality,
  $multiply: (operand) => compileArithmetic('$multiply', operand, (a, b) => a * b),
  $divide: (operand) => compileArithmetic('$divide', operand, divide),
  $toDouble: compileToDouble,
  $objectToArray: compileObjectToArray,
  $bsonSize: compileBsonSize,
};

function compileCondition(operand: unknown): Evaluator {
  const parts = isDocument(operand) ? [operand.if, operand.then, operand.else] : operand;
  const [condition, whenTrue, whenFalse] = compileOperands('$cond', parts, 3) as [
    Evaluator,
    Evaluator,
    Evaluator,
  ];
  return (document) => (isTruthy(condition(document)) ? whenTrue : whenFalse)(document);
}

/** In expressions a missing value differs from null. */
function compileInequality(operand: unknown): Evaluator {
  const [left, right] = compileOperands('$ne', operand, 2) as [Evaluator, Evaluator];
  return (document) => {
    const [a, b] = [left(document), right(document)];
    return (a === undefined) !== (b === undefined) || compareValues(a, b) !== 0;
  };
}

/** Applies an operation to numbers from left to right; the result is null if one of them is missing or null. */
function compileArithmetic(
  operator: string,
  operand: unknown,
  combine: (a: number, b: number) => number,
): Evaluator {
  const operands = compileOperands(operator, operand);
  return (document) => {
    const values = operands.map((evaluate) => evaluate(document) ?? null);
    if (values.includes(null)) return null;
    const numbers = values.map(toNumber);
    if (numbers.includes(undefined)) throw typeMismatch(`${operator} only supports numeric types`);
    return (numbers as number[]).reduce(combine);
  };
}

function divide(dividend: number, divisor: number): number {
  if (divisor === 0) throw badValue("can't $divide by zero");
  return dividend / divisor;
}

function compileToDouble(operand: unknown): Evaluator {
  const evaluate = compileOperand('$toDouble', operand);
  return (document) => {
    const value = evaluate(document) ?? null;
    const number = toNumber(value);
    if (value !== null && number === undefined) throw notSupported('$toDouble of a value that is no number');
    return number ?? null;
  };
}

function compileObjectToArray(operand: unknown): Evaluator {
  const evaluate = compileOperand('$objectToArray', operand);
  return (document) => {
    const value = evaluate(document) ?? null;
    if (value === null) return null;
    if (!isDocument(value)) throw typeMismatch('$objectToArray requires a document input');
    return Object.entries(value).map(([k, v]) => ({ k, v }));
  };
}

function compileBsonSize(operand: unknown): Evaluator {
  const evaluate = compileOperand('$bsonSize', operand);
  return (document) => {
    const value = evaluate(document) ?? null;
    if (value === null) return null;
    if (!isDocument(value)) throw typeMismatch('$bsonSize requires a document input');
    return encode(value).length;
  };
}

/** Compiles the operands of an operator; a single operand needs no array around it. */
function compileOperands(operator: string, operand: unknown, count?: number): Evaluator[] {
  const operands = Array.isArray(operand) ? operand : [operand];
  if (count !== undefined && operands.length !== count)
    throw failedToParse(
      `${operator} takes exactly ${count} arguments, and ${operands.length} were passed in`,
    );
  return operands.map(compileExpression);
}

function compileOperand(operator: string, operand: unknown): Evaluator {
  const [evaluate] = compileOperands(operator, operand, 1) as [Evaluator];
  return evaluate;
}
