import { type BsonDocument, decode, decodeExactly } from '../bson/bson-document.js';
import type { StringOrder } from '../bson/compare-values.js';
import { someValueAt, valuesAt } from '../bson/field-path.js';
import { isDocument, isOperatorDocument, isTruthy, toNumber, toRegExp } from '../bson/value-type.js';
import { badValue, ServerError } from '../server-error.js';
import { createStringOrder } from './collation.js';
import { compileType } from './type-test.js';
import {
  compileEquality,
  compileMatch,
  compileMembership,
  compileOrder,
  compileRegex,
  compileRemainder,
  type ValueTest,
} from './value-test.js';

export type Predicate = (document: BsonDocument) => boolean;

export interface Filter {
  matches: Predicate;
  /** Whether the filter asks for the type of a number, so that documents must be decoded exactly. */
  isExact: boolean;
}

export interface FilterOptions {
  collation?: unknown;
}

/**
 * Compiles a query filter.
 *
 * @throws ServerError 2 for unknown operators and malformed operands.
 */
export function compileFilter(filter: unknown, options: FilterOptions = {}): Filter {
  if (!isDocument(filter)) throw new ServerError(14, 'TypeMismatch', 'filter must be an object');
  const compiler = new FilterCompiler(options);
  const matches = compiler.document(filter);
  return { matches, isExact: compiler.isExact };
}

/** Whether an encoded document matches. */
export function matchesRaw(filter: Filter, raw: Buffer): boolean {
  return filter.matches(filter.isExact ? decodeExactly(raw) : decode(raw));
}

const all =
  (predicates: Predicate[]): Predicate =>
  (document) =>
    predicates.every((predicate) => predicate(document));
const any =
  (predicates: Predicate[]): Predicate =>
  (document) =>
    predicates.some((predicate) => predicate(document));
const not =
  (predicate: Predicate): Predicate =>
  (document) =>
    !predicate(document);

const ORDERS: Record<string, (order: number) => boolean> = {
  $gt: (order) => order > 0,
  $gte: (order) => order >= 0,
  $lt: (order) => order < 0,
  $lte: (order) => order <= 0,
};

/** Operators that MongoDB has and this server does not. */
const LEFT_OUT = new Set(
  '$expr $where $text $jsonSchema $bitsAllSet $bitsAllClear $bitsAnySet $bitsAnyClear'.split(' '),
);

class FilterCompiler {
  isExact = false;
  private readonly strings: StringOrder | undefined;

  constructor({ collation }: FilterOptions) {
    this.strings = createStringOrder(collation);
  }

  document(filter: BsonDocument): Predicate {
    const predicates = Object.entries(filter).map(([name, operand]) =>
      name.startsWith('$') ? this.topLevel(name, operand) : this.field(name, operand),
    );
    const [only] = predicates;
    return only !== undefined && predicates.length === 1 ? only : all(predicates);
  }

  private topLevel(operator: string, operand: unknown): Predicate {
    switch (operator) {
      case '$and':
        return all(this.alternatives(operator, operand));
      case '$or':
        return any(this.alternatives(operator, operand));
      case '$nor':
        return not(any(this.alternatives(operator, operand)));
      case '$comment':
        return () => true;
      default:
        throw LEFT_OUT.has(operator)
          ? badValue(`${operator} is not supported by the embedded server`)
          : badValue(`unknown top level operator: ${operator}`);
    }
  }

  private alternatives(operator: string, operand: unknown): Predicate[] {
    if (!Array.isArray(operand) || operand.length === 0)
      throw badValue(`${operator} must be a nonempty array`);
    return operand.map((filter) => {
      if (!isDocument(filter)) throw badValue(`${operator} entries need to be full objects`);
      return this.document(filter);
    });
  }

  private field(path: string, condition: unknown): Predicate {
    const parts = path.split('.');
    if (!isOperatorDocument(condition)) return this.onValues(parts, compileMatch(condition, this.strings));
    const predicates = Object.entries(condition).map(([operator, operand]) =>
      this.operator(parts, operator, operand, condition),
    );
    return all(predicates);
  }

  private onValues(parts: string[], test: ValueTest): Predicate {
    return (document) => someValueAt(document, parts, test);
  }

  private operator(parts: string[], operator: string, operand: unknown, condition: BsonDocument): Predicate {
    switch (operator) {
      case '$ne':
        return not(this.onValues(parts, compileEquality(operand, this.strings)));
      case '$nin':
        return not(this.onValues(parts, compileMembership(operator, operand, this.strings)));
      case '$not':
        return not(this.negated(parts, operand));
      case '$exists':
        return compileExistence(parts, operand);
      case '$size':
        return compileSize(parts, operand);
      case '$all':
        return this.allOf(parts, operand);
      case '$elemMatch':
        return this.element(parts, operand);
      case '$options':
        if (!('$regex' in condition)) throw badValue('$options needs a $regex');
        return () => true;
      default:
        return this.onValues(parts, this.valueTest(operator, operand, condition));
    }
  }

  private valueTest(operator: string, operand: unknown, condition: BsonDocument): ValueTest {
    const accept = ORDERS[operator];
    if (accept !== undefined) return compileOrder(accept, operand, this.strings);
    switch (operator) {
      case '$eq':
        return compileEquality(operand, this.strings);
      case '$in':
        return compileMembership(operator, operand, this.strings);
      case '$regex':
        return compileRegex(operand, condition.$options);
      case '$mod':
        return compileRemainder(operand);
      case '$type': {
        const { test, isExact } = compileType(operand);
        this.isExact ||= isExact;
        return test;
      }
      default:
        throw LEFT_OUT.has(operator)
          ? badValue(`${operator} is not supported by the embedded server`)
          : badValue(`unknown operator: ${operator}`);
    }
  }

  private negated(parts: string[], operand: unknown): Predicate {
    if (toRegExp(operand) !== undefined) return this.onValues(parts, compileMatch(operand));
    if (!isOperatorDocument(operand)) throw badValue('$not needs a regex or a document');
    return this.field(parts.join('.'), operand);
  }

  private allOf(parts: string[], operand: unknown): Predicate {
    if (!Array.isArray(operand)) throw badValue('$all needs an array');
    const predicates = operand.map((wanted) =>
      isOperatorDocument(wanted) && '$elemMatch' in wanted
        ? this.element(parts, wanted.$elemMatch)
        : this.onValues(parts, compileMatch(wanted, this.strings)),
    );
    return predicates.length === 0 ? () => false : all(predicates);
  }

  private element(parts: string[], operand: unknown): Predicate {
    if (!isDocument(operand)) throw badValue('$elemMatch needs an Object');
    const test = this.elementTest(operand);
    return (document) => valuesAt(document, parts).some((value) => Array.isArray(value) && value.some(test));
  }

  /** Compiles a test of array elements: of their fields or, if the condition has operators, of their value. */
  elementTest(condition: BsonDocument): ValueTest {
    const [first] = Object.keys(condition);
    const isAboutValue = isOperatorDocument(condition) && !['$and', '$or', '$nor'].includes(first ?? '');
    if (!isAboutValue) {
      const matches = this.document(condition);
      return (value) => isDocument(value) && matches(value);
    }
    const matches = this.field('element', condition);
    return (element) => matches({ element });
  }
}

/** Compiles the test of array elements for `$pull` and for `$elemMatch` in projections. */
export function compileElementTest(condition: BsonDocument, options: FilterOptions = {}): ValueTest {
  return new FilterCompiler(options).elementTest(condition);
}

function compileExistence(parts: string[], operand: unknown): Predicate {
  const isWanted = isTruthy(operand);
  return (document) => valuesAt(document, parts).some((value) => value !== undefined) === isWanted;
}

function compileSize(parts: string[], operand: unknown): Predicate {
  const size = toNumber(operand);
  if (size === undefined || !Number.isInteger(size) || size < 0) {
    throw badValue('Failed to parse $size. Expected a non-negative integer');
  }
  return (document) =>
    valuesAt(document, parts).some((value) => Array.isArray(value) && value.length === size);
}
