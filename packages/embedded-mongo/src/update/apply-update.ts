import { type BsonDocument, decodeExactly } from '../bson/bson-document.js';
import { equalValues } from '../bson/compare-values.js';
import { valuesAt } from '../bson/field-path.js';
import { createStringOrder } from '../query/collation.js';
import { badValue, failedToParse, immutableField } from '../server-error.js';
import { compileArrayFilters } from './array-filters.js';
import { changeField } from './change-field.js';
import { isReplacement } from './check-update.js';
import { expandPath } from './expand-path.js';
import { type ChangeContext, operatorNamed, REMOVE } from './update-operators.js';

/** One update of a command, with exactly decoded values. */
export interface Update {
  /** Operators or a replacement. */
  change: unknown;
  /** The filter that found the document: `$` in paths refers to it, and upserts start from it. */
  filter: BsonDocument;
  arrayFilters?: unknown;
  collation?: unknown;
  now: Date;
}

/**
 * Returns a document after an update.
 *
 * @throws ServerError 66 if the update would change the `_id`.
 */
export function applyUpdate(raw: Buffer, update: Update): BsonDocument {
  return applyUpdateInPlace(decodeExactly(raw), update, { isInsert: false });
}

/** Like `applyUpdate`, for a decoded document, which may be changed in place. */
export function applyUpdateInPlace(
  document: BsonDocument,
  update: Update,
  { isInsert }: { isInsert: boolean },
): BsonDocument {
  const { _id: id } = document;
  const after = changeBy(document, update, isInsert);
  if (id === undefined || equalValues(id, after._id)) return after;
  throw immutableField("Performing an update on the path '_id' would modify the immutable field '_id'");
}

function changeBy(document: BsonDocument, update: Update, isInsert: boolean): BsonDocument {
  const { change } = update;
  if (isReplacement(change)) return replaced(document, change);
  applyOperators(document, change as BsonDocument, update, isInsert);
  return document;
}

function replaced({ _id }: BsonDocument, replacement: BsonDocument): BsonDocument {
  const { _id: given, ...fields } = replacement;
  const id = given ?? _id;
  return id === undefined ? fields : { _id: id, ...fields };
}

interface Step {
  parts: string[];
  creates: boolean;
  change(current: unknown): unknown;
}

/** Applies changes in the order of their paths, which becomes the order of new fields. */
function applyOperators(
  document: BsonDocument,
  change: BsonDocument,
  update: Update,
  isInsert: boolean,
): void {
  const operations = Object.entries(change) as [string, BsonDocument][];
  const paths = operations.flatMap(([, fields]) => Object.keys(fields));
  const options = { collation: update.collation };
  const arrayFilters = compileArrayFilters(update.arrayFilters, paths, options);
  const expansion = { document, filter: update.filter, arrayFilters, options };
  const context = {
    now: update.now,
    strings: createStringOrder(update.collation),
    collation: update.collation,
  };
  const steps = operations.flatMap(([operator, fields]): Step[] => {
    if (operator === '$setOnInsert' && !isInsert) return [];
    if (operator === '$rename')
      return Object.entries(fields).flatMap(([from, to]) => renaming(document, from, to));
    return Object.entries(fields).flatMap(([path, operand]) =>
      expandPath(path, expansion).map((parts) => stepOf(operator, parts, operand, context)),
    );
  });
  for (const step of steps.sort(byPath)) changeField(document, step.parts, step);
}

function stepOf(operator: string, parts: string[], operand: unknown, context: ChangeContext): Step {
  const { creates, change } = operatorNamed(operator);
  return { parts, creates, change: (current) => change(current, operand, context) };
}

function renaming(document: BsonDocument, from: string, to: unknown): Step[] {
  if (typeof to !== 'string') throw badValue('The to field for $rename must be a string');
  if (/\$/.test(from + to)) throw failedToParse('$rename does not take positional paths');
  const parts = from.split('.');
  const [value] = valuesAt(document, parts);
  if (value === undefined) return [];
  return [
    { parts, creates: false, change: () => REMOVE },
    { parts: to.split('.'), creates: true, change: () => value },
  ];
}

function byPath(a: Step, b: Step): number {
  for (const [i, part] of a.parts.entries()) {
    const other = b.parts[i];
    if (other === undefined) return 1;
    if (part === other) continue;
    const areNumbers = /^\d+$/.test(part) && /^\d+$/.test(other);
    return areNumbers ? Number(part) - Number(other) : part < other ? -1 : 1;
  }
  return 0;
}
