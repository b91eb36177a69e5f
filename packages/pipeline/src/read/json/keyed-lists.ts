import { EACH } from '../paths.js';
import type { JsonList, JsonLists } from './json-lists.js';

/** A field of a list is in this share of the lists, on average. */
const LEAST_ALIKE = 0.6;

/**
 * The lists of an object that are one list with a key, as in `{"monday": [...], "tuesday": [...]}`: all members of the
 * object are lists, and their records have the same fields.
 */
export function keyedLists({ lists, listObjects }: JsonLists): JsonList[] {
  return [...listObjects].flatMap((path) => {
    const members = lists.filter((list) => list.records > 0 && isMember(list, path));
    return members.length > 1 && areAlike(members) ? [joinLists(path, members)] : [];
  });
}

const isMember = ({ path }: JsonList, parent: string): boolean =>
  path.lastIndexOf('/') === parent.length && path.startsWith(`${parent}/`) && path !== '/';

function areAlike(lists: readonly JsonList[]): boolean {
  if (lists.some(({ rows }) => rows > 0)) return false;
  const all = new Set(lists.flatMap(ownFields));
  const shared = lists.reduce((sum, { fields }) => sum + fields.size, 0);
  return all.size > 0 && shared >= LEAST_ALIKE * lists.length * all.size;
}

const ownFields = ({ path, fields }: JsonList): string[] =>
  [...fields].map((field) => field.slice(path.length));

function joinLists(parent: string, lists: readonly JsonList[]): JsonList {
  const path = `${parent}/${EACH}`;
  const sum = (count: (list: JsonList) => number) => lists.reduce((total, list) => total + count(list), 0);
  return {
    path,
    records: sum(({ records }) => records),
    rows: 0,
    plain: 0,
    bytes: sum(({ bytes }) => bytes),
    fields: new Set(lists.flatMap(ownFields).map((field) => path + field)),
    values: sum(({ values }) => values),
  };
}
