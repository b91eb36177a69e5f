import { type BsonDocument, decode } from '../bson/bson-document.js';
import { choosePlan } from '../plan/choose-plan.js';
import type { Plan } from '../plan/plan.js';
import { ServerError } from '../server-error.js';
import type { Collection } from '../storage/catalog.js';
import type { DocumentStore, StoredDocument } from '../storage/document-store.js';
import { compileFilter, type Filter, matchesRaw } from './compile-filter.js';
import { PAUSE, type Pausing } from './pausing.js';
import { type Candidate, type ReadCounters, readPlan } from './read-plan.js';
import { createSorter, isNaturalOrder, parseSort } from './sort.js';

export interface Query {
  filter: BsonDocument;
  sort?: unknown;
  skip?: number;
  /** 0 or undefined for no limit. */
  limit?: number;
  hint?: unknown;
  collation?: unknown;
}

export interface FindOptions {
  keysOnly?: boolean;
  counters?: ReadCounters;
}

const SORT_BYTES_LIMIT = 64 * 1024 * 1024;
/** Larger documents are not kept in memory while sorting; they are read again afterwards. */
const KEPT_WHILE_SORTING_BYTES = 2048;
/** The approximate memory of a row besides its key and its document. */
const ROW_BYTES = 200;

/**
 * Finds the documents that match a query, in order, after skip and limit.
 *
 * @throws ServerError 292 if a sort without an index would need too much memory.
 */
export function* findDocuments(
  store: DocumentStore,
  collection: Collection | undefined,
  query: Query,
  options: FindOptions = {},
): Pausing<StoredDocument> {
  const filter = compileFilter(query.filter, query);
  if (collection === undefined) return;
  const plan = planQuery(collection, query);
  const matches = matchingDocuments(store, collection, { plan, query, filter, options });
  const ordered = plan.isSorted ? matches : sortedDocuments(store, collection, matches, query);
  yield* applyWindow(ordered, query.skip ?? 0, query.limit || Number.POSITIVE_INFINITY);
}

export function planQuery(collection: Collection, query: Query): Plan {
  const isNatural = isNaturalOrder(query.sort);
  const sort = isNatural ? [] : parseSort(query.sort);
  const hint = isNatural ? query.sort : query.hint;
  return choosePlan(collection, { filter: query.filter, sort, hint, collation: query.collation });
}

interface Matching {
  plan: Plan;
  query: Query;
  filter: Filter;
  options: FindOptions;
}

function* matchingDocuments(
  store: DocumentStore,
  collection: Collection,
  { plan, query, filter, options }: Matching,
): Pausing<Candidate> {
  const keyFilter = query.collation === undefined ? query.filter : {};
  for (const step of readPlan(store, collection, plan, { ...options, filter: keyFilter })) {
    if (step === PAUSE || step.isMatch || matchesRaw(filter, step.raw)) yield step;
  }
}

function* applyWindow<T>(steps: Pausing<T>, skip: number, limit: number): Pausing<T> {
  let toSkip = skip;
  let left = limit;
  for (const step of steps) {
    if (step === PAUSE) yield PAUSE;
    else if (toSkip > 0) toSkip--;
    else {
      yield step;
      if (--left <= 0) return;
    }
  }
}

interface Row {
  key: unknown;
  position: number;
  idKey: Buffer;
  raw: Buffer | undefined;
}

function* sortedDocuments(
  store: DocumentStore,
  collection: Collection,
  matches: Pausing<Candidate>,
  query: Query,
): Pausing<StoredDocument> {
  const sorter = createSorter(parseSort(query.sort), query.collation);
  const order = (a: Row, b: Row): number => sorter.compare(a.key, b.key) || a.position - b.position;
  const kept = query.limit ? (query.skip ?? 0) + query.limit : Number.POSITIVE_INFINITY;
  let rows: Row[] = [];
  let bytes = 0;
  let position = 0;
  for (const step of matches) {
    if (step === PAUSE) {
      yield PAUSE;
      continue;
    }
    const { idKey, raw } = step;
    const isKept = raw.length <= KEPT_WHILE_SORTING_BYTES;
    const key = sorter.keyOf(decode(raw));
    rows.push({ key, position: position++, idKey, raw: isKept ? raw : undefined });
    bytes += ROW_BYTES + (isKept ? raw.length : 0) + (Buffer.isBuffer(key) ? key.length : 0);
    if (rows.length > kept * 2 + 1000) {
      rows = rows.sort(order).slice(0, kept);
      bytes = 0;
    }
    if (bytes > SORT_BYTES_LIMIT) throw tooMuchToSort();
  }
  for (const { idKey, raw } of rows.sort(order)) {
    const current = raw ?? store.get(collection, idKey);
    if (current !== undefined) yield { idKey, raw: current };
  }
}

const tooMuchToSort = (): ServerError =>
  new ServerError(
    292,
    'QueryExceededMemoryLimitNoDiskUseAllowed',
    `the sort would hold more than ${SORT_BYTES_LIMIT / 2 ** 20} MB in memory; add an index for it, or a limit`,
  );
