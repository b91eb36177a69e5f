/**
 * MongoDB's query language: mingo's operators, with the ones that compare values replaced by
 * versions that know BSON types, BSON order and BSON path rules.
 */
import { ObjectId } from 'bson';
import { Aggregator } from 'mingo/aggregator';
import { Context, evalExpr } from 'mingo/core';
import * as accumulatorOps from 'mingo/operators/accumulator';
import * as expressionOps from 'mingo/operators/expression';
import * as pipelineOps from 'mingo/operators/pipeline';
import * as projectionOps from 'mingo/operators/projection';
import * as queryOps from 'mingo/operators/query';
import * as windowOps from 'mingo/operators/window';
import { Query } from 'mingo/query';
import { compareValues, equalValues, keyOf, KeyWriter, typeRank, type Doc, type StringCompare } from './bsonval.js';
import { badValue, CommandError } from './errors.js';
import { anyLeaf, isObj, leaves } from './paths.js';

export interface QueryOptions { collation?: Doc; let?: Doc }

const STRENGTH: Record<number, Intl.CollatorOptions['sensitivity']> = { 1: 'base', 2: 'accent', 3: 'variant' };

export function collator(spec: Doc | undefined): StringCompare | undefined {
  if (!spec || !spec.locale || spec.locale === 'simple') return undefined;
  let sensitivity = STRENGTH[spec.strength ?? 3] ?? 'variant';
  if (spec.caseLevel) sensitivity = sensitivity === 'base' ? 'case' : 'variant';
  try {
    const c = new Intl.Collator(String(spec.locale).replace('_', '-'), { sensitivity, numeric: !!spec.numericOrdering, caseFirst: spec.caseFirst === 'upper' || spec.caseFirst === 'lower' ? spec.caseFirst : 'false', ignorePunctuation: spec.alternate === 'shifted' });
    return (a, b) => c.compare(a, b);
  } catch { throw badValue(`Field 'locale' is invalid in: ${JSON.stringify(spec)}`); }
}

type Predicate = (v: any) => boolean;
type QueryOp = (selector: string, value: any, options: any) => (doc: any) => boolean;

const scOf = (options: any): StringCompare | undefined => collator(options?.collation);
const cleanRegExp = (r: RegExp): RegExp => (r.flags.includes('g') ? new RegExp(r.source, r.flags.replace('g', r.flags.includes('s') ? '' : 's')) : r);
export const asRegExp = (v: any): RegExp | undefined => (v instanceof RegExp ? cleanRegExp(v) : v?._bsontype === 'BSONRegExp' ? new RegExp(v.pattern, v.options.replace(/[^imsu]/g, '')) : undefined);

function equals(value: any, sc?: StringCompare): Predicate {
  const re = asRegExp(value);
  if (re) return (v) => (typeof v === 'string' ? re.test(v) : equalValues(v, value));
  if (typeof value === 'string' && !sc) return (v) => v === value;
  return (v) => equalValues(v, value, sc);
}

function memberOf(values: any[], sc?: StringCompare): Predicate {
  if (!Array.isArray(values)) throw badValue('$in needs an array');
  if (values.some((v) => isObj(v) && Object.keys(v)[0]?.startsWith('$'))) throw badValue('cannot nest $ under $in');
  if (values.length <= 8 || sc || values.some((v) => asRegExp(v))) { const tests = values.map((v) => equals(v, sc)); return (v) => tests.some((t) => t(v)); }
  const set = new Set(values.map((v) => keyOf(v).toString('latin1')));
  return (v) => set.has(keyOf(v).toString('latin1'));
}

const leafOp = (make: (value: any, sc?: StringCompare) => Predicate, negate = false): QueryOp => (selector, value, options) => {
  const parts = selector.split('.');
  const test = make(value, scOf(options));
  return negate ? (doc) => !anyLeaf(doc, parts, test) : (doc) => anyLeaf(doc, parts, test);
};

const isNaNValue = (v: any): boolean => typeof v === 'number' && Number.isNaN(v);
const ordered = (accept: (c: number) => boolean) => (value: any, sc?: StringCompare): Predicate => {
  const rank = typeRank(value);
  return (v) => typeRank(v) === rank && (isNaNValue(v) || isNaNValue(value) ? accept(0) && isNaNValue(v) && isNaNValue(value) : accept(compareValues(v, value, sc)));
};

const TYPES: Record<string | number, (v: any) => boolean> = {
  double: (v) => typeof v === 'number' && !(Number.isInteger(v) && Math.abs(v) < 2 ** 31), string: (v) => typeof v === 'string', object: isObj, array: Array.isArray,
  binData: (v) => typeRank(v) === 0x1e, undefined: () => false, objectId: (v) => v?._bsontype === 'ObjectId', bool: (v) => typeof v === 'boolean', date: (v) => v instanceof Date,
  null: (v) => v === null, regex: (v) => asRegExp(v) !== undefined, int: (v) => Number.isInteger(v) && v >= -(2 ** 31) && v < 2 ** 31, timestamp: (v) => v?._bsontype === 'Timestamp',
  long: (v) => v?._bsontype === 'Long' || (Number.isInteger(v) && Math.abs(v) >= 2 ** 31), decimal: (v) => v?._bsontype === 'Decimal128', number: (v) => typeRank(v) === 0x0a,
  minKey: (v) => v?._bsontype === 'MinKey', maxKey: (v) => v?._bsontype === 'MaxKey', javascript: (v) => v?._bsontype === 'Code', symbol: () => false,
};
const TYPE_CODES: Record<number, string> = { 1: 'double', 2: 'string', 3: 'object', 4: 'array', 5: 'binData', 6: 'undefined', 7: 'objectId', 8: 'bool', 9: 'date', 10: 'null', 11: 'regex', 13: 'javascript', 14: 'symbol', 16: 'int', 17: 'timestamp', 18: 'long', 19: 'decimal', [-1]: 'minKey', 127: 'maxKey' };

function typeTest(spec: any): Predicate {
  const tests = (Array.isArray(spec) ? spec : [spec]).map((t) => {
    const f = TYPES[typeof t === 'number' ? TYPE_CODES[t] : t];
    if (!f) throw badValue(`Unknown type name alias: ${String(t)}`);
    return f;
  });
  return (v) => tests.some((f) => f(v));
}

const QUERY: Record<string, QueryOp> = {
  $eq: leafOp((value, sc) => (asRegExp(value) ? (v) => equalValues(v, value) : equals(value, sc))),
  $ne: leafOp((value, sc) => (v) => equalValues(v, value, sc), true),
  $gt: leafOp(ordered((c) => c > 0)),
  $gte: leafOp(ordered((c) => c >= 0)),
  $lt: leafOp(ordered((c) => c < 0)),
  $lte: leafOp(ordered((c) => c <= 0)),
  $in: leafOp(memberOf),
  $nin: leafOp(memberOf, true),
  $type: leafOp(typeTest),
  $regex: leafOp((value) => { const re = asRegExp(value)!; return (v) => typeof v === 'string' && re.test(v); }),
  $exists: (selector, value) => { const parts = selector.split('.'); const want = !!value; return (doc) => leaves(doc, parts).some((v) => v !== undefined) === want; },
  $size: (selector, value) => { const parts = selector.split('.'); return (doc) => leaves(doc, parts).some((v) => Array.isArray(v) && v.length === value); },
  $all: (selector, value, options) => {
    if (!Array.isArray(value)) throw badValue('$all needs an array');
    const parts = selector.split('.');
    const sc = scOf(options);
    const tests = value.map((v) => (isObj(v) && '$elemMatch' in v ? ((q) => (doc: any) => q(doc))((queryOps as any).$elemMatch(selector, v.$elemMatch, options)) : ((t) => (doc: any) => anyLeaf(doc, parts, t))(equals(v, sc))));
    return (doc) => tests.length > 0 && tests.every((t) => t(doc));
  },
  $comment: () => () => true,
};

const aggCompare = (a: any, b: any): number => (a === undefined || b === undefined ? Number(a !== undefined) - Number(b !== undefined) : compareValues(a, b));
const cmpExpr = (f: (c: number) => any) => (doc: any, expr: any, options: any): any => {
  const args = evalExpr(doc, expr, options) as any[];
  if (!Array.isArray(args) || args.length !== 2) throw new CommandError(16020, 'Location16020', 'Expression takes exactly 2 arguments');
  return f(aggCompare(args[0], args[1]));
};

const EXPRESSION: Record<string, any> = {
  $eq: cmpExpr((c) => c === 0), $ne: cmpExpr((c) => c !== 0), $gt: cmpExpr((c) => c > 0), $gte: cmpExpr((c) => c >= 0), $lt: cmpExpr((c) => c < 0), $lte: cmpExpr((c) => c <= 0), $cmp: cmpExpr((c) => Math.sign(c)),
  $toObjectId: (doc: any, expr: any, options: any) => { const v = evalExpr(doc, expr, options); return v === null || v === undefined ? null : new ObjectId(v as any); },
  $toString: (doc: any, expr: any, options: any) => { const v = evalExpr(doc, expr, options) as any; return v?._bsontype === 'ObjectId' || v?._bsontype === 'Long' || v?._bsontype === 'Decimal128' ? v.toString() : (expressionOps as any).$toString(doc, expr, options); },
  $in: (doc: any, expr: any, options: any) => { const [v, list] = evalExpr(doc, expr, options) as any[]; if (!Array.isArray(list)) throw new CommandError(40081, 'Location40081', '$in requires an array as a second argument'); return list.some((e) => equalValues(e, v)); },
};

// the operators that run caller's code; mingo's own $setWindowFields needs scriptEnabled
const refuse = (name: string) => () => { throw new CommandError(2, 'BadValue', `${name} is not supported by the embedded server`); };
const TABLES = {
  accumulator: accumulatorOps as any,
  expression: { ...(expressionOps as any), ...EXPRESSION },
  pipeline: pipelineOps as any,
  projection: projectionOps as any,
  query: { ...(queryOps as any), ...QUERY, $where: refuse('$where') },
  window: windowOps as any,
};
const CONTEXT = Context.init(TABLES);

/** mingo's compiled form of options, which it hands to operators but does not export. Building one copies every operator table, so it is done once. */
export interface Compiled { update(locals: Doc): Compiled; options: any }
function capture(options: Doc): Compiled {
  let got: Compiled | undefined;
  const context = Context.init({ pipeline: { $capture: (docs: any, _: any, o: any) => { got = o; return docs; } } as any });
  new Aggregator([{ $capture: {} }] as any, { context, ...options } as any).run([]);
  return got!;
}
const CompiledOptions = capture({}).constructor as unknown as { init(o: any): Compiled };
const BASE = CompiledOptions.init({ context: CONTEXT, scriptEnabled: true });

export function mingoOptions(o: QueryOptions & { pipeline?: Doc; collectionResolver?: (n: string) => Doc[] } = {}): any {
  if (!o.collation && !o.let && !o.pipeline && !o.collectionResolver) return CompiledOptions.init(BASE);
  return CompiledOptions.init({
    context: o.pipeline ? Context.init({ ...TABLES, pipeline: { ...TABLES.pipeline, ...o.pipeline } }) : CONTEXT,
    scriptEnabled: true, collation: o.collation, variables: o.let, collectionResolver: o.collectionResolver,
  });
}

/** The values of a command's `let`, which are expressions. */
export const letValues = (vars: Doc | undefined): Doc | undefined => (vars ? (evalExpr({}, vars, mingoOptions()) as Doc) : undefined);

const always = (): boolean => true;

export function compileFilter(filter: Doc, options: QueryOptions = {}): (doc: Doc) => boolean {
  if (!isObj(filter)) throw new CommandError(14, 'TypeMismatch', 'filter must be an object');
  if (Object.keys(filter).length === 0) return always;
  const q = new Query(filter, mingoOptions(options));
  return (doc) => q.test(doc);
}

// ---- sorting --------------------------------------------------------------------------------

export interface SortField { parts: string[]; path: string; dir: 1 | -1 }

export function parseSort(sort: any): SortField[] {
  if (sort === undefined || sort === null) return [];
  return Object.entries(sort as Doc).map(([path, d]) => {
    if (isObj(d)) throw new CommandError(31138, 'Location31138', `Illegal $meta sort: ${JSON.stringify(d)}`);
    const n = Number(d);
    if (n !== 1 && n !== -1) throw badValue(`Illegal key in $sort specification: ${path}: ${String(d)}`);
    return { path, parts: path.split('.'), dir: n as 1 | -1 };
  });
}

const kw = new KeyWriter();

/** A value of `doc` to sort by: the least (or greatest) of the path's values. */
function sortValue(doc: Doc, f: SortField, sc?: StringCompare): any {
  let best: any;
  let first = true;
  const consider = (v: any): void => { if (first || compareValues(v, best, sc) * f.dir < 0) { best = v; first = false; } };
  for (const v of leaves(doc, f.parts)) if (Array.isArray(v) && v.length) v.forEach(consider); else consider(Array.isArray(v) ? undefined : v);
  return best;
}

export function sorter(fields: SortField[], collation?: Doc): { key: (doc: Doc) => any; compare: (a: any, b: any) => number } {
  const sc = collator(collation);
  if (sc) return { key: (doc) => fields.map((f) => sortValue(doc, f, sc)), compare: (a, b) => { for (let i = 0; i < fields.length; i++) { const c = compareValues(a[i], b[i], sc); if (c) return c * fields[i].dir; } return 0; } };
  return { key: (doc) => { kw.reset(); for (const f of fields) kw.component(sortValue(doc, f), f.dir); return kw.take(); }, compare: Buffer.compare };
}
