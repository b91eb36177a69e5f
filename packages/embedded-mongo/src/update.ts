/** Applies MongoDB updates: operator updates and pipelines through mingo, replacements and upserts here. */
import { Long, ObjectId, Timestamp } from 'bson';
import { Aggregator } from 'mingo/aggregator';
import * as updateOps from 'mingo/operators/update';
import { equalValues, type Doc } from './bsonval.js';
import { CommandError, failedToParse, immutableField } from './errors.js';
import { asRegExp, letValues, mingoOptions } from './mql.js';
import { getPath, isObj, setPath } from './paths.js';

export interface UpdateSpec { update: any; filter: Doc; arrayFilters?: Doc[]; let?: Doc; constants?: Doc; collation?: Doc }

export const isOperatorUpdate = (u: any): boolean => isObj(u) && Object.keys(u)[0]?.startsWith('$') === true;
export const isReplacement = (u: any): boolean => !Array.isArray(u) && !isOperatorUpdate(u);

const OPERATORS = new Set(['$set', '$unset', '$inc', '$mul', '$min', '$max', '$push', '$addToSet', '$pull', '$pullAll', '$pop', '$rename', '$currentDate', '$bit', '$setOnInsert']);

export function checkUpdate(u: any, multi: boolean): void {
  if (Array.isArray(u)) {
    for (const s of u) if (!isObj(s) || !['$set', '$addFields', '$unset', '$project', '$replaceRoot', '$replaceWith'].includes(Object.keys(s)[0])) throw new CommandError(40324, 'Location40324', `Unrecognized pipeline stage name: '${isObj(s) ? Object.keys(s)[0] : s}'`);
    return;
  }
  if (!isObj(u)) throw failedToParse('Update argument must be either an object or an array');
  if (isReplacement(u)) {
    if (multi) throw failedToParse('multi update is not supported for replacement-style update');
    return;
  }
  for (const [op, args] of Object.entries(u)) {
    if (!OPERATORS.has(op)) throw failedToParse(op.startsWith('$') ? `Unknown modifier: ${op}. Expected a valid update modifier or pipeline-style update specified as an array` : `The update document mixes operators and fields: ${op}`);
    if (!isObj(args)) throw failedToParse(`Modifiers operate on fields but we found type ${typeof args} instead. For example: {$mod: {<field>: ...}} not {${op}: ${JSON.stringify(args)}}`);
    for (const path of Object.keys(args)) if (path === '' || path.startsWith('.') || path.endsWith('.') || path.includes('..')) throw new CommandError(56, 'EmptyFieldName', `The update path '${path}' contains an empty field name, which is not allowed.`);
  }
  checkConflicts(u);
}

function checkConflicts(u: Doc): void {
  const paths = Object.entries(u).flatMap(([op, args]) => (op === '$rename' ? Object.entries(args as Doc).flatMap(([a, b]) => [a, String(b)]) : Object.keys(args as Doc))).sort();
  for (let i = 1; i < paths.length; i++) if (paths[i] === paths[i - 1] || paths[i].startsWith(`${paths[i - 1]}.`)) throw new CommandError(40, 'ConflictingUpdateOperators', `Updating the path '${paths[i]}' would create a conflict at '${paths[i - 1]}'`);
}

/** The document after the update; `before` may be modified. `inserting` applies $setOnInsert. */
export function applyUpdate(before: Doc, spec: UpdateSpec, inserting = false): Doc {
  const { update } = spec;
  const id = before._id;
  let after: Doc;
  if (isReplacement(update)) {
    if ('_id' in update && id !== undefined && !equalValues(update._id, id)) throw immutableField(`After applying the update, the (immutable) field '_id' was found to have been altered to _id: ${String(update._id)}`);
    const { _id: given, ...rest } = update;
    after = id !== undefined ? { _id: id, ...rest } : given !== undefined ? { _id: given, ...rest } : { ...rest };
  } else if (Array.isArray(update)) {
    const hadId = '_id' in before;
    const vars = { ...spec.let, ...letValues(spec.constants) };
    after = new Aggregator(update as any, mingoOptions({ collation: spec.collation, let: vars })).run([before] as any)[0] as Doc;
    if (hadId && !('_id' in after)) after = { _id: id, ...after };
  } else {
    const ops: Doc = {};
    let newId: { value: any } | undefined;
    for (const [op, args] of Object.entries(update as Doc)) {
      if (op === '$setOnInsert' && !inserting) continue;
      const target = op === '$setOnInsert' ? '$set' : op;
      for (const [path, v] of Object.entries(args as Doc)) {
        if (path === '_id') {
          if (target !== '$set' || (id !== undefined && !equalValues(id, v))) throw immutableField(`Performing an update on the path '_id' would modify the immutable field '_id'`);
          newId = { value: v };
          continue;
        }
        if (target === '$currentDate' && isObj(v) && v.$type === 'timestamp') { (ops.$set ??= {})[path] = new Timestamp({ t: Math.floor(Date.now() / 1000), i: 1 }); continue; }
        (ops[target] ??= {})[path] = v;
      }
    }
    checkArrayFilters(spec.arrayFilters, ops);
    checkTargets(before, ops);
    // mingo ignores $slice, $sort and $position when the array does not exist yet
    for (const path of Object.keys(ops.$push ?? {})) if (!path.includes('$') && getPath(before, path.split('.')) === undefined && isObj(ops.$push[path]) && '$each' in ops.$push[path] && canCreate(before, path)) setPath(before, path.split('.'), []);
    const options = mingoOptions({ collation: spec.collation, let: spec.let }).update({ condition: positionalCondition(spec, ops), updateConfig: { cloneMode: 'deep' } });
    for (const [op, args] of Object.entries(ops)) (updateOps as any)[op](args, spec.arrayFilters ?? [], options)(before);
    after = before;
    if (newId) after = { _id: newId.value, ...after };
  }
  if (id !== undefined && !equalValues(after._id, id)) throw immutableField(`Performing an update on the path '_id' would modify the immutable field '_id'`);
  return after;
}

const canCreate = (doc: Doc, path: string): boolean => { const parts = path.split('.'); for (let i = 1; i < parts.length; i++) { const v = getPath(doc, parts.slice(0, i)); if (v !== undefined && !isObj(v)) return false; } return true; };

/** mingo needs the filter only to resolve the `$` operator. */
function positionalCondition(spec: UpdateSpec, ops: Doc): Doc {
  const usesDollar = Object.values(ops).some((a) => Object.keys(a as Doc).some((p) => /\.\$(\.|$)/.test(p)));
  if (!usesDollar) return {};
  const flat: Doc = {};
  const visit = (f: Doc): void => { for (const [k, v] of Object.entries(f)) { if (k === '$and') for (const c of v) visit(c); else if (!k.startsWith('$')) flat[k] = v; } };
  visit(spec.filter);
  return flat;
}

const NEEDS_ARRAY = new Set(['$push', '$addToSet', '$pull', '$pullAll', '$pop']);
const CREATES = new Set(['$set', '$inc', '$mul', '$min', '$max', '$push', '$addToSet', '$bit', '$currentDate']);
const isNumeric = (v: any): boolean => typeof v === 'number' || v?._bsontype === 'Long';

/** Type errors MongoDB reports and mingo passes over in silence. Positional paths are left to mingo. */
function checkTargets(doc: Doc, ops: Doc): void {
  for (const [op, args] of Object.entries(ops)) for (const [path, v] of Object.entries(args as Doc)) {
    const numeric = op === '$inc' || op === '$mul';
    if (numeric && !isNumeric(v)) throw new CommandError(14, 'TypeMismatch', v?._bsontype === 'Decimal128' ? `${op} with Decimal128 is not supported by the embedded server` : `Cannot ${op === '$inc' ? 'increment' : 'multiply'} with non-numeric argument: {${path}: ${JSON.stringify(v)}}`);
    if (path.includes('$')) continue;
    const parts = path.split('.');
    if (CREATES.has(op)) for (let i = 1; i < parts.length; i++) {
      const parent = getPath(doc, parts.slice(0, i));
      if (parent === undefined) break;
      if (!isObj(parent) && !(Array.isArray(parent) && /^\d+$/.test(parts[i]))) throw new CommandError(28, 'PathNotViable', `Cannot create field '${parts[i]}' in element {${parts[i - 1]}: ${JSON.stringify(parent)}}`);
    }
    const cur = getPath(doc, parts);
    if (numeric && cur !== undefined && !isNumeric(cur)) throw new CommandError(14, 'TypeMismatch', `Cannot apply ${op} to a value of non-numeric type. {_id: ${String(doc._id)}} has the field '${path}' of non-numeric type ${cur === null ? 'null' : typeof cur}`);
    if (NEEDS_ARRAY.has(op) && cur !== undefined && !Array.isArray(cur)) throw new CommandError(op === '$pop' ? 14 : 2, op === '$pop' ? 'TypeMismatch' : 'BadValue', `Cannot apply ${op} to a non-array value: the field '${path}' must be an array but is of type ${cur === null ? 'null' : typeof cur} in document {_id: ${String(doc._id)}}`);
    if (numeric && (cur?._bsontype === 'Long' || v?._bsontype === 'Long')) {
      // beyond 2^53: exact integer arithmetic, then nothing left for mingo
      if ((typeof cur === 'number' && !Number.isInteger(cur)) || (typeof v === 'number' && !Number.isInteger(v))) continue;
      const x = BigInt(String(cur ?? 0)), y = BigInt(String(v));
      setPath(doc, parts, Long.fromBigInt(op === '$inc' ? x + y : x * y));
      delete args[path];
    }
  }
}

function checkArrayFilters(filters: Doc[] | undefined, ops: Doc): void {
  if (!filters?.length) return;
  const used = new Set(Object.values(ops).flatMap((a) => Object.keys(a as Doc)).flatMap((p) => [...p.matchAll(/\$\[(\w+)\]/g)].map((m) => m[1])));
  for (const f of filters) for (const k of Object.keys(f)) { const id = k.split('.')[0]; if (!id.startsWith('$') && !used.has(id)) throw new CommandError(9, 'FailedToParse', `The array filter for identifier '${id}' was not used in the update { ... }`); }
}

/** The document an upsert starts from: the filter's equalities. */
export function upsertBase(filter: Doc): Doc {
  const doc: Doc = {};
  const visit = (f: Doc): void => {
    for (const [path, cond] of Object.entries(f)) {
      if (path === '$and') { for (const c of cond) visit(c); continue; }
      if (path === '$or' && cond.length === 1) { visit(cond[0]); continue; }
      if (path.startsWith('$')) continue;
      let v = cond;
      if (isObj(cond) && Object.keys(cond).some((k) => k.startsWith('$'))) {
        if ('$eq' in cond) v = cond.$eq;
        else if ('$in' in cond && cond.$in.length === 1) v = cond.$in[0];
        else if ('$all' in cond && cond.$all.length === 1) v = cond.$all[0];
        else continue;
      }
      if (asRegExp(v)) continue;
      setPath(doc, path.split('.'), v);
    }
  };
  visit(filter);
  return doc;
}

export function upsertDoc(spec: UpdateSpec): Doc {
  const base = upsertBase(spec.filter);
  if (isReplacement(spec.update)) {
    const { _id } = base;
    const doc = applyUpdate(_id === undefined ? {} : { _id }, spec, true);
    return doc._id === undefined && !('_id' in doc) ? { _id: new ObjectId(), ...doc } : doc;
  }
  const doc = applyUpdate(base, spec, true);
  const { _id, ...rest } = doc;
  return { _id: '_id' in doc ? _id : new ObjectId(), ...rest };
}
