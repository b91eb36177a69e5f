import type { BsonDocument } from './bson-document.js';
import { fieldOf } from './field-path.js';
import { isDocument } from './value-type.js';

/** Sets the field at a path and creates the documents on the way to it. Values in the way that are not documents are replaced. */
export function setPath(document: BsonDocument, parts: readonly string[], value: unknown): void {
  let current = document;
  for (const part of parts.slice(0, -1)) {
    const next = fieldOf(current, part);
    const inner: BsonDocument = isDocument(next) ? next : {};
    if (inner !== next) setField(current, part, inner);
    current = inner;
  }
  setField(current, parts.at(-1) as string, value);
}

/** Assigns a field, even one named `__proto__`. */
export function setField(document: BsonDocument, name: string, value: unknown): void {
  if (name !== '__proto__') document[name] = value;
  else Object.defineProperty(document, name, { value, enumerable: true, configurable: true, writable: true });
}

/** Returns a copy with the values at a path replaced, also inside the documents of arrays on the way. Missing fields stay missing. */
export function changeValuesAt(
  value: unknown,
  parts: readonly string[],
  change: (value: unknown) => unknown,
): unknown {
  const [part, ...rest] = parts;
  if (part === undefined) return change(value);
  if (Array.isArray(value))
    return value.map((element) => (isDocument(element) ? changeValuesAt(element, parts, change) : element));
  if (!isDocument(value) || fieldOf(value, part) === undefined) return value;
  const changed = changeValuesAt(fieldOf(value, part), rest, change);
  const { [part]: _replaced, ...others } = value;
  return changed === undefined ? others : { ...value, [part]: changed };
}
