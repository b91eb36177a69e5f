import type { Column, Heading, Mapping, Repeat, Suggestion } from '@inlet/contracts';
import { bestAssignment, type Edge } from './best-assignment.js';
import { defaultRepeat } from './compile-mapping.js';
import { compileFeedMatch, type FeedMatch } from './feed-concepts.js';
import { type PathName, pathName, squash, tokensOf } from './name-tokens.js';
import { type OwnedName, similarNames } from './similar-names.js';
import { typeFit } from './type-fit.js';

type Reason = Suggestion['reason'];

interface Evidence {
  readonly reason: Reason;
  readonly score: number;
}

interface Candidate extends Edge {
  readonly reason: Reason;
}

/** A suggestion with a lower score is more likely to mislead than to help. */
const LEAST_SCORE = 0.4;
/** How many alternative names are compared for similarity. For equality all of them count. */
const MOST_SIMILAR_NAMES = 20;

/** Names that mean little below another element: `image/url` is not a "url". */
const GENERIC = new Set(
  'url href id name type value text term label length width height size title rel medium'.split(' '),
);

/** Reasons good enough to suggest a feed field. */
const EXACT: ReadonlySet<Reason> = new Set(['same_key', 'same_name', 'alternative_name']);

/**
 * Proposes at most one heading per column and one column per heading, so that the sum of the scores is greatest; in
 * the order of the columns. Each suggestion has a score of 0 to 1 and its strongest reason. Feed fields are proposed
 * only by exact name, for columns to which no raw path fits.
 */
export function suggestMapping(headings: readonly Heading[], columns: readonly Column[]): Suggestion[] {
  const isFeedField = (heading: Heading): boolean => heading.isFeedField === true;
  const raw = suggestFrom(
    headings.filter((heading) => !isFeedField(heading)),
    columns,
  );
  const fields = headings.filter(isFeedField);
  if (fields.length === 0) return raw;
  const found = new Map(raw.map((suggestion) => [suggestion.column, suggestion]));
  const open = columns.filter(({ key }) => !found.has(key));
  for (const suggestion of suggestFrom(fields, open))
    if (EXACT.has(suggestion.reason)) found.set(suggestion.column, suggestion);
  return columns.flatMap(({ key }) => found.get(key) ?? []);
}

function suggestFrom(headings: readonly Heading[], columns: readonly Column[]): Suggestion[] {
  const names = headings.map(({ path }) => pathName(path));
  const similar = findSimilar(names, columns);
  const lonely = findLonelyTypes(headings, columns);
  const edges: Candidate[] = [];
  columns.forEach((column, row) => {
    const weigh = compileEvidence(column);
    headings.forEach((heading, at) => {
      const name = names[at];
      if (!name) return;
      const found = [
        ...weigh(heading, name),
        ...evidence('similar_name', similar.get(row)?.get(at)),
        ...evidence('values_fit', lonely.get(row) === at ? 0.45 : undefined),
      ];
      const best = found.toSorted((one, other) => other.score - one.score)[0];
      if (!best) return;
      const score = best.score * likelihood(column, heading, best.reason);
      // Of equal scores the first heading wins.
      if (score >= LEAST_SCORE)
        edges.push({ row, column: at, score: score - at * 1e-9, reason: best.reason });
    });
  });
  return bestAssignment(edges)
    .toSorted((one, other) => one.row - other.row)
    .flatMap((edge) => describe(edge, headings[edge.column], columns[edge.row]));
}

/** The mapping of all suggestions. */
export const mappingFromSuggestions = (suggestions: readonly Suggestion[]): Mapping =>
  suggestions.map(({ column, path, repeat }) => ({ column, path, ...(repeat ? { repeat } : {}) }));

const evidence = (reason: Reason, score: number | undefined): Evidence[] =>
  score === undefined ? [] : [{ reason, score }];

/** Evidence from the names of a column and a heading, without their values. */
function compileEvidence(column: Column): (heading: Heading, name: PathName) => Evidence[] {
  const key = squash(column.key);
  const title = squash(column.name);
  const others = new Set(column.alternativeNames.map(squash).filter((name) => name !== ''));
  const verbatim = new Set(column.alternativeNames);
  const matchFeed = compileFeedMatch([column.key, column.name, ...column.alternativeNames]);
  return (heading, name) => {
    const found: Evidence[] = [];
    if (verbatim.has(heading.path) || verbatim.has(heading.label))
      found.push({ reason: 'alternative_name', score: 1 });
    const feed = heading.isAboveRecord ? undefined : matchFeed(heading.path);
    if (feed) found.push({ reason: 'feed_field', score: 0.93 * feed.weight });
    for (const [spelling, trust] of spellings(heading, name)) {
      if (spelling === key) found.push({ reason: 'same_key', score: trust });
      if (spelling === title) found.push({ reason: 'same_name', score: 0.98 * trust });
      if (others.has(spelling)) found.push({ reason: 'alternative_name', score: 0.96 * trust });
    }
    return found;
  };
}

/** The names of a path, with how much an equal column name means. */
function spellings({ isAboveRecord }: Heading, { tails, whole, isNested }: PathName): [string, number][] {
  const result: [string, number][] = tails.map((tail, index) => {
    const isWhole = index === tails.length - 1;
    const last = tail.join('');
    // A title above the records is the same for every row, so it is hardly the title of the row.
    if (isAboveRecord) return [last, index === 0 ? 0.35 : 0.9];
    if (isWhole || index > 0) return [last, isWhole ? 1 : 0.9];
    return [last, isNested && GENERIC.has(last) ? 0.6 : 0.85];
  });
  return whole.length > 0 ? [...result, [whole.join(''), isAboveRecord ? 0.9 : 1]] : result;
}

type Scores = Map<number, Map<number, number>>;

/** Finds names with common words. More than half of the words must agree, to exclude chance. */
function findSimilar(names: readonly PathName[], columns: readonly Column[]): Scores {
  const own = columns.flatMap((column, owner) =>
    [column.key, column.name, ...column.alternativeNames.slice(0, MOST_SIMILAR_NAMES)].map(
      (name): OwnedName => ({ owner, tokens: tokensOf(name) }),
    ),
  );
  const theirs = names.flatMap(({ tails, isNested }, owner) =>
    tails
      .filter(([word = '', ...more]) => !isNested || more.length > 0 || !GENERIC.has(word))
      .map((tokens): OwnedName => ({ owner, tokens })),
  );
  const scores: Scores = new Map();
  for (const { left, right, share } of similarNames(own, theirs)) {
    if (share <= 0.5) continue;
    const ofColumn = scores.get(left) ?? new Map<number, number>();
    ofColumn.set(right, Math.max(ofColumn.get(right) ?? 0, 0.8 * share));
    scores.set(left, ofColumn);
  }
  return scores;
}

const DISTINCTIVE_TYPES = ['email', 'phone', 'image_url', 'select'] as const;

/** Pairs the only column with the only heading of a distinctive type, whatever their names. */
function findLonelyTypes(headings: readonly Heading[], columns: readonly Column[]): Map<number, number> {
  const pairs = new Map<number, number>();
  for (const type of DISTINCTIVE_TYPES) {
    const rows = [...columns.keys()].filter((row) => columns[row]?.type === type);
    const [row = -1] = rows;
    const column = columns[row];
    if (rows.length !== 1 || !column) continue;
    const fitting = [...headings.keys()].filter((at) => hasDistinctiveValues(column, headings[at]));
    const [at] = fitting;
    if (fitting.length === 1 && at !== undefined) pairs.set(row, at);
  }
  return pairs;
}

/** One sample may match an option by chance, but not an address. */
function hasDistinctiveValues(column: Column, heading: Heading | undefined): boolean {
  if (!heading || heading.isAboveRecord || typeFit(column, heading) !== 'exact') return false;
  return column.type !== 'select' || heading.samples.length > 1;
}

const FIT = { exact: 1, possible: 0.98, unlikely: 0.6 } as const;

/** Values that do not fit the column's type lower the score a lot, missing values a little. */
function likelihood(column: Column, heading: Heading, reason: Reason): number {
  const above = heading.isAboveRecord && reason === 'similar_name' ? 0.7 : 1;
  return FIT[typeFit(column, heading)] * (0.9 + 0.1 * heading.coverage) * above;
}

function describe(edge: Candidate, heading?: Heading, column?: Column): Suggestion[] {
  if (!heading || !column) return [];
  const { path, label } = heading;
  const score = Math.round(edge.score * 100) / 100;
  const repeat = proposeRepeat(column, heading);
  return [{ column: column.key, path, label, score, reason: edge.reason, ...(repeat ? { repeat } : {}) }];
}

/** Joins categories and authors; of several links, images and dates takes the first. */
function proposeRepeat(column: Column, heading: Heading): Repeat | undefined {
  if (!heading.repeats || heading.isAboveRecord) return undefined;
  const feed = compileFeedMatch([column.key, column.name, ...column.alternativeNames])(heading.path);
  return feed && !isListed(column, feed) ? 'first' : defaultRepeat(column);
}

const isListed = (column: Column, feed: FeedMatch): boolean => feed.isList || column.type === 'multi_select';
