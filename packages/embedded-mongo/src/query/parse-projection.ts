import type { BsonDocument } from '../bson/bson-document.js';
import { isDocument, isOperatorDocument, toNumber } from '../bson/value-type.js';
import { badValue, locationError } from '../server-error.js';

/** Maps the name of a field to `true` for the whole field, or to its parts. */
export interface FieldTree {
  [name: string]: true | FieldTree;
}

export interface Projection {
  /** Whether `tree` names the fields to keep, not those to leave out. */
  isInclusion: boolean;
  keepsId: boolean;
  tree: FieldTree;
  slices: { path: string; first: number; count: number | undefined }[];
  elementMatches: { path: string; condition: BsonDocument }[];
  /** `a` of `a.$`. */
  positional: string | undefined;
  computed: { path: string; expression: unknown }[];
}

/** @throws ServerError 31253 or 31254 if some fields are included and others excluded. */
export function parseProjection(specification: BsonDocument): Projection {
  const entries = flatten(specification);
  const flags = entries.flatMap(([path, value]) => {
    const flag = flagOf(value);
    return flag === undefined ? [] : [{ path, flag }];
  });
  const projection: Projection = {
    isInclusion: isInclusion(entries, flags),
    keepsId: flags.find(({ path }) => path === '_id')?.flag ?? true,
    tree: {},
    slices: [],
    elementMatches: [],
    positional: undefined,
    computed: [],
  };
  for (const [path, value] of entries) addEntry(projection, path, value);
  return projection;
}

type Flag = { path: string; flag: boolean };

function isInclusion(entries: [string, unknown][], flags: Flag[]): boolean {
  const others = flags.filter(({ path }) => path !== '_id');
  const isIncluding =
    others[0]?.flag ?? entries.some(([, value]) => flagOf(value) === undefined && !isSlice(value));
  const wrong = others.find(({ flag }) => flag !== isIncluding);
  if (wrong !== undefined) {
    const [mode, other] = isIncluding ? ['inclusion', 'exclusion'] : ['exclusion', 'inclusion'];
    throw locationError(
      isIncluding ? 31254 : 31253,
      `Cannot do ${other} on field ${wrong.path} in ${mode} projection`,
    );
  }
  const isOnlyId = entries.length === 1 && flags.length === 1 && others.length === 0;
  return isOnlyId ? flags[0]?.flag === true : isIncluding;
}

function addEntry(projection: Projection, path: string, value: unknown): void {
  const { isInclusion: including, tree } = projection;
  if (path === '_id' && flagOf(value) !== undefined) return;
  if (path.endsWith('.$')) {
    projection.positional = path.slice(0, -2);
    addToTree(tree, projection.positional);
  } else if (flagOf(value) !== undefined) addToTree(tree, path);
  else if (isSlice(value)) {
    projection.slices.push({ path, ...sliceOf(value.$slice) });
    if (including) addToTree(tree, path);
  } else if (isDocument(value) && isDocument(value.$elemMatch)) {
    projection.elementMatches.push({ path, condition: value.$elemMatch });
    addToTree(tree, path);
  } else if (isDocument(value) && '$meta' in value)
    throw badValue('$meta is not supported by the embedded server');
  else projection.computed.push({ path, expression: value });
}

/** Converts `{ a: { x: 1 } }` to the equivalent `{ 'a.x': 1 }`. */
function flatten(specification: BsonDocument, prefix = ''): [string, unknown][] {
  return Object.entries(specification).flatMap(([name, value]): [string, unknown][] => {
    const isNested = isDocument(value) && !isOperatorDocument(value) && Object.keys(value).length > 0;
    return isNested ? flatten(value, `${prefix}${name}.`) : [[`${prefix}${name}`, value]];
  });
}

function flagOf(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const number = toNumber(value);
  return number === undefined ? undefined : number !== 0;
}

const isSlice = (value: unknown): value is { $slice: unknown } =>
  isDocument(value) &&
  '$slice' in value &&
  (toNumber(value.$slice) !== undefined || isPairOfNumbers(value.$slice));

const isPairOfNumbers = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && value.every((element) => toNumber(element) !== undefined);

function sliceOf(specification: unknown): { first: number; count: number | undefined } {
  const [first = 0, count] = [specification].flat().map((value) => toNumber(value) as number);
  if (count !== undefined) return { first, count };
  return first < 0 ? { first, count: undefined } : { first: 0, count: first };
}

function addToTree(tree: FieldTree, path: string): void {
  const parts = path.split('.');
  let current = tree;
  for (const part of parts.slice(0, -1)) {
    const next = current[part] ?? {};
    if (next === true) return;
    current[part] = next;
    current = next;
  }
  current[parts.at(-1) as string] = true;
}
