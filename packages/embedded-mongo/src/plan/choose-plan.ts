import type { BsonDocument } from '../bson/bson-document.js';
import { isDocument, toNumber } from '../bson/value-type.js';
import { createStringOrder } from '../query/collation.js';
import { isNaturalOrder, type SortField } from '../query/sort.js';
import { badValue } from '../server-error.js';
import type { Collection, Index } from '../storage/catalog.js';
import { keysWithPrefix } from '../storage/key-range.js';
import { analyzeFilter, type FilterBounds } from './analyze-filter.js';
import { buildIdScan, buildIndexScan, type ScoredScan } from './build-scan.js';
import { impliesPartialFilter } from './implies-partial-filter.js';
import { type DocumentScan, isWholeScan, type Plan, type Scan } from './plan.js';

export interface PlanRequest {
  filter: BsonDocument;
  sort: SortField[];
  hint?: unknown;
  collation?: unknown;
}

const MAX_UNION_BRANCHES = 32;
/** The score of an equality on the first field of an index. Below it, splitting an `$or` is better. */
const USEFUL_SCORE = 10;

/**
 * Chooses how to read a collection: by `_id`, by one index, by one scan for each alternative of an
 * `$or`, or whole. A hint decides. Otherwise each index gets a score for its leading fields with known
 * values, for a range after them, for being unique, and for having the order of the sort.
 *
 * @throws ServerError 2 if a hint names no index.
 */
export function choosePlan(collection: Collection, request: PlanRequest): Plan {
  const bounds = findUsableBounds(request);
  const { hint, sort } = request;
  if (isNaturalOrder(hint))
    return buildWholeScan(collection, bounds, sort, (toNumber(hint.$natural) ?? 1) < 0);
  if (isHint(hint)) return buildHintedScan(collection, hint, bounds, sort);
  const best = findBestScan(collection, bounds, request);
  if ((best?.score ?? 0) < USEFUL_SCORE && bounds.alternatives !== undefined) {
    const branches = buildUnionBranches(collection, bounds.alternatives);
    if (branches !== undefined)
      return { kind: 'union', branches, isExact: false, isSorted: sort.length === 0 };
  }
  return best?.scan ?? buildWholeScan(collection, bounds, sort, false);
}

/** Keys order strings by their bytes, so a collation cannot use them. */
function findUsableBounds({ filter, collation }: PlanRequest): FilterBounds {
  if (createStringOrder(collation) === undefined) return analyzeFilter(filter);
  return { fields: new Map(), conditions: Number.POSITIVE_INFINITY, alternatives: undefined };
}

function buildWholeScan(
  collection: Collection,
  bounds: FilterBounds,
  sort: SortField[],
  isReverse: boolean,
): DocumentScan {
  const ranges = [keysWithPrefix(collection.prefix)];
  return {
    kind: 'documents',
    ranges,
    isReverse,
    isExact: bounds.conditions === 0,
    isSorted: sort.length === 0,
  };
}

const isHint = (hint: unknown): boolean =>
  typeof hint === 'string' || (isDocument(hint) && Object.keys(hint).length > 0);

function buildHintedScan(
  collection: Collection,
  hint: unknown,
  bounds: FilterBounds,
  sort: SortField[],
): Scan {
  if (hint === '_id_' || (isDocument(hint) && sameKeyPattern(hint, { _id: 1 }))) {
    return buildIdScan(collection, bounds, sort).scan;
  }
  const index = collection.indexes.find(({ definition: { name, key } }) =>
    isDocument(hint) ? sameKeyPattern(key, hint) : name === hint,
  );
  if (index !== undefined) return buildIndexScan(index, bounds, sort).scan;
  throw badValue(
    'error processing query: planner returned error: hint provided does not correspond to an existing index',
  );
}

/** Whether two key patterns have the same fields and directions in the same order. */
export function sameKeyPattern(a: BsonDocument, b: BsonDocument): boolean {
  const text = (pattern: BsonDocument): string =>
    JSON.stringify(
      Object.entries(pattern).map(([path, direction]) => [path, toNumber(direction) ?? direction]),
    );
  return text(a) === text(b);
}

function findBestScan(
  collection: Collection,
  bounds: FilterBounds,
  request: PlanRequest,
): ScoredScan | undefined {
  // Without usable bounds an index could only contribute its order, which is not that of the collation.
  if (bounds.conditions === Number.POSITIVE_INFINITY) return undefined;
  const scans = collection.indexes
    .filter((index) => holdsAllMatches(index, bounds, request.filter))
    .map((index) => buildIndexScan(index, bounds, request.sort));
  scans.unshift(buildIdScan(collection, bounds, request.sort));
  const useful = scans.filter((scan) => scan.score > 0);
  return useful.reduce<ScoredScan | undefined>(
    (best, scan) => (best === undefined || scan.score > best.score ? scan : best),
    undefined,
  );
}

/** Whether a visible index has an entry for every match; a sparse or partial one may not. */
function holdsAllMatches(index: Index, bounds: FilterBounds, filter: BsonDocument): boolean {
  const { hidden, sparse, partialFilterExpression } = index.definition;
  if (hidden === true) return false;
  if (sparse === true && !index.fields.some(({ path }) => bounds.fields.get(path)?.exists === true))
    return false;
  return (
    partialFilterExpression === undefined || impliesPartialFilter(filter, bounds, partialFilterExpression)
  );
}

function buildUnionBranches(collection: Collection, alternatives: BsonDocument[]): Scan[] | undefined {
  if (alternatives.length > MAX_UNION_BRANCHES) return undefined;
  const branches: Scan[] = [];
  for (const filter of alternatives) {
    const plan = choosePlan(collection, { filter, sort: [] });
    if (plan.kind === 'union' || isWholeScan(plan)) return undefined;
    branches.push(plan);
  }
  return branches;
}
