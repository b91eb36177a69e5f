import type { Heading } from '@inlet/contracts';
import { singular, squash, tokensOf, withoutWrappers } from '../values/name-words.js';
import { findConcept, isFiller } from './feed-concepts.js';
import { REPEATING_PREFIX } from './name-tokens.js';
import { isOtherSubject } from './subject-name.js';

/** With fewer fields of its own, an object is one value in parts, such as a price with its currency. */
const LEAST_FIELDS = 3;
/** Part of all fields that an object must have to be the record itself. */
const LEAST_SHARE = 0.5;
/** The most objects inside each other, such as `post/record`. */
const MOST_LEVELS = 3;

/** How many fields of the record, and which part of them, begin with the word for what the record is. */
const LEAST_PREFIXED = 3;
const LEAST_PREFIXED_SHARE = 0.3;

const NAMES: ReadonlySet<string> = new Set(['name', 'title', 'headline']);

/**
 * Finds the object that holds the fields of the record, such as `tags` of OpenStreetMap or `volumeInfo` of Google
 * Books, and returns its path with a slash at the end, '' if there is none. It has most of the fields, never repeats,
 * and does not describe something else, such as the author or the address.
 */
function findRecordHolder(headings: readonly Heading[]): string {
  let holder = '';
  for (let level = 0; level < MOST_LEVELS; level += 1) {
    const inner = findHolderInside(headings, holder);
    if (inner === undefined) break;
    holder += `${inner}/`;
  }
  return holder;
}

function findHolderInside(headings: readonly Heading[], outer: string): string | undefined {
  const fields = headings.filter(({ isAboveRecord, isFeedField }) => !isAboveRecord && !isFeedField);
  const inside = fields.flatMap((heading) => {
    const path = withoutWrappers(heading.path);
    if (!path.startsWith(outer)) return [];
    const [first = '', ...rest] = path.slice(outer.length).split('/');
    return [{ first, depth: rest.length, last: rest[0] ?? first, heading }];
  });
  const isNamed = inside.some(({ depth, last }) => depth === 0 && NAMES.has(last.toLowerCase()));
  if (isNamed) return undefined;
  return [...new Set(inside.map(({ first }) => first))].find((name) => {
    const all = inside.filter(({ first }) => first === name);
    const own = all.filter(({ depth, heading }) => depth === 1 && !heading.repeats);
    const isObject = all.every(({ depth }) => depth > 0) && all.some(({ heading }) => heading.coverage > 0.9);
    return (
      isObject &&
      own.length >= LEAST_FIELDS &&
      all.length >= LEAST_SHARE * inside.length &&
      !describesOther(name)
    );
  });
}

/** An object of tags is a set of named values: a list of them would repeat. */
function describesOther(name: string): boolean {
  if (REPEATING_PREFIX.test(name)) return true;
  if (squash(name) === 'tags') return false;
  return findConcept([name]) !== undefined || isOtherSubject(singular(tokensOf(name)).join(' '));
}

/** Finds the word before the names of most fields, such as `stop` in `stop_id`, `stop_name` and `stop_lat`. */
function findSubjectPrefix(paths: readonly string[]): string | undefined {
  const own = paths.filter((path) => !/[/@:]/.test(path)).map((path) => tokensOf(path));
  if (own.some(([word = '', ...rest]) => rest.length === 0 && NAMES.has(word))) return undefined;
  const counts = new Map<string, number>();
  for (const [word = '', ...rest] of own) if (rest.length > 0) counts.set(word, (counts.get(word) ?? 0) + 1);
  const [most] = [...counts].toSorted(([, one], [, other]) => other - one);
  if (most === undefined) return undefined;
  const [word, count] = most;
  const isMost = count >= LEAST_PREFIXED && count >= LEAST_PREFIXED_SHARE * own.length;
  const hasName = own.some(
    ([first, second = '', ...rest]) => first === word && rest.length === 0 && isNaming(second),
  );
  return isMost && hasName && !isFiller(word) && !describesOther(word) ? word : undefined;
}

const isNaming = (word: string): boolean => NAMES.has(word) || word === 'id';

/** The paths of a heading as if the record itself had the fields of the object that holds them. */
export interface OwnPath {
  readonly path: string;
  /** The same without the word for what the record is: `lat` for `stop_lat`. Undefined if it has no such word. */
  readonly plain: string | undefined;
}

/** Compiles what a field of the record is called, wherever it is and whatever word all of them begin with. */
export function compileOwnPath(headings: readonly Heading[]): (heading: Heading) => OwnPath {
  const holder = findRecordHolder(headings);
  const pathOf = ({ path, isAboveRecord }: Heading): string => {
    const own = withoutWrappers(path);
    const isHeld = holder !== '' && !isAboveRecord && own.startsWith(holder);
    return isHeld ? withoutWrappers(own.slice(holder.length)) : path;
  };
  const isOwn = ({ isAboveRecord, isFeedField }: Heading): boolean => !isAboveRecord && !isFeedField;
  const prefix = findSubjectPrefix(headings.filter(isOwn).map((heading) => withoutWrappers(pathOf(heading))));
  return (heading) => {
    const path = pathOf(heading);
    const [first = '', ...rest] = withoutWrappers(path).split('/');
    const [word, ...words] = tokensOf(first);
    const isPrefixed = prefix !== undefined && word === prefix && words.length > 0 && isOwn(heading);
    return { path, plain: isPrefixed ? [words.join('_'), ...rest].join('/') : undefined };
  };
}
