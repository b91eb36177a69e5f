import { type Direction, keyOf } from '../bson/key-writer.js';
import type { SortField } from '../query/sort.js';
import type { Collection, Index } from '../storage/catalog.js';
import { type KeyRange, keysWithPrefix } from '../storage/key-range.js';
import type { FilterBounds, ValueRange } from './analyze-filter.js';
import type { DocumentScan, Scan } from './plan.js';
import { invertBytes, valueRangeKeys } from './value-range-keys.js';

/** A scan and its score; 0 means that the scan has no advantage. */
export interface ScoredScan {
  scan: Scan;
  score: number;
}

/** The properties of an index that count in planning. The documents, ordered by `_id`, have them too. */
interface Keys {
  fields: { path: string; direction: Direction }[];
  prefix: Buffer;
  isUnique: boolean;
  isMultikey: boolean;
}

const MAX_RANGES = 1024;
const SCORE = { equality: 10, range: 5, order: 6, wholeUniqueKey: 50, id: 20 };

export function buildIndexScan(index: Index, bounds: FilterBounds, sort: SortField[]): ScoredScan {
  const { unique, multikey, partialFilterExpression } = index.definition;
  const keys = {
    fields: index.fields,
    prefix: index.prefix,
    isUnique: unique === true,
    isMultikey: multikey === true,
  };
  const { scan, score } = buildScan(keys, bounds, sort);
  const isExact = scan.isExact && partialFilterExpression === undefined;
  return { score, scan: { ...scan, isExact, kind: 'index', index } };
}

export function buildIdScan(collection: Collection, bounds: FilterBounds, sort: SortField[]): ScoredScan {
  const fields = [{ path: '_id', direction: 1 as const }];
  const { scan, score } = buildScan(
    { fields, prefix: collection.prefix, isUnique: true, isMultikey: false },
    bounds,
    sort,
  );
  const isBounded =
    score >= SCORE.range && scan.ranges.every((range) => range.start.length > collection.prefix.length);
  return { score: isBounded ? score + SCORE.id : score, scan: { ...scan, kind: 'documents' } };
}

function buildScan(
  keys: Keys,
  bounds: FilterBounds,
  sort: SortField[],
): { scan: Omit<DocumentScan, 'kind'>; score: number } {
  const fixed = fixLeadingFields(keys, bounds);
  const nextField = keys.fields[fixed.count];
  const isUsable = nextField !== undefined && canAlsoBound(keys, fixed.count);
  const range = isUsable ? findUsableRange(nextField.path, bounds) : undefined;
  const ranges =
    range === undefined || nextField === undefined
      ? fixed.prefixes.map(keysWithPrefix)
      : rangesWithin(
          fixed.prefixes,
          valueRangeKeys(keys.isMultikey ? oneSided(range) : range, nextField.direction),
        );
  const order = compareWithSort(keys, fixed, sort);
  const isWholeKey = fixed.count === keys.fields.length && keys.isUnique;
  const score =
    fixed.count * SCORE.equality +
    (range === undefined ? 0 : SCORE.range) +
    (isWholeKey ? SCORE.wholeUniqueKey : 0) +
    (order.isSorted && sort.length > 0 ? SCORE.order : 0);
  const isExact = !keys.isMultikey && fixed.count + (range?.conditions ?? 0) === bounds.conditions;
  return { score, scan: { ranges: order.isReverse ? ranges.reverse() : ranges, isExact, ...order } };
}

interface FixedFields {
  /** The number of leading fields with known values. */
  count: number;
  /** One key prefix for each combination of these values, in key order. */
  prefixes: Buffer[];
  /** Fields with exactly one value: sorting by them changes nothing. */
  constant: Set<string>;
}

function fixLeadingFields(keys: Keys, bounds: FilterBounds): FixedFields {
  const fixed: FixedFields = { count: 0, prefixes: [keys.prefix], constant: new Set() };
  for (const { path, direction } of keys.fields) {
    const values = bounds.fields.get(path)?.equals;
    if (values === undefined || !canAlsoBound(keys, fixed.count)) break;
    if (fixed.prefixes.length * values.length > MAX_RANGES) break;
    const endings = sortedKeys(values, direction);
    fixed.prefixes = fixed.prefixes.flatMap((prefix) =>
      endings.map((ending) => Buffer.concat([prefix, ending])),
    );
    if (endings.length === 1) fixed.constant.add(path);
    fixed.count++;
  }
  return fixed;
}

/**
 * Whether a field can be bounded together with the fields before it. It cannot if they may be in the same
 * array: `{ 'a.x': 1, 'a.y': 2 }` also matches `a: [{ x: 1 }, { y: 2 }]`, which has no entry (1, 2).
 */
function canAlsoBound({ fields, isMultikey }: Keys, position: number): boolean {
  const top = (i: number): string | undefined => fields[i]?.path.split('.')[0];
  return !isMultikey || fields.slice(0, position).every((_field, i) => top(i) !== top(position));
}

function sortedKeys(values: unknown[], direction: Direction): Buffer[] {
  const keys = values.map((value) => (direction > 0 ? keyOf(value) : invertBytes(keyOf(value))));
  return [...new Map(keys.map((key) => [key.toString('latin1'), key])).values()].sort(Buffer.compare);
}

function findUsableRange(path: string, bounds: FilterBounds): ValueRange | undefined {
  const field = bounds.fields.get(path);
  return field?.equals === undefined ? field?.range : undefined;
}

/** Drops one bound: in an array, two different elements may meet the two bounds. */
function oneSided(range: ValueRange): ValueRange {
  if (range.low === undefined) return range;
  const { high: _unused, ...rest } = range;
  return rest;
}

function rangesWithin(prefixes: Buffer[], range: KeyRange): KeyRange[] {
  return prefixes.map((prefix) => ({
    start: Buffer.concat([prefix, range.start]),
    end: Buffer.concat([prefix, range.end]),
  }));
}

/** After the fixed fields, the fields of the key must match the sort, all forward or all backward. */
function compareWithSort(
  keys: Keys,
  fixed: FixedFields,
  sort: SortField[],
): { isSorted: boolean; isReverse: boolean } {
  const wanted = keys.isMultikey ? sort : sort.filter((field) => !fixed.constant.has(field.path));
  if (wanted.length === 0) return { isSorted: true, isReverse: false };
  const isOneStretch = fixed.constant.size === fixed.count;
  const available = keys.fields.filter((field) => !fixed.constant.has(field.path));
  const isPrefix = wanted.every((field, i) => field.path === available[i]?.path);
  if (keys.isMultikey || !isOneStretch || !isPrefix) return { isSorted: false, isReverse: false };
  const isFlipped = wanted.map((field, i) => field.direction !== available[i]?.direction);
  const isReverse = isFlipped[0] === true;
  return isFlipped.every((flipped) => flipped === isReverse)
    ? { isSorted: true, isReverse }
    : { isSorted: false, isReverse: false };
}
