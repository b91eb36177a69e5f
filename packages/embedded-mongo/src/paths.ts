/** Dotted-path traversal with MongoDB's implicit array rules, for matching and for index keys. */
import { typeRank, type Doc } from './bsonval.js';
import { CommandError } from './errors.js';

const OBJ = 0x14;
export const isObj = (v: any): v is Doc => v !== null && typeof v === 'object' && typeRank(v) === OBJ;
const isIndex = (s: string): boolean => /^\d+$/.test(s);
const own = (o: any, k: string): any => (Object.prototype.hasOwnProperty.call(o, k) ? o[k] : undefined);

/** The values a filter on `parts` compares with; an array at the leaf is returned whole. */
export function leaves(root: any, parts: readonly string[]): any[] {
  const out: any[] = [];
  walk(root, parts, 0, out);
  return out;
}

function walk(v: any, parts: readonly string[], i: number, out: any[]): void {
  for (; i < parts.length; i++) {
    if (Array.isArray(v)) {
      if (isIndex(parts[i]) && Number(parts[i]) < v.length) walk(v[Number(parts[i])], parts, i + 1, out);
      for (const e of v) if (isObj(e)) walk(e, parts, i, out);
      return;
    }
    if (!isObj(v)) { out.push(undefined); return; }
    v = own(v, parts[i]);
  }
  out.push(v);
}

/** True when some compared value, or some element of a compared array, satisfies `test`. */
export function anyLeaf(root: any, parts: readonly string[], test: (v: any) => boolean): boolean {
  for (const v of leaves(root, parts)) {
    if (test(v)) return true;
    if (Array.isArray(v)) for (const e of v) if (test(e)) return true;
  }
  return false;
}

interface Pending { root: any; parts: readonly string[]; at: number; inArray: boolean }

/** All index key tuples of a document, and whether an array was expanded to make them. */
export function indexTuples(doc: Doc, paths: readonly (readonly string[])[]): { tuples: any[][]; multikey: boolean } {
  const tuples: any[][] = [];
  let multikey = false;
  const expand = (fields: Pending[]): void => {
    let array: any[] | undefined;
    for (const f of fields) {
      while (true) {
        if (Array.isArray(f.root)) {
          if (f.at < f.parts.length && isIndex(f.parts[f.at]) && Number(f.parts[f.at]) < f.root.length) { f.root = f.root[Number(f.parts[f.at++])]; f.inArray = false; continue; }
          if (f.inArray) { if (f.at < f.parts.length) f.root = undefined; f.at = f.parts.length; break; }
          if (array !== undefined && array !== f.root) throw new CommandError(171, 'CannotIndexParallelArrays', `cannot index parallel arrays [${f.parts.join('.')}]`);
          array = f.root;
          break;
        }
        if (f.at === f.parts.length) break;
        if (!isObj(f.root)) { f.root = undefined; f.at = f.parts.length; break; }
        f.root = own(f.root, f.parts[f.at++]);
        f.inArray = false;
      }
    }
    if (array === undefined) { tuples.push(fields.map((f) => f.root)); return; }
    multikey = true;
    for (const e of array.length ? array : [undefined]) expand(fields.map((f) => (f.root === array ? { ...f, root: e, inArray: true } : { ...f })));
  };
  expand(paths.map((parts) => ({ root: doc, parts, at: 0, inArray: false })));
  return { tuples, multikey };
}

export function getPath(doc: any, parts: readonly string[]): any {
  let v = doc;
  for (const p of parts) { if (v === null || typeof v !== 'object') return undefined; v = own(v, p); }
  return v;
}

export function setPath(doc: Doc, parts: readonly string[], value: any): void {
  let o: any = doc;
  for (let i = 0; i < parts.length - 1; i++) { if (!isObj(own(o, parts[i]))) o[parts[i]] = {}; o = o[parts[i]]; }
  o[parts[parts.length - 1]] = value;
}
