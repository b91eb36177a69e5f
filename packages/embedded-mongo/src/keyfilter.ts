/**
 * Tests a filter on index key bytes alone, so that entries that cannot match are passed over without
 * reading their documents. Three-valued: undefined means the document must be read.
 */
import { KeyWriter, typeRank, type Doc } from './bsonval.js';
import { asRegExp } from './mql.js';
import { isObj } from './paths.js';
import type { Index } from './storage.js';

type Tri = boolean | undefined;
type Test = (key: Buffer, at: Int32Array) => Tri;
const unknown: Test = () => undefined;
const kw = new KeyWriter();
const NAN = Buffer.from([0x0a, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0]);

/** The end of the component at `p`, or -1 when its type is not worth parsing. */
function componentEnd(k: Buffer, p: number, inverted: boolean): number {
  const rank = inverted ? ~k[p] & 0xff : k[p];
  switch (rank) {
    case 0x01: case 0x05: case 0x7f: return p + 1;
    case 0x0a: return p + 11;
    case 0x23: return p + 13;
    case 0x2d: case 0x2f: return p + 9;
    case 0x28: return p + 2;
    case 0x0f: {
      const zero = inverted ? 0xff : 0x00;
      for (let i = k.indexOf(zero, p + 1); i >= 0; i = k.indexOf(zero, i + 2)) if (k[i + 1] === zero) return i + 2;
      return -1;
    }
    default: return -1;
  }
}

export function keyFilter(filter: Doc, ix: Index): ((key: Buffer) => Tri) | undefined {
  if (ix.multikey) return undefined;
  const fields = new Map(ix.fields.map((f, i) => [f.path, { i, dir: f.dir }]));
  let useful = false;
  const encode = (v: any, dir: 1 | -1): Buffer => { kw.reset().component(v, dir); return kw.take(); };
  const scalar = (v: any): boolean => v !== undefined && !Array.isArray(v) && !isObj(v) && !asRegExp(v) && v?._bsontype !== 'Decimal128' && !Number.isNaN(v);

  const leaf = (path: string, op: string, v: any): Test => {
    const f = fields.get(path);
    if (!f) return unknown;
    const { i, dir } = f;
    if (op === '$not' && isObj(v)) { const t = condition(path, v); return (k, at) => { const r = t(k, at); return r === undefined ? undefined : !r; }; }
    if (op === '$nin' || op === '$in') {
      if (!Array.isArray(v) || !v.every(scalar)) return unknown;
      const tests = v.map((x) => leaf(path, '$eq', x));
      return op === '$in' ? any(tests) : negate(any(tests));
    }
    if (!scalar(v)) return unknown;
    useful = true;
    const e = encode(v, dir);
    const same: Test = (k, at) => { const end = at[i + 1]; return at[i] < 0 || end < 0 ? undefined : end - at[i] === e.length && k.compare(e, 0, e.length, at[i], end) === 0; };
    if (op === '$eq') return same;
    if (op === '$ne') return negate(same);
    const rank = encode(v, dir)[0];
    const nan = dir > 0 ? NAN : Buffer.from(NAN.map((b) => ~b));
    const cmp = (accept: (c: number) => boolean): Test => (k, at) => {
      const start = at[i], end = at[i + 1];
      if (start < 0 || end < 0) return undefined;
      if (k[start] !== rank) return false;
      if (typeRank(v) === 0x0a && k.compare(nan, 0, 11, start, end) === 0) return false;
      return accept(k.compare(e, 0, e.length, start, end) * dir);
    };
    switch (op) {
      case '$gt': return cmp((c) => c > 0);
      case '$gte': return cmp((c) => c >= 0);
      case '$lt': return cmp((c) => c < 0);
      case '$lte': return cmp((c) => c <= 0);
      default: return unknown;
    }
  };
  const negate = (t: Test): Test => (k, at) => { const r = t(k, at); return r === undefined ? undefined : !r; };
  const all = (ts: Test[]): Test => (k, at) => { let r: Tri = true; for (const t of ts) { const x = t(k, at); if (x === false) return false; if (x === undefined) r = undefined; } return r; };
  const any = (ts: Test[]): Test => (k, at) => { let r: Tri = false; for (const t of ts) { const x = t(k, at); if (x === true) return true; if (x === undefined) r = undefined; } return r; };
  const condition = (path: string, cond: any): Test => (isObj(cond) && Object.keys(cond).length > 0 && Object.keys(cond).every((k) => k.startsWith('$')) ? all(Object.entries(cond).map(([op, v]) => leaf(path, op, v))) : leaf(path, '$eq', cond));
  const compile = (q: Doc): Test => all(Object.entries(q).map(([k, v]) => {
    if (k === '$comment') return () => true;
    if ((k === '$and' || k === '$or' || k === '$nor') && Array.isArray(v)) { const ts = v.map(compile); return k === '$and' ? all(ts) : k === '$or' ? any(ts) : negate(any(ts)); }
    return k.startsWith('$') ? unknown : condition(k, v);
  }));

  const test = compile(filter);
  if (!useful) return undefined;
  const n = ix.fields.length;
  const at = new Int32Array(n + 1);
  return (key) => {
    let p = 4;
    for (let i = 0; i < n; i++) { at[i] = p; if (p >= 0) p = componentEnd(key, p, ix.fields[i].dir < 0); }
    at[n] = p;
    return test(key, at);
  };
}
