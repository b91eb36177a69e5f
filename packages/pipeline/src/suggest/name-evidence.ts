import type { Column, Heading, Suggestion } from '@inlet/contracts';
import { singular, squash } from '../values/name-words.js';
import { compileFeedMatch, findConcept, namesOtherConcept, withoutFillers } from './feed-concepts.js';
import { GENERIC, namedParent, type PathName, pathName } from './name-tokens.js';
import type { OwnPath } from './record-holder.js';

export type Reason = Suggestion['reason'];

export interface Evidence {
  readonly reason: Reason;
  readonly score: number;
}

const FEED_ROOT = /^\/(?:rss|feed|rdf:RDF)\//;

/** Part of the score that a name has without the word for what the record is. */
const PLAIN = 0.95;

type Spelling = readonly [name: string, trust: number];

/** A heading with the names that a column for it may have. */
export interface NamedHeading {
  readonly heading: Heading;
  /** As it is called in the record. */
  readonly own: NamedPath;
  /** As it is called without the word for what the record is. */
  readonly plain: NamedPath | undefined;
}

interface NamedPath {
  readonly path: string;
  readonly name: PathName;
  /** With how much an equal column name means. */
  readonly spellings: readonly Spelling[];
  /** For columns with a concept of feeds. */
  readonly conceptSpellings: readonly Spelling[];
}

export function nameHeading(heading: Heading, { path, plain }: OwnPath): NamedHeading {
  return {
    heading,
    own: namePath(heading, path),
    plain: plain === undefined ? undefined : namePath(heading, plain),
  };
}

function namePath(heading: Heading, path: string): NamedPath {
  const name = pathName(path);
  const spell = (hasConcept: boolean): Spelling[] =>
    heading.isAboveRecord ? spellingsAbove(heading, name) : spellingsInside(name, hasConcept);
  return { path, name, spellings: spell(false), conceptSpellings: spell(true) };
}

/** Compiles the names of a column into a test of a heading's name, without its values. */
export function compileNameEvidence(
  column: Column,
  isCalendar: boolean,
): (named: NamedHeading) => Evidence[] {
  const key = squash(column.key);
  const title = squash(column.name);
  const others = new Set(column.alternativeNames.map(squash).filter((name) => name !== ''));
  const verbatim = new Set(column.alternativeNames);
  const names = [column.key, column.name, ...column.alternativeNames];
  const matchFeed = compileFeedMatch(names, isCalendar);
  const hasConcept = findConcept(names) !== undefined;
  const weigh = ({ path, name, spellings, conceptSpellings }: NamedPath): Evidence[] => {
    const found: Evidence[] = [];
    const feed = matchFeed(path, name);
    if (feed) found.push({ reason: 'feed_field', score: 0.93 * feed });
    for (const [spelling, trust] of hasConcept ? conceptSpellings : spellings) {
      if (spelling === key) found.push({ reason: 'same_key', score: trust });
      if (spelling === title) found.push({ reason: 'same_name', score: 0.98 * trust });
      if (others.has(spelling)) found.push({ reason: 'alternative_name', score: 0.96 * trust });
    }
    return found;
  };
  return ({ heading, own, plain }) => {
    const found = weigh(own);
    if (plain !== undefined)
      found.push(...weigh(plain).map(({ reason, score }) => ({ reason, score: PLAIN * score })));
    if (verbatim.has(heading.path) || verbatim.has(heading.label))
      found.push({ reason: 'alternative_name', score: 1 });
    return found;
  };
}

function spellingsInside(name: PathName, hasConcept: boolean): Spelling[] {
  const { tails, whole, isNested, isAttribute } = name;
  const trust = name.isRepeating ? 0.85 : 1;
  const result = tails.flatMap((tail, index): Spelling[] => {
    const last = tail.join('');
    if (index === tails.length - 1 || index > 0) return [[last, index === tails.length - 1 ? trust : 0.9]];
    if (!isNested || !GENERIC.has(last)) return [[last, 0.85 * trust]];
    // A name, title or address that belongs to something else than the record.
    const isOwn = !hasConcept || (!isAttribute && !isOfKeyedList(tails) && !namesOtherConcept(tails[1]?.[0]));
    return isOwn ? [[last, 0.6]] : [];
  });
  const parent = namedParent(name);
  // `location/name` is the location of the record itself.
  if (parent !== undefined)
    for (const words of [parent, singular(parent)])
      result.push([words.join(''), tails.length === 2 ? 0.9 : 0.8]);
  const own = withoutFillers(tails[0] ?? []);
  if (!isNested && own.length > 0) result.push([own.join(''), 0.95 * trust]);
  return whole.length > 0 ? [...result, [whole.join(''), trust]] : result;
}

/** Whether it belongs to one of several things by key, such as `currencies/EUR/name`. */
function isOfKeyedList([, both = [], three = []]: PathName['tails']): boolean {
  const list = three.slice(0, three.length - both.length);
  return list.length > 0 && singular(list).join('') !== list.join('');
}

/**
 * A value above the record is the same for many rows, so the column must name the element around it as well, or the
 * name must be one that items do not have themselves.
 */
function spellingsAbove({ path }: Heading, name: PathName): Spelling[] {
  const { tails, whole, isNested } = name;
  const result = tails.slice(1).flatMap((tail, index): Spelling[] => {
    const inner = tails[index] ?? [];
    const around = tail.slice(0, tail.length - inner.length);
    // `/courses/title` is the course title.
    return [
      [tail.join(''), 0.9],
      [[...singular(around), ...inner].join(''), 0.9],
    ];
  });
  if (isNested && whole.length > 0) result.push([whole.join(''), 0.9]);
  if (FEED_ROOT.test(path)) return result;
  const [last = []] = tails;
  const parent = namedParent(name);
  if (parent !== undefined) result.push([parent.join(''), 0.8]);
  else if (!GENERIC.has(last.join('')) && findConcept([last.join(' ')]) === undefined)
    result.push([last.join(''), 0.5]);
  return result;
}
