import type { FieldValue, Format } from '@inlet/contracts';
import { createFirstRecords, hashText, type TextHash } from '../values/first-records.js';
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
  /** The values that make the key. */
  readonly key: Key;
  readonly leastPercent: number;
}

type Key =
  | { readonly kind: 'value'; readonly at: number }
  /** An item without the first value has the second one instead. */
  | { readonly kind: 'first'; readonly at: number; readonly orAt: number }
  | { readonly kind: 'pair'; readonly at: number; readonly andAt: number };

/**
 * Remembers 8 bytes of each value, so that a million items with an id and a link take 16 MB, and compares them when a
 * decision is asked for: nearly always, that of one basis is enough.
 */
export function createIdentitySurvey(candidates: IdentityCandidates | null): IdentitySurvey {
  const bases = candidates === null ? feedBases() : recordBases(candidates);
  const guess = guessIdentity(candidates);
  const values = new ValueHashes((candidates === null ? 1 : candidates.ids.length) + 1);
  const counts = bases.map(() => NOT_COUNTED);
  let withId = 0;
  const countOf = (basis: Basis): KeyCounts => {
    const at = bases.indexOf(basis);
    if (counts[at]?.items !== values.items) counts[at] = countKeys(values, basis.key);
    return counts[at] ?? NOT_COUNTED;
  };
  const isCandidate = (basis: Basis) => {
    const { keys } = countOf(basis);
    return keys > 0 && 100 * keys >= basis.leastPercent * values.items;
  };
  const percentOfRepeats = (basis: Basis) => (100 * countOf(basis).repeats) / values.items;
  return {
    add({ ids, link }) {
      if (ids.some((id) => id !== undefined)) withId += 1;
      values.add(ids, link);
    },
    get items() {
      return values.items;
    },
    get repeats() {
      return bases[0] ? countOf(bases[0]).repeats : 0;
    },
    decide() {
      if (values.items === 0) return { ...guess, isGuessRight: true };
      const found =
        bases.find((basis) => isCandidate(basis) && countOf(basis).repeats === 0) ??
        bases.find((basis) => isCandidate(basis) && percentOfRepeats(basis) <= MOST_REPEATS_PERCENT);
      // Without any id or link, rows are identified by their content on every basis.
      if (!found) return { ...BY_CONTENT, isGuessRight: bases.every((basis) => countOf(basis).keys === 0) };
      const isGuessRight = found === bases[0];
      const isLinkAlone = found.identity.basis === 'id' && withId === 0;
      return { ...found.identity, basis: isLinkAlone ? 'link' : found.identity.basis, isGuessRight };
    },
  };
}

/** An item of a feed without an id has its link instead. */
const feedBases = (): readonly Basis[] => [
  {
    identity: { basis: 'id', paths: null },
    key: { kind: 'first', at: 0, orAt: 1 },
    leastPercent: 0,
  },
  {
    identity: { basis: 'link', paths: null },
    key: { kind: 'value', at: 1 },
    leastPercent: LEAST_KEYS_PERCENT,
  },
  {
    identity: { basis: 'id_and_link', paths: null },
    key: { kind: 'pair', at: 0, andAt: 1 },
    leastPercent: 0,
  },
];

function recordBases({ ids, link }: IdentityCandidates): readonly Basis[] {
  const leastPercent = LEAST_KEYS_PERCENT;
  const linkAt = ids.length;
  const paths = { id: ids[0] ?? null, link };
  const bases: Basis[] = ids.map((id, at) => ({
    identity: { basis: 'id', paths: { id, link } },
    key: { kind: 'value', at },
    leastPercent,
  }));
  if (link === null) return bases;
  bases.push({ identity: { basis: 'link', paths }, key: { kind: 'value', at: linkAt }, leastPercent });
  if (ids.length > 0) {
    const key = { kind: 'pair', at: 0, andAt: linkAt } as const;
    bases.push({ identity: { basis: 'id_and_link', paths }, key, leastPercent });
  }
  return bases;
}

interface KeyCounts {
  /** Items when the keys were counted. */
  readonly items: number;
  readonly keys: number;
  readonly repeats: number;
}

const NOT_COUNTED: KeyCounts = { items: 0, keys: 0, repeats: 0 };

function countKeys(values: ValueHashes, key: Key): KeyCounts {
  const seen = createFirstRecords(values.items);
  let keys = 0;
  let repeats = 0;
  for (let item = 0; item < values.items; item += 1) {
    const hash = keyHash(values, item, key);
    if (hash === undefined) continue;
    keys += 1;
    if (seen.addHash(hash, keys) !== undefined) repeats += 1;
  }
  return { items: values.items, keys, repeats };
}

function keyHash(values: ValueHashes, item: number, key: Key): TextHash | undefined {
  const first = values.get(item, key.at);
  if (key.kind === 'value') return first;
  if (key.kind === 'first') return first ?? values.get(item, key.orAt);
  const second = values.get(item, key.andAt);
  return first === undefined && second === undefined ? undefined : pairHash(first, second);
}

const MISSING: TextHash = { low: 0, high: 0 };

/** Multiplying by odd numbers keeps every bit of the first hash, and tells it apart from the second. */
function pairHash(first = MISSING, second = MISSING): TextHash {
  return {
    low: (Math.imul(first.low, 2246822507) + second.low) >>> 0,
    high: (Math.imul(first.high, 3266489909) + second.high) >>> 0,
  };
}

/** The hashes of the values of items, of which each has the same number of them. */
class ValueHashes {
  private readonly perItem: number;
  private words = new Uint32Array(1024);
  items = 0;

  constructor(perItem: number) {
    this.perItem = perItem;
  }

  add(ids: readonly (string | undefined)[], link: string | undefined): void {
    const end = (this.items + 1) * this.perItem * 2;
    if (end > this.words.length) {
      const words = new Uint32Array(this.words.length * 2);
      words.set(this.words);
      this.words = words;
    }
    for (let at = 0; at < this.perItem - 1; at += 1) this.set(at, ids[at]);
    this.set(this.perItem - 1, link);
    this.items += 1;
  }

  /** undefined if the item lacks the value. */
  get(item: number, at: number): TextHash | undefined {
    const word = (item * this.perItem + at) * 2;
    const low = this.words[word] ?? 0;
    const high = this.words[word + 1] ?? 0;
    return low === 0 && high === 0 ? undefined : { low, high };
  }

  private set(at: number, value: string | undefined): void {
    if (value === undefined) return;
    const { low, high } = hashText(value);
    const word = (this.items * this.perItem + at) * 2;
    this.words[word] = low;
    // No hash stands for a missing value.
    this.words[word + 1] = low === 0 && high === 0 ? 1 : high;
  }
}
