/**
 * Aggregation: the leading $match/$sort/$skip/$limit go to the planner, per-document stages run in
 * chunks, $group and $lookup are streaming and indexed, and everything else is mingo.
 */
import { Aggregator } from 'mingo/aggregator';
import { evalExpr } from 'mingo/core';
import { Lazy } from 'mingo/lazy';
import * as pipelineOps from 'mingo/operators/pipeline';
import { compareValues, decode, encode, equalValues, keyOf, type Doc } from './bsonval.js';
import { CommandError } from './errors.js';
import { count, find, TICK, type FindSpec, type Stream } from './exec.js';
import { mingoOptions, parseSort, sorter, type QueryOptions } from './mql.js';
import { isObj, leaves } from './paths.js';
import type { Collection, Storage } from './storage.js';

export interface AggregateContext extends QueryOptions { storage: Storage; db: string; hint?: any }

const PER_DOCUMENT = new Set(['$match', '$project', '$addFields', '$set', '$unset', '$unwind', '$replaceRoot', '$replaceWith', '$lookup', '$redact']);
const CHUNK = 500;

export function checkPipeline(pipeline: any): Doc[] {
  if (!Array.isArray(pipeline)) throw new CommandError(14, 'TypeMismatch', "'pipeline' option must be specified as an array");
  pipeline.forEach((s, i) => {
    if (!isObj(s) || Object.keys(s).length !== 1) throw new CommandError(40323, 'Location40323', 'A pipeline stage specification object must contain exactly one field.');
    const name = Object.keys(s)[0];
    if (name === '$changeStream') throw new CommandError(40573, 'Location40573', 'The $changeStream stage is only supported on replica sets');
    if ((name === '$out' || name === '$merge') && i !== pipeline.length - 1) throw new CommandError(40601, 'Location40601', `${name} can only be the final stage in the pipeline`);
    if (!(name in pipelineOps) && !['$collStats', '$indexStats', '$listLocalSessions', '$currentOp'].includes(name)) throw new CommandError(40324, 'Location40324', `Unrecognized pipeline stage name: '${name}'`);
  });
  return pipeline;
}

/** Splits off what the planner can do. */
function pushDown(pipeline: Doc[]): { spec: FindSpec; rest: Doc[] } {
  const spec: FindSpec = { filter: {} };
  let i = 0;
  const filters: Doc[] = [];
  while (i < pipeline.length && '$match' in pipeline[i]) filters.push(pipeline[i++].$match);
  spec.filter = filters.length === 0 ? {} : filters.length === 1 ? filters[0] : { $and: filters };
  if (i < pipeline.length && '$sort' in pipeline[i] && !Object.values(pipeline[i].$sort).some(isObj)) spec.sort = pipeline[i++].$sort;
  if (i < pipeline.length && '$skip' in pipeline[i]) spec.skip = Number(pipeline[i++].$skip);
  if (i < pipeline.length && '$limit' in pipeline[i]) {
    spec.limit = Number(pipeline[i++].$limit);
    if (!(spec.limit > 0)) throw new CommandError(15958, 'Location15958', 'the limit must be positive');
  }
  return { spec, rest: pipeline.slice(i) };
}

const isCountGroup = (s: Doc): string | undefined => {
  const g = s.$group;
  if (!g || Object.keys(g).length !== 2 || (g._id !== null && isObj(g._id)) || (typeof g._id === 'string' && g._id.startsWith('$'))) return undefined;
  const [name] = Object.keys(g).filter((k) => k !== '_id');
  return isObj(g[name]) && g[name].$sum === 1 ? name : undefined;
};

export function* aggregate(ctx: AggregateContext, coll: Collection | undefined, pipeline: Doc[]): Stream<Doc> {
  const first = pipeline[0] ?? {};
  if ('$collStats' in first) {
    if (!coll) throw new CommandError(26, 'NamespaceNotFound', 'Collection not found');
    yield* runRest(ctx, [{ ns: coll.ns, count: ctx.storage.count(coll), storageStats: { count: ctx.storage.count(coll) } }], pipeline.slice(1));
    return;
  }
  if ('$listLocalSessions' in first || '$currentOp' in first || '$indexStats' in first) { yield* runRest(ctx, [{ dummy: 'session' }].slice('$indexStats' in first ? 1 : 0), pipeline.slice(1)); return; }
  if ('$documents' in first) { yield* runRest(ctx, [], pipeline); return; }
  const { spec, rest } = pushDown(pipeline);
  Object.assign(spec, { hint: ctx.hint, collation: ctx.collation, let: ctx.let });
  const group = rest[0];
  if (group && !spec.limit && !spec.skip && ('$count' in group || isCountGroup(group))) {
    const it = count(ctx.storage, coll, spec);
    let r = it.next();
    while (!r.done) { yield TICK; r = it.next(); }
    const doc = '$count' in group ? { [group.$count]: r.value } : { _id: group.$group._id, [isCountGroup(group)!]: r.value };
    yield* runRest(ctx, r.value ? [doc] : [], rest.slice(1));
    return;
  }

  // per-document stages run over chunks of the source, then an optional streaming $group
  let n = 0;
  while (n < rest.length && PER_DOCUMENT.has(Object.keys(rest[n])[0])) n++;
  const each = rest.slice(0, n);
  const grouper = rest[n] && '$group' in rest[n] ? Grouper.make(rest[n].$group, options(ctx)) : undefined;
  const tail = rest.slice(grouper ? n + 1 : n);
  const collected: Doc[] = [];
  let chunk: Doc[] = [];
  const pass = (docs: Doc[]): Doc[] => (each.length ? new Aggregator(each as any, options(ctx)).run(docs as any) as Doc[] : docs);
  for (const it of find(ctx.storage, coll, spec)) {
    if (it !== TICK) chunk.push(it.doc ?? decode(it.buf));
    if (chunk.length < (tail.length || grouper ? CHUNK : 64)) { if (it === TICK) yield TICK; continue; }
    const out = pass(chunk);
    chunk = [];
    yield TICK;
    if (grouper) for (const d of out) grouper.add(d); else if (tail.length) collected.push(...out); else yield* out;
  }
  const out = pass(chunk);
  if (grouper) { for (const d of out) grouper.add(d); yield* runRest(ctx, grouper.results(), tail); } else if (tail.length) { collected.push(...out); yield* runRest(ctx, collected, tail); } else yield* out;
}

function* runRest(ctx: AggregateContext, docs: Doc[], pipeline: Doc[]): Stream<Doc> {
  if (!pipeline.length) { yield* docs; return; }
  let n = 0;
  for (const d of new Aggregator(pipeline as any, options(ctx)).stream(docs as any) as any) { if (++n % 256 === 0) yield TICK; yield d as Doc; }
}

/** Runs a pipeline to the end without pausing: sub-pipelines of $lookup, $unionWith and $facet. */
function runSync(ctx: AggregateContext, coll: Collection | undefined, pipeline: Doc[]): Doc[] {
  const out: Doc[] = [];
  for (const d of aggregate(ctx, coll, pipeline)) if (d !== TICK) out.push(d);
  return out;
}

function options(ctx: AggregateContext): any {
  const all = (name: string): Doc[] => runSync({ ...ctx, hint: undefined }, ctx.storage.collection(ctx.db, name), []);
  return mingoOptions({
    collation: ctx.collation, let: ctx.let, collectionResolver: all,
    pipeline: {
      $sort: (docs: any, spec: Doc) => docs.transform((xs: Doc[]) => {
        const { key, compare } = sorter(parseSort(spec), ctx.collation);
        return Lazy(xs.map((d, n) => ({ d, n, k: key(d) })).sort((a, b) => compare(a.k, b.k) || a.n - b.n).map((x) => x.d) as any);
      }),
      $group: (docs: any, spec: Doc, o: any) => {
        if (!Grouper.supports(spec)) return (pipelineOps as any).$group(docs, spec, o);
        return docs.transform((xs: Doc[]) => { const g = new Grouper(spec, o); for (const d of xs) g.add(d); return Lazy(g.results() as any); });
      },
      // mingo answers 0 for no input, MongoDB answers nothing
      $count: (docs: any, name: string) => docs.transform((xs: Doc[]) => Lazy((xs.length ? [{ [name]: xs.length }] : []) as any)),
      $bucket: bucket,
      $lookup: (docs: any, spec: Doc, o: any) => docs.map((doc: Doc) => ({ ...doc, [spec.as]: lookup(ctx, doc, spec, o) })),
      $unionWith: (docs: any, spec: any) => docs.transform((xs: Doc[]) => {
        const name = typeof spec === 'string' ? spec : spec.coll;
        return Lazy([...xs, ...runSync({ ...ctx, hint: undefined }, ctx.storage.collection(ctx.db, name), spec.pipeline ?? [])] as any);
      }),
    },
  });
}

/** mingo puts a value equal to a boundary in the bucket below it, and answers empty buckets. */
function bucket(docs: any, spec: Doc, o: any): any {
  const { groupBy, boundaries, default: other, output } = spec;
  return docs.transform((xs: Doc[]) => {
    const id = (doc: Doc): any => {
      const v = evalExpr(doc as any, groupBy, o);
      for (let i = boundaries.length - 2; i >= 0; i--) if (compareValues(v, boundaries[i]) >= 0) { if (compareValues(v, boundaries[i + 1]) < 0) return boundaries[i]; break; }
      if (!('default' in spec)) throw new CommandError(7158303, 'Location7158303', '$bucket could not find a matching branch for an input, and no default was specified.');
      return other;
    };
    const rows = xs.map((d) => ({ __id: id(d), d }));
    const groups = new Map<string, { id: any; docs: Doc[] }>();
    for (const r of rows) { const k = keyOf(r.__id).toString('latin1'); let g = groups.get(k); if (!g) groups.set(k, (g = { id: r.__id, docs: [] })); g.docs.push(r.d); }
    return Lazy([...groups.values()].sort((a, b) => compareValues(a.id, b.id)).map((g) => { const r = new Aggregator([{ $group: { _id: null, ...(output ?? { count: { $sum: 1 } }) } }] as any, o).run(g.docs as any)[0] as Doc; return { ...r, _id: g.id }; }) as any);
  });
}

function lookup(ctx: AggregateContext, doc: Doc, spec: Doc, o: any): Doc[] {
  const foreign = ctx.storage.collection(ctx.db, spec.from);
  const pipeline: Doc[] = [];
  if (spec.localField !== undefined) {
    const values = leaves(doc, String(spec.localField).split('.')).flatMap((v) => (Array.isArray(v) ? v : [v ?? null]));
    pipeline.push({ $match: { [spec.foreignField]: values.length === 1 ? { $eq: values[0] } : { $in: values } } });
  }
  const vars = spec.let ? (evalExpr(doc as any, spec.let, o) as Doc) : {};
  return runSync({ ...ctx, hint: undefined, let: { ...ctx.let, ...vars } }, foreign, [...pipeline, ...(spec.pipeline ?? [])]);
}

// ---- $group -----------------------------------------------------------------------------------

interface Acc { add(v: any): void; value(): any }
const num = (v: any): number | undefined => (typeof v === 'number' ? v : v?._bsontype === 'Long' ? v.toNumber() : v?._bsontype === 'Decimal128' ? Number(v.toString()) : undefined);
const ACC: Record<string, () => Acc> = {
  $sum: () => { let s = 0; return { add: (v) => { s += num(v) ?? 0; }, value: () => s }; },
  $count: () => { let n = 0; return { add: () => { n++; }, value: () => n }; },
  $avg: () => { let s = 0, n = 0; return { add: (v) => { const x = num(v); if (x !== undefined) { s += x; n++; } }, value: () => (n ? s / n : null) }; },
  $min: () => { let m: any; return { add: (v) => { if (v != null && (m === undefined || compareValues(v, m) < 0)) m = v; }, value: () => m ?? null }; },
  $max: () => { let m: any; return { add: (v) => { if (v != null && (m === undefined || compareValues(v, m) > 0)) m = v; }, value: () => m ?? null }; },
  $first: () => { let f: any, got = false; return { add: (v) => { if (!got) { f = v; got = true; } }, value: () => f ?? null }; },
  $last: () => { let l: any; return { add: (v) => { l = v; }, value: () => l ?? null }; },
  $push: () => { const xs: any[] = []; return { add: (v) => { if (v !== undefined) xs.push(v); }, value: () => xs }; },
  $addToSet: () => { const m = new Map<string, any>(); return { add: (v) => { if (v !== undefined) { const k = keyOf(v).toString('latin1'); if (!m.has(k)) m.set(k, v); } }, value: () => [...m.values()] }; },
};

class Grouper {
  private readonly groups = new Map<string, { id: any; accs: Acc[] }>();
  private readonly fields: [string, string, any][];
  private readonly spec: Doc;
  private readonly options: any;
  static supports(spec: Doc): boolean { return isObj(spec) && '_id' in spec && Object.entries(spec).every(([k, v]) => k === '_id' || (isObj(v) && Object.keys(v).length === 1 && Object.keys(v)[0] in ACC)); }
  static make(spec: Doc, opts: any): Grouper | undefined {
    if (!isObj(spec) || !('_id' in spec)) throw new CommandError(15955, 'Location15955', 'a group specification must include an _id');
    return Grouper.supports(spec) ? new Grouper(spec, opts) : undefined;
  }
  constructor(spec: Doc, opts: any) {
    this.spec = spec;
    this.options = opts;
    this.fields = Object.entries(spec).filter(([k]) => k !== '_id').map(([k, v]) => { const [op, expr] = Object.entries(v as Doc)[0]; return [k, op, expr]; });
  }
  add(doc: Doc): void {
    const id = this.eval(doc, this.spec._id) ?? null;
    const key = keyOf(id).toString('latin1');
    let g = this.groups.get(key);
    if (!g) this.groups.set(key, (g = { id, accs: this.fields.map(([, op]) => ACC[op]()) }));
    for (let i = 0; i < this.fields.length; i++) g.accs[i].add(this.eval(doc, this.fields[i][2]));
  }
  private eval(doc: Doc, expr: any): any {
    if (expr === null || typeof expr === 'number' || typeof expr === 'boolean') return expr;
    if (typeof expr === 'string') { if (!expr.startsWith('$')) return expr; if (!expr.startsWith('$$') && !expr.includes('.')) return doc[expr.slice(1)]; }
    return evalExpr(doc as any, expr, this.options);
  }
  results(): Doc[] {
    return [...this.groups.values()].map((g) => { const d: Doc = { _id: g.id }; this.fields.forEach(([k], i) => { d[k] = g.accs[i].value(); }); return d; });
  }
}

// ---- $out and $merge --------------------------------------------------------------------------

export interface Output { stage: '$out' | '$merge'; db: string; coll: string; spec: Doc }
export function outputOf(pipeline: Doc[], db: string): Output | undefined {
  const last = pipeline[pipeline.length - 1] ?? {};
  if ('$out' in last) return typeof last.$out === 'string' ? { stage: '$out', db, coll: last.$out, spec: {} } : { stage: '$out', db: last.$out.db, coll: last.$out.coll, spec: {} };
  if ('$merge' in last) {
    const m = typeof last.$merge === 'string' ? { into: last.$merge } : last.$merge;
    return typeof m.into === 'string' ? { stage: '$merge', db, coll: m.into, spec: m } : { stage: '$merge', db: m.into.db, coll: m.into.coll, spec: m };
  }
  return undefined;
}

export { encode, equalValues };
