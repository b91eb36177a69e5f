/** Runs plans: a synchronous generator of matching documents that also yields ticks, so callers can pause. */
import { BSON } from 'bson';
import { decode, encode, rawEach, type Doc } from './bsonval.js';
import { CommandError } from './errors.js';
import { keyFilter } from './keyfilter.js';
import { compileFilter, mingoOptions, parseSort, sorter } from './mql.js';
import { Query } from 'mingo/query';
import { isObj } from './paths.js';
import { explainPlan, plan as choose, type Plan } from './planner.js';
import { after, type Collection, type Storage } from './storage.js';

export interface FindSpec { filter: Doc; sort?: any; skip?: number; limit?: number; hint?: any; collation?: Doc; let?: Doc; projection?: Doc }
export interface Item { idKey: Buffer; buf: Buffer; doc?: Doc; /** The filter is known to hold. */ matched?: boolean }
export const TICK = Symbol('tick');
export type Stream<T> = Generator<T | typeof TICK, void, void>;

const TICK_EVERY = 128;

const NONE = Buffer.alloc(0);

/** With `keysOnly`, documents whose index key settles the filter are not read. */
function* read(st: Storage, coll: Collection, p: Plan, filter: Doc, keysOnly = false): Stream<Item> {
  let n = 0;
  if (p.branches) {
    const seen = new Set<string>();
    for (const b of p.branches) for (const it of read(st, coll, b, {})) {
      if (it === TICK) { yield TICK; continue; }
      const k = it.idKey.toString('latin1');
      if (!seen.has(k)) { seen.add(k); yield { idKey: it.idKey, buf: it.buf }; } // a branch's match is not the filter's
    }
    return;
  }
  const seen = p.index?.multikey ? new Set<string>() : undefined;
  const kf = p.index && !p.exact && Object.keys(filter).length ? keyFilter(filter, p.index) : undefined;
  for (const r of p.ranges) {
    for (const e of p.source === 'docs' ? st.scanDocs(r, p.reverse) : st.scanIndex(r, p.reverse)) {
      if (++n % TICK_EVERY === 0) yield TICK;
      if (p.source === 'docs') { yield { idKey: e.key.subarray(4), buf: e.value }; continue; }
      if (seen) { const k = e.value.toString('latin1'); if (seen.has(k)) continue; seen.add(k); }
      const known = p.exact || kf?.(e.key);
      if (known === false) continue;
      if (known && keysOnly) { yield { idKey: e.value, buf: NONE, matched: true }; continue; }
      const buf = st.get(coll, e.value);
      if (buf) yield { idKey: e.value, buf, matched: known };
    }
  }
}

/** Matching documents in order, after skip and limit, not yet projected. */
export function* find(st: Storage, coll: Collection | undefined, spec: FindSpec, keysOnly = false): Stream<Item> {
  let compiled: ((doc: Doc) => boolean) | undefined;
  const match = (doc: Doc): boolean => (compiled ??= compileFilter(stripComment(spec.filter), spec))(doc);
  const fields = isNatural(spec.sort) ? [] : parseSort(spec.sort);
  if (!coll) { compileFilter(stripComment(spec.filter), spec); return; }
  const p = choose(coll, spec.filter, fields, { hint: isNatural(spec.sort) ? spec.sort : spec.hint, collation: spec.collation });
  let skip = spec.skip ?? 0;
  let left = spec.limit ? spec.limit : Infinity;

  function* filtered(): Stream<Item> {
    for (const it of read(st, coll!, p, spec.collation ? {} : spec.filter, keysOnly)) {
      if (it === TICK) { yield TICK; continue; }
      if (!p.exact && !it.matched) { it.doc = decode(it.buf); if (!match(it.doc)) continue; }
      yield it;
    }
  }
  if (p.sorted) {
    for (const it of filtered()) {
      if (it === TICK) { yield TICK; continue; }
      if (skip > 0) { skip--; continue; }
      yield it;
      if (--left <= 0) return;
    }
    return;
  }
  const { key, compare } = sorter(fields, spec.collation);
  const keep = left === Infinity ? Infinity : skip + left;
  let rows: { k: any; n: number; it: Item }[] = [];
  let n = 0;
  const order = (x: { k: any; n: number }, y: { k: any; n: number }): number => compare(x.k, y.k) || x.n - y.n;
  for (const it of filtered()) {
    if (it === TICK) { yield TICK; continue; }
    rows.push({ k: key(it.doc ?? decode(it.buf)), n: n++, it: { idKey: it.idKey, buf: it.buf } });
    if (rows.length > keep * 2 + 1000) rows = rows.sort(order).slice(0, keep);
  }
  rows.sort(order);
  for (let i = skip; i < rows.length && left-- > 0; i++) yield rows[i].it;
}

const isNatural = (sort: any): boolean => isObj(sort) && '$natural' in sort;
export const stripComment = (f: Doc): Doc => { if (!f || !('$comment' in f)) return f; const { $comment: _c, ...rest } = f; return rest; };

/** Counts matches, from index keys alone when the bounds are the whole filter. */
export function* count(st: Storage, coll: Collection | undefined, spec: FindSpec): Generator<typeof TICK, number, void> {
  if (!coll) { compileFilter(stripComment(spec.filter), spec); return 0; }
  const skip = spec.skip ?? 0, limit = spec.limit || Infinity;
  let n = 0;
  if (Object.keys(spec.filter).length === 0) n = st.count(coll);
  else {
    const p = choose(coll, spec.filter, [], { hint: spec.hint, collation: spec.collation });
    if (p.exact && !p.branches) { for (const r of p.ranges) { n += st.countRange(p.source === 'docs' ? 'docs' : 'idx', r); yield TICK; } } else for (const it of find(st, coll, { ...spec, skip: 0, limit: limit === Infinity ? 0 : skip + limit }, true)) { if (it === TICK) yield TICK; else n++; }
  }
  return Math.max(0, Math.min(n - skip, limit));
}

export function explain(coll: Collection | undefined, spec: FindSpec): Doc {
  if (!coll) return { stage: 'EOF' };
  const p = choose(coll, spec.filter, isNatural(spec.sort) ? [] : parseSort(spec.sort), { hint: spec.hint, collation: spec.collation });
  return { ...(p.sorted ? {} : { sort: 'in memory' }), ...(p.exact ? {} : { filter: spec.filter }), ...explainPlan(p) };
}

// ---- projection -------------------------------------------------------------------------------

export type Projector = (it: { buf: Buffer; doc?: Doc }) => Buffer;
const identity: Projector = (it) => it.buf;

export function projector(projection: Doc | undefined, spec: FindSpec): Projector {
  if (!projection || Object.keys(projection).length === 0) return identity;
  const entries = Object.entries(projection);
  const flag = (v: any): boolean | undefined => (typeof v === 'number' ? v !== 0 : typeof v === 'boolean' ? v : v?._bsontype === 'Long' ? !v.isZero() : undefined);
  if (entries.every(([k, v]) => flag(v) !== undefined && !k.startsWith('$') && !k.includes('$'))) {
    const others = entries.filter(([k]) => k !== '_id');
    const include = others.length ? flag(others[0][1])! : flag(projection._id)!;
    const bad = others.find(([, v]) => flag(v) !== include);
    if (bad) throw new CommandError(include ? 31254 : 31253, `Location${include ? 31254 : 31253}`, `Cannot do ${include ? 'exclusion' : 'inclusion'} on field ${bad[0]} in ${include ? 'inclusion' : 'exclusion'} projection`);
    const keepId = '_id' in projection ? flag(projection._id)! : true;
    if (others.every(([k]) => !k.includes('.') && /^[\x01-\x7e]+$/.test(k))) {
      const names = new Set(others.map(([k]) => k));
      const keep = (name: string): boolean => (name === '_id' ? keepId : names.has(name) === include);
      return (it) => rawSelect(it.buf, keep);
    }
    const tree = toTree(others.map(([k]) => k));
    return (it) => encode(select(it.doc ?? decode(it.buf), tree, include, keepId));
  }
  const query = new Query(stripComment(spec.filter), mingoOptions(spec));
  const compiled = (doc: Doc): Doc => {
    const out = query.find([doc], normalize(projection)).next() as Doc;
    return '_id' in out ? { _id: out._id, ...out } : out;
  };
  // find() treats a projection of only $slice / exclusions of operators as exclusive
  const onlyArrayOps = entries.every(([k, v]) => k === '_id' || (isObj(v) && ('$slice' in v)));
  return (it) => { const doc = it.doc ?? decode(it.buf); const out = compiled(doc); return encode(onlyArrayOps ? { ...doc, ...out } : out); };
}

const normalize = (p: Doc): Doc => Object.fromEntries(Object.entries(p).map(([k, v]) => [k, v?._bsontype === 'Long' ? v.toNumber() : v]));

/** Copies whole top-level elements without decoding them. */
function rawSelect(buf: Buffer, keep: (name: string) => boolean): Buffer {
  const out = Buffer.allocUnsafe(buf.length);
  let p = 4;
  rawEach(buf, (name, _type, at, size) => {
    if (!keep(name)) return;
    const start = at - 1 - name.length - 1;
    buf.copy(out, p, start, at + size);
    p += at + size - start;
  });
  out[p++] = 0;
  out.writeInt32LE(p, 0);
  return out.subarray(0, p);
}

interface Tree { [k: string]: Tree | true }
function toTree(paths: string[]): Tree {
  const root: Tree = {};
  for (const p of paths) {
    let t = root;
    const parts = p.split('.');
    parts.forEach((part, i) => { if (i === parts.length - 1) t[part] = true; else { if (t[part] === true) return; t = (t[part] ??= {}) as Tree; } });
  }
  return root;
}
function select(v: any, t: Tree, include: boolean, keepId?: boolean): any {
  if (Array.isArray(v)) return v.map((e) => (isObj(e) || Array.isArray(e) ? select(e, t, include) : include ? undefined : e)).filter((e) => e !== undefined);
  if (!isObj(v)) return include ? undefined : v;
  const out: Doc = {};
  for (const k of Object.keys(v)) {
    if (keepId !== undefined && k === '_id') { if (keepId) out[k] = v[k]; continue; }
    const s = t[k];
    if (s === undefined) { if (!include) out[k] = v[k]; } else if (s === true) { if (include) out[k] = v[k]; } else {
      const r = select(v[k], s, include);
      if (r !== undefined) out[k] = r;
    }
  }
  return out;
}

export const rangeOfAll = (coll: Collection): { start: Buffer; end: Buffer } => ({ start: coll.prefix, end: after(coll.prefix) });
export const fits = (doc: Doc): boolean => BSON.calculateObjectSize(doc) <= 16 * 1024 * 1024;
