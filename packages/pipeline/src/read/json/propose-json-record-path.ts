import type { Outline } from '@inlet/contracts';
import { isMainList, type ListWeight } from '../inner-lists.js';
import { EACH, pathKeys, pathLabel, recordKeys } from '../paths.js';
import type { JsonList, JsonLists } from './json-lists.js';
import { keyedLists } from './keyed-lists.js';

type Choice = Outline['recordPaths'][number];

/** Keys under which services put their list, to recognize an empty one. */
const LIST_KEYS = new Set([
  'items',
  'results',
  'data',
  'records',
  'rows',
  'entries',
  'products',
  'features',
  'hits',
  'value',
  'values',
  'list',
  'feed',
  '@graph',
]);

/**
 * Proposes the record paths of a JSON document, best first; [] if nothing in it can be a record.
 *
 * Proposes the list of objects (or of rows of plain values) that covers most of the file; if it has a single member, a
 * longer list that fills most of that member. Lists inside records follow. A root object can always be the one record,
 * and is proposed if it has no list of objects, or only an object with one member whose key looks like an id. An empty
 * list is proposed if its key is a usual name of a list, and that of the best list with records is not.
 */
export function proposeJsonRecordPaths(found: JsonLists): Choice[] {
  const lists = sortLists([...found.lists.filter(({ records }) => records > 0), ...keyedLists(found)]);
  const [unsure, sure] = [lists.filter(isLoneMember), lists.filter((list) => !isLoneMember(list))];
  const best = sure[0] === undefined ? undefined : preferInnerList(innermost(sure[0], sure), sure);
  const empty = found.lists.find(isEmptyList);
  const isSmall = best === undefined || (best.bytes < found.bytes / 2 && !hasListName(best.path));
  const paths = [
    ...(empty !== undefined && isSmall ? [choice(empty, 0)] : []),
    ...[best, ...sure].filter((list) => list !== undefined).map((list) => choice(list, list.records)),
    ...atRoot(found),
    ...unsure.map((list) => choice(list, list.records)),
  ];
  const choices = paths.filter(
    ({ path }, position) => paths.findIndex((other) => other.path === path) === position,
  );
  const isList = ({ path }: Choice): boolean => lists.some((list) => list.path === path);
  return choices.map((one) => ({ ...one, parentPath: parentPathOf(one, choices.filter(isList)) }));
}

/** Whether a list is an object with one member, whose key may be the name of a field. */
const isLoneMember = ({ path, records }: JsonList): boolean =>
  records === 1 && recordKeys(path).at(-1) === null;

const HEADINGS_KEYS = new Set(['columns', 'cols', 'fields', 'headers']);

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));

/**
 * Sorts by size, but to the end lists of columns, which only describe the rows or records beside them, and lists that
 * are joined although one of them has the usual name of a list, which tells it apart from those beside it.
 */
function sortLists(lists: readonly JsonList[]): JsonList[] {
  const hasRows = lists.some(({ rows }) => rows > 0);
  const describesRows = ({ path, rows }: JsonList): boolean => {
    if (rows > 0 || !HEADINGS_KEYS.has(pathKeys(path).at(-1)?.toLowerCase() ?? '')) return false;
    if (pathKeys(path).at(-2)?.toLowerCase() === 'schema') return true;
    const isBeside = (list: JsonList): boolean => parentOf(list.path) === parentOf(path);
    return hasRows || lists.some((list) => isBeside(list) && hasListName(list.path));
  };
  const joinsNamedList = ({ path }: JsonList): boolean =>
    path.endsWith(`/${EACH}`) &&
    lists.some((list) => parentOf(list.path) === parentOf(path) && hasListName(list.path));
  const isLast = (list: JsonList): boolean => describesRows(list) || joinsNamedList(list);
  return lists.toSorted((a, b) => Number(isLast(a)) - Number(isLast(b)) || b.bytes - a.bytes);
}

/** The path of the nearest list around a choice. */
function parentPathOf({ path }: Choice, lists: readonly Choice[]): string | undefined {
  return lists
    .map((list) => list.path)
    .filter((other) => other !== path && isInside(path, other))
    .toSorted((one, other) => other.length - one.length)[0];
}

const isInside = (path: string, outer: string): boolean => path.startsWith(outer === '/' ? '/' : `${outer}/`);

/** An inner list that holds most of the values is proposed instead of the list around it, whose objects are then groups. */
function preferInnerList(outer: JsonList, lists: readonly JsonList[]): JsonList {
  const inner = lists.find(
    (list) =>
      list !== outer &&
      isInside(list.path, outer.path) &&
      list.fields.size > 0 &&
      hasSeveral(list, outer) &&
      isMainList(weigh(list), weigh(outer)),
  );
  return inner === undefined ? outer : preferInnerList(inner, lists);
}

/** A list with one member in each record is a part of it, unless the record is nothing else. */
const hasSeveral = (inner: JsonList, outer: JsonList): boolean =>
  inner.records > outer.records || outer.fields.size <= 1;

const weigh = ({ path, fields, values }: JsonList): ListWeight => ({
  name: pathKeys(path).at(-1) ?? '',
  fields: fields.size,
  values,
});

function innermost(outer: JsonList, lists: readonly JsonList[]): JsonList {
  if (outer.records > 1) return outer;
  const inner = lists.find(
    (list) =>
      list !== outer && isInside(list.path, outer.path) && list.records > 1 && list.bytes > outer.bytes / 2,
  );
  return inner ?? outer;
}

function isEmptyList({ path, records, plain }: JsonList): boolean {
  return records === 0 && plain === 0 && hasListName(path);
}

/** Whether a path ends in a usual name of a list of records. */
export const hasListName = (path: string): boolean => LIST_KEYS.has(pathKeys(path).at(-1) ?? '');

function atRoot({ root, rootKeys, lists }: JsonLists): Choice[] {
  if (root === 'object') return rootKeys > 0 ? [{ path: '/', label: 'document', count: 1 }] : [];
  if (root !== 'array') return [];
  return lists.filter(({ path }) => path === '/').map((list) => choice(list, list.plain));
}

function choice({ path }: JsonList, count: number): Choice {
  return { path, label: pathLabel(path) || 'list', count };
}
