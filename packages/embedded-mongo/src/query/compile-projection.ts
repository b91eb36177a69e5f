import { type BsonDocument, decodeExactly, encode } from '../bson/bson-document.js';
import { changeValuesAt, setField, setPath } from '../bson/change-path.js';
import { selectElements } from '../bson/raw-document.js';
import { isDocument } from '../bson/value-type.js';
import { badValue, notSupported } from '../server-error.js';
import { compileExpression } from './compile-expression.js';
import { compileElementTest } from './compile-filter.js';
import type { Query } from './find-documents.js';
import { findMatchedPosition } from './matched-position.js';
import { type FieldTree, type Projection, parseProjection } from './parse-projection.js';

/** Makes the document of a reply from a stored document; both are encoded. */
export type Projector = (raw: Buffer) => Buffer;

const ASCII_NAME = /^[\x01-\x7e]+$/;

/** Compiles a `find` projection. Whole fields are copied without decoding anything. */
export function compileProjection(specification: unknown, query: Query): Projector {
  if (!isDocument(specification) || Object.keys(specification).length === 0) return (raw) => raw;
  const projection = parseProjection(specification);
  const names = findWholeFieldNames(projection);
  if (names !== undefined) {
    const { isInclusion, keepsId } = projection;
    return (raw) =>
      selectElements(raw, (name) => (name === '_id' ? keepsId : names.has(name) === isInclusion));
  }
  const project = compileParsed(projection, query);
  return (raw) => encode(project(decodeExactly(raw)));
}

/**
 * Compiles the specification of a `$project` stage.
 *
 * @throws ServerError for operators that only `find` has.
 */
export function compileStageProjection(
  specification: BsonDocument,
): (document: BsonDocument) => BsonDocument {
  const projection = parseProjection(specification);
  const { slices, elementMatches, positional } = projection;
  if (slices.length + elementMatches.length > 0 || positional !== undefined)
    throw notSupported('$slice, $elemMatch or $ in the stage $project');
  return compileParsed(projection, { filter: {} });
}

function compileParsed(projection: Projection, query: Query): (document: BsonDocument) => BsonDocument {
  const computed = projection.computed.map(({ path, expression }) => ({
    parts: path.split('.'),
    evaluate: compileExpression(expression),
  }));
  return (document) => {
    const result = selectFields(document, projection, query);
    for (const { parts, evaluate } of computed) {
      const value = evaluate(document);
      if (value !== undefined) setPath(result, parts, value);
    }
    return result;
  };
}

function findWholeFieldNames({
  tree,
  slices,
  elementMatches,
  positional,
  computed,
}: Projection): Set<string> | undefined {
  if (slices.length + elementMatches.length + computed.length > 0 || positional !== undefined)
    return undefined;
  const isSimple = Object.entries(tree).every(([name, part]) => part === true && ASCII_NAME.test(name));
  return isSimple ? new Set(Object.keys(tree)) : undefined;
}

function selectFields(document: BsonDocument, projection: Projection, query: Query): BsonDocument {
  const { _id, ...fields } = document;
  const selected = select(fields, projection.tree, projection.isInclusion) as BsonDocument;
  let result = projection.keepsId && '_id' in document ? { _id, ...selected } : selected;
  const change = (path: string, how: (value: unknown) => unknown): void => {
    result = changeValuesAt(result, path.split('.'), how) as BsonDocument;
  };
  for (const { path, first, count } of projection.slices) {
    change(path, (value) => (Array.isArray(value) ? slice(value, first, count) : value));
  }
  for (const { path, condition } of projection.elementMatches) {
    const test = compileElementTest(condition, query);
    change(path, (value) => firstMatch(Array.isArray(value) ? value : [], test));
  }
  const { positional } = projection;
  if (positional !== undefined)
    change(positional, (value) => selectMatchedElement(value, document, positional, query));
  return result;
}

function selectMatchedElement(value: unknown, document: BsonDocument, path: string, query: Query): unknown {
  const position = findMatchedPosition(document, path, query.filter, query);
  if (position === undefined)
    throw badValue(
      "Executor error during find command: positional operator '.$' couldn't find a matching element in the array",
    );
  return Array.isArray(value) ? [value[position]] : value;
}

function slice(array: unknown[], first: number, count: number | undefined): unknown[] {
  const start = first < 0 ? Math.max(0, array.length + first) : first;
  return array.slice(start, count === undefined ? undefined : start + count);
}

function firstMatch(array: unknown[], test: (element: unknown) => boolean): unknown[] | undefined {
  const position = array.findIndex(test);
  return position < 0 ? undefined : [array[position]];
}

/** Keeps or leaves out the fields of a tree, in arrays for each element. */
function select(value: unknown, tree: FieldTree, isInclusion: boolean): unknown {
  if (Array.isArray(value)) {
    return value.flatMap((element) => {
      const isInner = isDocument(element) || Array.isArray(element);
      if (isInner) return [select(element, tree, isInclusion)];
      return isInclusion ? [] : [element];
    });
  }
  if (!isDocument(value)) return isInclusion ? undefined : value;
  const selected: BsonDocument = {};
  for (const [name, field] of Object.entries(value)) {
    const part = Object.hasOwn(tree, name) ? tree[name] : undefined;
    const kept =
      part === undefined || part === true
        ? keptWhole(field, part === true, isInclusion)
        : select(field, part, isInclusion);
    if (kept !== undefined) setField(selected, name, kept);
  }
  return selected;
}

const keptWhole = (field: unknown, isNamed: boolean, isInclusion: boolean): unknown =>
  isNamed === isInclusion ? field : undefined;
