import type { FieldValue, Format } from '@inlet/contracts';
import { createFirstRecords } from '../values/first-records.js';
import { BY_CONTENT, guessIdentity } from './identity-candidates.js';
import {
  agreedOrOwnPaths,
  compileFirst,
  type DecidedIdentity,
  type IdentityCandidates,
  listOf,
  type PathAt,
} from './identity-paths.js';

/** A basis that a few items of a large file share is better than the content, with which every change is a new item. */
const MOST_REPEATS_PERCENT = 2;
/** A value that many items lack identifies too few of them. */
const LEAST_KEYS_PERCENT = 98;

/** The values of an item at the paths of its candidates. */
export interface SurveyedItem {
  /** One for each candidate. */
  readonly ids: readonly (string | undefined)[];
  readonly link: string | undefined;
}

export interface SurveyOptions {
  readonly format: Format;
  /** null for the agreed paths of a feed. */
  readonly candidates: IdentityCandidates | null;
  readonly pathAt: PathAt;
}

/** Reads the values that may identify an item from the fields of its record. */
export function compileSurveyed({
  format,
  candidates,
  pathAt,
}: SurveyOptions): (fields: readonly FieldValue[]) => SurveyedItem {
  const { id, link } = agreedOrOwnPaths(format, null);
  const ids = candidates === null ? [id] : candidates.ids.map((path) => [path]);
  const readIds = ids.map((paths) => compileFirst(paths, pathAt));
  const readLink = compileFirst(candidates === null ? link : listOf(candidates.link), pathAt);
  return (fields) => ({ ids: readIds.map((read) => read(fields)?.text), link: readLink(fields)?.text });
}

export interface IdentityDecision extends DecidedIdentity {
  /** Whether the row keys on the guessed identity are those of the decided one. */
  readonly isGuessRight: boolean;
}

/** Counts how often the ids and links of a file repeat. */
export interface IdentitySurvey {
  /** Adds an item that is not the copy of an earlier one. */
  add(item: SurveyedItem): void;
  readonly items: number;
  /** Number of items whose identity, on the guessed basis, an earlier item has. */
  readonly repeats: number;
  /** The first of the ids, the link, and both together that never repeats, else the first that nearly never does, else the content. */
  decide(): IdentityDecision;
}

interface Basis {
  readonly identity: DecidedIdentity;
  readonly keyOf: (item: SurveyedItem) => string | undefined;
  readonly counter: Counter;
  readonly leastPercent: number;
}

/** Remembers 8 bytes of each value, so that a million items with an id and a link take some 75 MB. */
export function createIdentitySurvey(candidates: IdentityCandidates | null): IdentitySurvey {
  const bases = candidates === null ? feedBases() : recordBases(candidates);
  const guess = guessIdentity(candidates);
  let items = 0;
  let withId = 0;
  const isCandidate = ({ counter: { keys }, leastPercent }: Basis) =>
    keys > 0 && 100 * keys >= leastPercent * items;
  const percentOfRepeats = ({ counter }: Basis) => (100 * counter.repeats) / items;
  return {
    add(item) {
      items += 1;
      if (item.ids.some((id) => id !== undefined)) withId += 1;
      for (const { keyOf, counter } of bases) counter.add(keyOf(item));
    },
    get items() {
      return items;
    },
    get repeats() {
      return bases[0]?.counter.repeats ?? 0;
    },
    decide() {
      if (items === 0) return { ...guess, isGuessRight: true };
      const suitable = bases.filter(isCandidate);
      const found =
        suitable.find(({ counter }) => counter.repeats === 0) ??
        suitable.find((basis) => percentOfRepeats(basis) <= MOST_REPEATS_PERCENT);
      // Without any id or link, rows are identified by their content on every basis.
      if (!found) return { ...BY_CONTENT, isGuessRight: bases.every(({ counter }) => counter.keys === 0) };
      const isGuessRight = found === bases[0];
      const isLinkAlone = found.identity.basis === 'id' && withId === 0;
      return { ...found.identity, basis: isLinkAlone ? 'link' : found.identity.basis, isGuessRight };
    },
  };
}

const pairOf = ({ ids: [id], link }: SurveyedItem): string | undefined =>
  id === undefined && link === undefined ? undefined : `${id ?? ''}\u0000${link ?? ''}`;
const linkOf = ({ link }: SurveyedItem): string | undefined => link;

/** An item of a feed without an id has its link instead. */
const feedBases = (): readonly Basis[] => [
  {
    identity: { basis: 'id', paths: null },
    keyOf: ({ ids, link }) => ids[0] ?? link,
    counter: new Counter(),
    leastPercent: 0,
  },
  {
    identity: { basis: 'link', paths: null },
    keyOf: linkOf,
    counter: new Counter(),
    leastPercent: LEAST_KEYS_PERCENT,
  },
  {
    identity: { basis: 'id_and_link', paths: null },
    keyOf: pairOf,
    counter: new Counter(),
    leastPercent: 0,
  },
];

function recordBases({ ids, link }: IdentityCandidates): readonly Basis[] {
  const rest = { leastPercent: LEAST_KEYS_PERCENT };
  const paths = { id: ids[0] ?? null, link };
  const bases: Basis[] = ids.map((id, index) => ({
    identity: { basis: 'id', paths: { id, link } },
    keyOf: (item) => item.ids[index],
    counter: new Counter(),
    ...rest,
  }));
  if (link === null) return bases;
  bases.push({ identity: { basis: 'link', paths }, keyOf: linkOf, counter: new Counter(), ...rest });
  if (ids.length > 0)
    bases.push({ identity: { basis: 'id_and_link', paths }, keyOf: pairOf, counter: new Counter(), ...rest });
  return bases;
}

class Counter {
  private readonly seen = createFirstRecords();
  keys = 0;
  repeats = 0;

  add(key: string | undefined): void {
    if (key === undefined) return;
    this.keys += 1;
    if (this.seen.add(key, this.keys) !== undefined) this.repeats += 1;
  }
}
