/**
 * Chooses how to read a collection: by _id, by one index, by one index per $or branch, or whole.
 *
 * Rules, in order: a hint wins; otherwise each index is scored by the fields it can bound (equality
 * on a prefix of its fields, then one range), by uniqueness, and by whether its order is the sort
 * order. Bounds may over-approximate: then `exact` is false and the filter is tested on each document.
 */
import { KeyWriter, typeRank, type Doc } from './bsonval.js';
import { badValue } from './errors.js';
import { asRegExp, type SortField } from './mql.js';
import { isObj } from './paths.js';
import { after, type Collection, type Index, type Range } from './storage.js';

export interface Plan {
  source: 'docs' | 'index';
  index?: Index;
  ranges: Range[];
  reverse: boolean;
  /** Every entry read matches the filter, and no document is read twice. */
  exact: boolean;
  /** Entries come in the requested order. */
  sorted: boolean;
  branches?: Plan[];
}

interface End { bytes: Buffer; strict: boolean }
interface Bounds { rank: number; low?: End; high?: End; prefix?: Buffer; uses: number }
interface FieldPreds {
  /** Alternatives of one equality or `$in`. */
  eq?: any[];
  range?: Bounds;
  exists: boolean;
}

const MAX_RANGES = 1024;
const FF = Buffer.from([0xff]);
const kw = new KeyWriter();
const enc = (v: any): Buffer => { kw.reset().value(v); return kw.take(); };
const not = (b: Buffer): Buffer => { const o = Buffer.from(b); for (let i = 0; i < o.length; i++) o[i] = ~o[i]; return o; };

const keyable = (v: any): boolean => v !== undefined && !Array.isArray(v) && !asRegExp(v) && !(v?._bsontype === 'Decimal128');

function prefixOf(re: RegExp): { prefix: string; exact: boolean } | undefined {
  if (re.flags !== '' || !re.source.startsWith('^')) return undefined;
  const m = /^\^([\w\s\-_:/@,;<>="'!#%&~]*)(.*)$/su.exec(re.source);
  if (!m) return undefined;
  let [, lit, rest] = m;
  if (/^[*?{]/.test(rest)) lit = lit.slice(0, -1);
  if (rest.includes('|') || lit === '') return undefined;
  return { prefix: lit, exact: rest === '' || rest === '.*' };
}

interface Analysis { fields: Map<string, FieldPreds>; conjuncts: number; or?: Doc[] }

/** The filter's top-level conjuncts, as bounds per field; what cannot be a bound is only counted. */
function analyze(filter: Doc): Analysis {
  const a: Analysis = { fields: new Map(), conjuncts: 0 };
  const field = (path: string): FieldPreds => { let f = a.fields.get(path); if (!f) a.fields.set(path, (f = { exists: false })); return f; };
  const bound = (f: FieldPreds, op: string, v: any): void => {
    const rank = typeRank(v);
    const b = (f.range ??= { rank, uses: 0 });
    const side = op[1] === 'g' ? 'low' : 'high';
    if (b.rank !== rank || b.prefix || b[side]) return;
    b[side] = { bytes: enc(v), strict: op.length === 3 };
    b.uses++;
    f.exists = true;
  };
  const visit = (q: Doc): void => {
    for (const [path, cond] of Object.entries(q)) {
      if (path === '$and' && Array.isArray(cond)) { for (const c of cond) visit(c); continue; }
      if (path === '$comment') continue;
      if (path === '$or' && Array.isArray(cond)) { a.conjuncts++; a.or ??= cond; continue; }
      if (path.startsWith('$')) { a.conjuncts++; continue; }
      const isOps = isObj(cond) && Object.keys(cond).length > 0 && Object.keys(cond).every((k) => k.startsWith('$'));
      for (const [op, v] of isOps ? Object.entries(cond) : [[asRegExp(cond) ? '$regex' : '$eq', cond] as const]) {
        a.conjuncts++;
        const f = field(path);
        if (op === '$eq' || op === '$in') {
          const values = op === '$eq' ? [v] : v;
          if (f.eq || !Array.isArray(values) || !values.every(keyable)) continue;
          f.eq = values;
          if (values.every((x) => x !== null)) f.exists = true;
        } else if (op === '$gt' || op === '$gte' || op === '$lt' || op === '$lte') {
          if (keyable(v) && v !== null && !isObj(v) && !Number.isNaN(v)) bound(f, op, v);
        } else if (op === '$regex') {
          const p = asRegExp(v) && !(isOps && '$options' in cond) ? prefixOf(asRegExp(v)!) : undefined;
          if (!p || f.range) continue;
          f.range = { rank: 0x0f, prefix: Buffer.concat([Buffer.from([0x0f]), Buffer.from(p.prefix)]), uses: p.exact ? 1 : 0 };
          f.exists = true;
        } else if (op === '$exists' && v) f.exists = true;
      }
    }
  };
  visit(filter);
  return a;
}

/** [start, end) of one index component. Descending components hold inverted bytes. */
function interval(b: Bounds, dir: 1 | -1): [Buffer, Buffer] {
  if (b.prefix) { const p = dir > 0 ? b.prefix : not(b.prefix); return [p, after(p)]; }
  const tail = (e: Buffer, beyond: boolean): Buffer => (beyond ? Buffer.concat([e, FF]) : e);
  if (dir > 0) {
    // NaN sorts below every number but lies in no range
    const floor = b.rank === 0x0a ? Buffer.from([b.rank, 0, 0, 0, 0, 0, 0, 0, 0, 0xff]) : Buffer.from([b.rank]);
    return [b.low ? tail(b.low.bytes, b.low.strict) : floor, b.high ? tail(b.high.bytes, !b.high.strict) : Buffer.from([b.rank + 1])];
  }
  const top = b.rank === 0x0a ? not(Buffer.from([b.rank, 0, 0, 0, 0, 0, 0, 0, 0, 0xff])) : Buffer.from([(~b.rank & 0xff) + 1]);
  return [b.high ? tail(not(b.high.bytes), b.high.strict) : Buffer.from([~b.rank & 0xff]), b.low ? tail(not(b.low.bytes), !b.low.strict) : top];
}

function implied(partial: Doc, fields: Map<string, FieldPreds>, filter: Doc): boolean {
  return Object.entries(partial).every(([path, cond]) => {
    const f = fields.get(path);
    if (!f) return false;
    if (isObj(cond) && '$exists' in cond && cond.$exists && Object.keys(cond).length === 1) return f.exists;
    if (isObj(cond) && '$type' in cond && cond.$type === 'string') return (f.eq?.every((v) => typeof v === 'string') || f.range?.rank === 0x0f) ?? false;
    if (isObj(cond) && Object.keys(cond).some((k) => k.startsWith('$'))) return JSON.stringify(filter[path]) === JSON.stringify(cond);
    return f.eq !== undefined && f.eq.length === 1 && enc(f.eq[0]).equals(enc(cond));
  });
}

function planFor(ix: { fields: { path: string; dir: 1 | -1 }[]; prefix: Buffer; multikey?: boolean; unique?: boolean }, a: Analysis, sort: SortField[], isId: boolean): { plan: Plan; score: number } {
  let prefixes: Buffer[] = [ix.prefix];
  let used = 0, score = 0, i = 0, single = true;
  const fixed = new Set<string>();
  for (; i < ix.fields.length; i++) {
    const { path, dir } = ix.fields[i];
    const f = a.fields.get(path);
    if (!f?.eq || prefixes.length * f.eq.length > MAX_RANGES) break;
    const keys = [...new Map(f.eq.map((v) => { const e = enc(v); return [e.toString('latin1'), e] as const; })).values()].sort(Buffer.compare).map((e) => (dir < 0 ? not(e) : e));
    if (dir < 0) keys.reverse();
    prefixes = prefixes.flatMap((p) => keys.map((k) => Buffer.concat([p, k])));
    if (keys.length > 1) single = false; else fixed.add(path);
    used++;
    score += 10;
  }
  const fullEq = i === ix.fields.length;
  let ranges: Range[];
  const f = i < ix.fields.length ? a.fields.get(ix.fields[i].path) : undefined;
  let exact = !ix.multikey;
  if (f?.range && !f.eq) {
    // on a multikey index two bounds may be met by two elements: use only one of them
    const b = ix.multikey && f.range.low ? { ...f.range, high: undefined } : f.range;
    const [lo, hi] = interval(b, ix.fields[i].dir);
    ranges = prefixes.map((p) => ({ start: Buffer.concat([p, lo]), end: Buffer.concat([p, hi]) }));
    used += f.range.uses;
    score += 5;
  } else ranges = prefixes.map((p) => ({ start: p, end: after(p) }));
  if (fullEq && ix.unique) score += 50;
  if (isId && score > 0) score += 20;
  exact = exact && used === a.conjuncts;

  // order: after fields fixed by equality, the index fields must follow the sort, all forward or all backward
  let sorted = false, reverse = false;
  const want = ix.multikey ? sort : sort.filter((s) => !fixed.has(s.path));
  if (want.length === 0) sorted = true;
  else if (!ix.multikey && single) {
    const have = ix.fields.filter((x) => !fixed.has(x.path));
    if (want.length <= have.length && want.every((s, k) => s.path === have[k].path)) {
      const flips = want.map((s, k) => s.dir !== have[k].dir);
      if (flips.every((x) => x === flips[0])) { sorted = true; reverse = flips[0]; }
    }
  }
  if (sorted && sort.length) score += 6;
  return { plan: { source: isId ? 'docs' : 'index', index: isId ? undefined : (ix as Index), ranges: reverse ? ranges.reverse() : ranges, reverse, exact, sorted }, score };
}

export interface PlanOptions { hint?: any; collation?: Doc; singleRecord?: boolean }

export function plan(coll: Collection, filter: Doc, sort: SortField[], options: PlanOptions = {}): Plan {
  const all = (): Range => ({ start: coll.prefix, end: after(coll.prefix) });
  const idFields = { fields: [{ path: '_id', dir: 1 as const }], prefix: coll.prefix, unique: true };
  const a: Analysis = options.collation && options.collation.locale !== 'simple' ? { fields: new Map(), conjuncts: 99 } : analyze(filter);
  const { hint } = options;
  if (isObj(hint) && '$natural' in hint) return { source: 'docs', ranges: [all()], reverse: Number(hint.$natural) < 0, exact: a.conjuncts === 0, sorted: sort.length === 0 };
  if (hint !== undefined && hint !== null && !(isObj(hint) && Object.keys(hint).length === 0)) {
    const isId = hint === '_id_' || (isObj(hint) && Object.keys(hint).join() === '_id');
    const ix = isId ? undefined : coll.indexes.find((x) => (typeof hint === 'string' ? x.name === hint : JSON.stringify(Object.entries(x.key)) === JSON.stringify(Object.entries(hint))));
    if (!isId && !ix) throw badValue('error processing query: planner returned error: hint provided does not correspond to an existing index');
    return planFor(ix ?? idFields, a, sort, isId).plan;
  }

  let best = { plan: { source: 'docs', ranges: [all()], reverse: false, exact: a.conjuncts === 0, sorted: sort.length === 0 } as Plan, score: 0 };
  const consider = (c: { plan: Plan; score: number }): void => { if (c.score > best.score) best = c; };
  consider(planFor(idFields, a, sort, true));
  for (const ix of coll.indexes) {
    if (ix.hidden) continue;
    if (ix.sparse && !ix.fields.some((f) => a.fields.get(f.path)?.exists)) continue;
    if (ix.partialFilterExpression && !implied(ix.partialFilterExpression, a.fields, filter)) continue;
    const c = planFor(ix, a, sort, false);
    if (ix.partialFilterExpression || ix.sparse) c.plan.exact = c.plan.exact && !ix.partialFilterExpression;
    consider(c);
  }
  if (best.score < 10 && a.or && a.or.length <= 32) {
    const branches = a.or.map((q) => plan(coll, q, [], {}));
    if (branches.every((b) => b.ranges.length && !(b.source === 'docs' && b.ranges[0].start.length === 4))) return { source: 'docs', ranges: [], reverse: false, exact: false, sorted: sort.length === 0, branches };
  }
  return best.plan;
}

export function explainPlan(p: Plan): Doc {
  if (p.branches) return { stage: 'OR', inputStages: p.branches.map(explainPlan) };
  if (p.source === 'index') return { stage: 'IXSCAN', indexName: p.index!.name, keyPattern: p.index!.key, isMultiKey: !!p.index!.multikey, direction: p.reverse ? 'backward' : 'forward', ranges: p.ranges.length, covered: p.exact };
  return p.ranges.length === 1 && p.ranges[0].start.length === 4 ? { stage: 'COLLSCAN', direction: p.reverse ? 'backward' : 'forward' } : { stage: 'IDHACK', ranges: p.ranges.length };
}
