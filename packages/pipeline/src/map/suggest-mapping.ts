import type { Column, Heading, Mapping, Repeat, Suggestion } from '@inlet/contracts';
import { bestAssignment, type Edge } from './best-assignment.js';
import { defaultRepeat } from './compile-mapping.js';
import { compileFeedMatch, type FeedMatch } from './feed-fields.js';
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

/** Below this a suggestion is more likely to mislead than to help. */
const LEAST_SCORE = 0.4;
/** Alternative names that take part in the search for similar ones. All of them count when they are the same. */
const MOST_SIMILAR_NAMES = 20;

/** Names that say little when they stand below another element: `image/url` is no "url". */
const GENERIC = new Set(
  'url href id name type value text term label length width height size title rel medium'.split(' '),
);

/**
 * Proposes at most one heading for each column and one column for each heading, so that the sum of the scores is
 * the greatest; in the order of the columns. Headings without a letter or digit are never proposed by name, and
 * columns for which nothing fits are left out. Each has a score of 0 to 1 and the strongest reason for it.
 */
export function suggestMapping(headings: readonly Heading[], columns: readonly Column[]): Suggestion[] {
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
      // Equal scores go to the heading that comes first.
      if (score >= LEAST_SCORE)
        edges.push({ row, column: at, score: score - at * 1e-9, reason: best.reason });
    });
  });
  return bestAssignment(edges)
    .toSorted((one, other) => one.row - other.row)
    .flatMap((edge) => describe(edge, headings[edge.column], columns[edge.row]));
}

/** The mapping that takes all suggestions as they are. */
export const mappingFromSuggestions = (suggestions: readonly Suggestion[]): Mapping =>
  suggestions.map(({ column, path, repeat }) => ({ column, path, ...(repeat ? { repeat } : {}) }));

const evidence = (reason: Reason, score: number | undefined): Evidence[] =>
  score === undefined ? [] : [{ reason, score }];

/** What the names of a column and a heading say, without regard to values. */
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

/** The names of a path, and how much it means when a column has the same one. */
function spellings({ isAboveRecord }: Heading, { tails, whole, isNested }: PathName): [string, number][] {
  const result: [string, number][] = tails.map((tail, index) => {
    const isWhole = index === tails.length - 1;
    const last = tail.join('');
    // A title above the records is the same for every row, and hardly the title of the row.
    if (isAboveRecord) return [last, index === 0 ? 0.35 : 0.9];
    if (isWhole || index > 0) return [last, isWhole ? 1 : 0.9];
    return [last, isNested && GENERIC.has(last) ? 0.6 : 0.85];
  });
  return whole.length > 0 ? [...result, [whole.join(''), isAboveRecord ? 0.9 : 1]] : result;
}

type Scores = Map<number, Map<number, number>>;

/** Names with words in common. More than half of the words must agree, or chance would do. */
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

const TELLING_TYPES = ['email', 'phone', 'image_url', 'select'] as const;

/** Where one column and one heading alone have a telling type, their values speak without any name. */
function findLonelyTypes(headings: readonly Heading[], columns: readonly Column[]): Map<number, number> {
  const pairs = new Map<number, number>();
  for (const type of TELLING_TYPES) {
    const rows = [...columns.keys()].filter((row) => columns[row]?.type === type);
    const [row = -1] = rows;
    const column = columns[row];
    if (rows.length !== 1 || !column) continue;
    const fitting = [...headings.keys()].filter((at) => speaksFor(column, headings[at]));
    const [at] = fitting;
    if (fitting.length === 1 && at !== undefined) pairs.set(row, at);
  }
  return pairs;
}

/** One sample could be chance for an option; an address never is. */
function speaksFor(column: Column, heading: Heading | undefined): boolean {
  if (!heading || heading.isAboveRecord || typeFit(column, heading) !== 'exact') return false;
  return column.type !== 'select' || heading.samples.length > 1;
}

const FIT = { exact: 1, possible: 0.98, unlikely: 0.6 } as const;

/** Values that cannot be of the column's type weigh much, missing ones a little. */
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

/** Categories and authors are lists; of several links, images and dates the first is meant. */
function proposeRepeat(column: Column, heading: Heading): Repeat | undefined {
  if (!heading.repeats || heading.isAboveRecord) return undefined;
  const feed = compileFeedMatch([column.key, column.name, ...column.alternativeNames])(heading.path);
  return feed && !isListed(column, feed) ? 'first' : defaultRepeat(column);
}

const isListed = (column: Column, feed: FeedMatch): boolean => feed.isList || column.type === 'multi_select';
