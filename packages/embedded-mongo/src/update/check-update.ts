import type { BsonDocument } from '../bson/bson-document.js';
import { isDocument } from '../bson/value-type.js';
import { failedToParse, notSupported, ServerError } from '../server-error.js';
import { isUpdateOperator } from './update-operators.js';

/** Whether an update replaces the whole document except its `_id`. */
export const isReplacement = (update: unknown): update is BsonDocument =>
  isDocument(update) && Object.keys(update)[0]?.startsWith('$') !== true;

/** @throws ServerError if the update is invalid for every document. */
export function checkUpdate(update: unknown, options: { isMulti: boolean }): void {
  if (Array.isArray(update)) throw notSupported('an update by a pipeline');
  if (!isDocument(update)) throw failedToParse('Update argument must be an object');
  if (!isReplacement(update)) checkOperators(update);
  else if (options.isMulti) throw failedToParse('multi update is not supported for replacement-style update');
}

function checkOperators(update: BsonDocument): void {
  for (const [operator, changes] of Object.entries(update)) {
    if (!operator.startsWith('$'))
      throw failedToParse(`The update document mixes operators and fields: ${operator}`);
    if (operator === '$bit') throw notSupported('the update operator $bit');
    if (!isUpdateOperator(operator))
      throw failedToParse(`Unknown modifier: ${operator}. Expected a valid update modifier`);
    if (!isDocument(changes))
      throw failedToParse(`Modifiers operate on fields but we found another type for ${operator}`);
    for (const path of Object.keys(changes)) checkPath(path);
  }
  checkConflicts(update);
}

function checkPath(path: string): void {
  if (path.split('.').every((part) => part !== '')) return;
  throw new ServerError(
    56,
    'EmptyFieldName',
    `The update path '${path}' contains an empty field name, which is not allowed.`,
  );
}

function checkConflicts(update: BsonDocument): void {
  const paths = Object.entries(update).flatMap(([operator, changes]) =>
    changedPaths(operator, changes as BsonDocument),
  );
  const seen = new Set<string>();
  for (const path of paths.sort((a, b) => a.length - b.length)) {
    const conflict = ancestorsAndSelf(path).find((ancestor) => seen.has(ancestor));
    if (conflict !== undefined) {
      throw new ServerError(
        40,
        'ConflictingUpdateOperators',
        `Updating the path '${path}' would create a conflict at '${conflict}'`,
      );
    }
    seen.add(path);
  }
}

const changedPaths = (operator: string, changes: BsonDocument): string[] =>
  operator === '$rename'
    ? Object.entries(changes).flatMap(([from, to]) => [from, String(to)])
    : Object.keys(changes);

function ancestorsAndSelf(path: string): string[] {
  const parts = path.split('.');
  return parts.map((_part, i) => parts.slice(0, i + 1).join('.'));
}
