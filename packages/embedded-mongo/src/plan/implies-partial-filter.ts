import type { BsonDocument } from '../bson/bson-document.js';
import { equalValues } from '../bson/compare-values.js';
import { isOperatorDocument, TYPE_RANK } from '../bson/value-type.js';
import type { FieldBounds, FilterBounds } from './analyze-filter.js';

/** Whether every match of a filter certainly matches the filter of a partial index. */
export function impliesPartialFilter(
  filter: BsonDocument,
  bounds: FilterBounds,
  partial: BsonDocument,
): boolean {
  return Object.entries(partial).every(([path, condition]) => {
    const field = bounds.fields.get(path);
    return field !== undefined && impliesCondition(field, filter[path], condition);
  });
}

function impliesCondition(field: FieldBounds, given: unknown, condition: unknown): boolean {
  if (!isOperatorDocument(condition)) return isOnlyValue(field, condition);
  if (given !== undefined && equalValues(given, condition)) return true;
  const [[operator, operand] = [], ...others] = Object.entries(condition);
  if (others.length > 0) return false;
  if (operator === '$exists') return operand === true && field.exists;
  if (operator === '$type') return operand === 'string' && isString(field);
  return operator === '$eq' && isOnlyValue(field, operand);
}

const isOnlyValue = ({ equals }: FieldBounds, value: unknown): boolean =>
  equals?.length === 1 && equalValues(equals[0], value);

const isString = ({ equals, range }: FieldBounds): boolean =>
  equals === undefined
    ? range?.rank === TYPE_RANK.string
    : equals.every((value) => typeof value === 'string');
