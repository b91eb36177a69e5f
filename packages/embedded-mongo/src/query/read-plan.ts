import type { BsonDocument } from '../bson/bson-document.js';
import { compileKeyFilter } from '../plan/key-filter.js';
import type { IndexScan, Plan, Scan, Union } from '../plan/plan.js';
import type { Collection } from '../storage/catalog.js';
import type { DocumentStore, StoredDocument } from '../storage/document-store.js';
import { PAUSE, type Pausing } from './pausing.js';

/** A document that a plan reads. */
export interface Candidate extends StoredDocument {
  /** Whether the plan alone ensures that it matches the filter. */
  isMatch: boolean;
}

export interface ReadCounters {
  keys: number;
  documents: number;
}

export interface ReadOptions {
  filter: BsonDocument;
  /** Does not read documents whose key alone shows that they match; their `raw` is empty. */
  keysOnly?: boolean;
  counters?: ReadCounters | undefined;
}

const PAUSE_EVERY = 128;
const NOTHING = Buffer.alloc(0);

/** Reads the documents of a plan, each once, possibly with some that do not match. */
export function readPlan(
  store: DocumentStore,
  collection: Collection,
  plan: Plan,
  options: ReadOptions,
): Pausing<Candidate> {
  if (plan.kind === 'union') return readUnion(store, collection, plan, options);
  return plan.kind === 'index'
    ? readIndex(store, collection, plan, options)
    : readDocuments(store, collection, plan, options);
}

function* readUnion(
  store: DocumentStore,
  collection: Collection,
  plan: Union,
  { counters }: ReadOptions,
): Pausing<Candidate> {
  const seen = new Set<string>();
  for (const branch of plan.branches) {
    // A branch covers its alternative only, not the whole filter.
    for (const step of readPlan(store, collection, branch, { filter: {}, counters })) {
      if (step === PAUSE) yield PAUSE;
      else if (addIfNew(seen, step.idKey)) yield { ...step, isMatch: false };
    }
  }
}

function* readDocuments(
  store: DocumentStore,
  collection: Collection,
  plan: Exclude<Scan, IndexScan>,
  { counters }: ReadOptions,
): Pausing<Candidate> {
  let read = 0;
  for (const range of plan.ranges) {
    for (const document of store.documents(collection, range, plan.isReverse)) {
      if (counters !== undefined) counters.documents++;
      if (++read % PAUSE_EVERY === 0) yield PAUSE;
      yield { ...document, isMatch: plan.isExact };
    }
  }
}

function* readIndex(
  store: DocumentStore,
  collection: Collection,
  plan: IndexScan,
  { filter, keysOnly, counters }: ReadOptions,
): Pausing<Candidate> {
  const seen = plan.index.definition.multikey === true ? new Set<string>() : undefined;
  const testKey =
    plan.isExact || Object.keys(filter).length === 0 ? undefined : compileKeyFilter(filter, plan.index);
  let read = 0;
  for (const range of plan.ranges) {
    for (const { key, value: idKey } of store.indexEntries(range, plan.isReverse)) {
      if (counters !== undefined) counters.keys++;
      if (++read % PAUSE_EVERY === 0) yield PAUSE;
      const verdict = plan.isExact || testKey?.(key);
      if (verdict === false || (seen !== undefined && !addIfNew(seen, idKey))) continue;
      const raw = verdict === true && keysOnly === true ? NOTHING : store.get(collection, idKey);
      if (raw === undefined) continue;
      if (counters !== undefined && raw !== NOTHING) counters.documents++;
      yield { idKey, raw, isMatch: verdict === true };
    }
  }
}

function addIfNew(seen: Set<string>, idKey: Buffer): boolean {
  const id = idKey.toString('latin1');
  if (seen.has(id)) return false;
  seen.add(id);
  return true;
}
