/** The MongoDB commands this server answers. */
import { BSON, Long, ObjectId } from 'bson';
import { aggregate, checkPipeline, outputOf, type Output } from './aggregate.js';
import { decode, encode, equalValues, keyOf, rawEach, type Doc } from './bsonval.js';
import { asCommandError, badValue, commandNotFound, CommandError, cursorNotFound, duplicateKey, illegalOperation, indexNotFound, invalidOptions, namespaceExists, namespaceNotFound } from './errors.js';
import { count, explain, find, projector, stripComment, TICK, type FindSpec, type Item, type Stream } from './exec.js';
import { compileFilter, letValues, type QueryOptions } from './mql.js';
import { isObj, leaves } from './paths.js';
import { Storage, type Collection, type Index } from './storage.js';
import { applyUpdate, checkUpdate, isReplacement, upsertDoc, type UpdateSpec } from './update.js';
import { cursorReply, type Request } from './wire.js';

export interface ServerOptions { /** When a write is acknowledged unless it asks for `j: true`: `commit` (visible) or `flush` (on disk). */ ack: 'commit' | 'flush' }
interface Cursor { id: bigint; ns: string; docs: Iterator<Buffer | typeof TICK>; pending?: Buffer; used: number; left: number; lsid?: string }
interface Context { db: string; body: Doc; req: Request; connectionId: number; durable: boolean }
type Handler = (this: Commands, c: Context) => Promise<Doc | Buffer> | Doc | Buffer;

export const MAX_DOC = 16 * 1024 * 1024;
const MAX_BATCH_BYTES = 16 * 1024 * 1024;
const WRITE_CHUNK = 500;
const SLICE_MS = 15;
export const VERSION = '8.0.0';
export const WIRE = 25;

const pause = (): Promise<void> => new Promise((r) => setImmediate(r));
const numeric = (v: any): number => (v?._bsontype === 'Long' ? v.toNumber() : Number(v));

export class Commands {
  readonly storage: Storage;
  readonly options: ServerOptions;
  private readonly cursors = new Map<bigint, Cursor>();
  private nextCursor = BigInt(Date.now()) * 1000n;
  readonly started = Date.now();
  readonly counters: Record<string, number> = {};
  connections = 0;

  constructor(storage: Storage, options: ServerOptions) { this.storage = storage; this.options = options; }

  async run(req: Request, connectionId: number): Promise<Buffer> {
    const { body } = req;
    const name = Object.keys(body)[0];
    try {
      const handler = HANDLERS[name] ?? HANDLERS[ALIASES[name.toLowerCase()] ?? ''];
      if (!handler) throw commandNotFound(name);
      this.counters[name] = (this.counters[name] ?? 0) + 1;
      if (typeof body.$db !== 'string') throw new CommandError(40571, 'Location40571', 'OP_MSG requests require a $db argument');
      if (body.txnNumber !== undefined || body.startTransaction !== undefined || body.autocommit !== undefined) throw illegalOperation('Transaction numbers are only allowed on a replica set member or mongos');
      if (body.readConcern?.level === 'snapshot') throw invalidOptions('read concern level snapshot is only supported on replica set members');
      if (body.let !== undefined) body.let = letValues(body.let);
      const w = body.writeConcern?.w;
      if (typeof w === 'number' && w > 1) throw badValue("cannot use 'w' > 1 when a host is not replicated");
      const durable = this.options.ack === 'flush' || body.writeConcern?.j === true || body.writeConcern?.fsync === true;
      const out = await handler.call(this, { db: body.$db, body, req, connectionId, durable });
      return Buffer.isBuffer(out) ? out : encode({ ...out, ok: 1 });
    } catch (e) {
      const err = asCommandError(e);
      return encode({ ok: 0, errmsg: err.message, code: err.code, codeName: err.codeName, ...err.extra });
    }
  }

  // ---- shared ---------------------------------------------------------------------------------

  target({ db, body }: Context): { name: string; ns: string; coll: Collection | undefined } {
    const name = Object.values(body)[0];
    if (typeof name !== 'string' || name === '') throw new CommandError(73, 'InvalidNamespace', `collection name has invalid type or is empty`);
    return { name, ns: `${db}.${name}`, coll: this.storage.collection(db, name) };
  }

  /** Drives a generator, giving way to the event loop between slices. */
  async drain<T, R>(it: Iterator<T | typeof TICK, R>, each: (v: T) => void, maxTimeMS?: number): Promise<R> {
    const t0 = performance.now();
    let t = t0;
    while (true) {
      const r = it.next();
      if (r.done) return r.value;
      if (r.value !== TICK) { each(r.value as T); continue; }
      const now = performance.now();
      if (now - t < SLICE_MS) continue;
      if (maxTimeMS && now - t0 > maxTimeMS) throw new CommandError(50, 'MaxTimeMSExpired', 'operation exceeded time limit');
      await pause();
      t = performance.now();
    }
  }

  private async fill(cur: Cursor, batchSize: number, maxTimeMS?: number): Promise<Buffer[]> {
    const out: Buffer[] = [];
    let bytes = 0;
    const t0 = performance.now();
    let t = t0;
    if (cur.pending && out.length < batchSize) { out.push(cur.pending); bytes = cur.pending.length; cur.pending = undefined; cur.left--; }
    while (cur.left > 0 && out.length < batchSize) {
      const r = cur.docs.next();
      if (r.done) { cur.left = 0; break; }
      if (r.value === TICK) {
        const now = performance.now();
        if (maxTimeMS && now - t0 > maxTimeMS) throw new CommandError(50, 'MaxTimeMSExpired', 'operation exceeded time limit');
        if (now - t > SLICE_MS) { await pause(); t = performance.now(); }
        continue;
      }
      const doc = r.value as Buffer;
      if (bytes + doc.length > MAX_BATCH_BYTES && out.length) { cur.pending = doc; break; }
      out.push(doc);
      bytes += doc.length;
      cur.left--;
    }
    cur.used = Date.now();
    return out;
  }

  async openCursor(ns: string, docs: Iterator<Buffer | typeof TICK>, opts: { batchSize?: number; limit?: number; single?: boolean; maxTimeMS?: number; lsid?: Doc }): Promise<Buffer> {
    const cur: Cursor = { id: 0n, ns, docs, used: Date.now(), left: opts.limit || Infinity };
    const batch = await this.fill(cur, opts.batchSize ?? (opts.limit && opts.limit > 0 ? opts.limit : 101), opts.maxTimeMS);
    if (!opts.single && (cur.left > 0 || cur.pending)) { cur.id = this.nextCursor++; this.cursors.set(cur.id, cur); }
    return cursorReply('firstBatch', ns, cur.id, batch);
  }

  getCursor(id: any): Cursor {
    const key = id?._bsontype === 'Long' ? id.toBigInt() : BigInt(id);
    const cur = this.cursors.get(key);
    if (!cur) throw cursorNotFound(key);
    return cur;
  }
  async more(cur: Cursor, batchSize?: number, maxTimeMS?: number): Promise<Buffer> {
    const batch = await this.fill(cur, batchSize || Infinity, maxTimeMS);
    const done = cur.left <= 0 && !cur.pending;
    if (done) this.cursors.delete(cur.id);
    return cursorReply('nextBatch', cur.ns, done ? 0n : cur.id, batch);
  }
  killCursor(id: bigint): boolean { const c = this.cursors.get(id); c?.docs.return?.(); return this.cursors.delete(id); }
  reapCursors(maxIdleMs: number): void { for (const [id, c] of this.cursors) if (Date.now() - c.used > maxIdleMs) this.killCursor(id); }
  get openCursors(): number { return this.cursors.size; }

  // ---- writes (called inside a storage transaction) -------------------------------------------

  firstMatch(coll: Collection | undefined, spec: FindSpec): Item | undefined {
    if (!coll) { compileFilter(stripComment(spec.filter), spec); return undefined; }
    for (const it of find(this.storage, coll, { ...spec, limit: 1 })) if (it !== TICK) return it;
    return undefined;
  }

  prepareInsert(raw: Buffer): Buffer {
    let first: string | undefined, idType: number | undefined;
    rawEach(raw, (n, t) => { first ??= n; if (n === '_id') { idType = t; return false; } return undefined; });
    if (idType === undefined) { const doc = decode(raw); return encode({ _id: new ObjectId(), ...doc }); }
    if (idType === 0x04 || idType === 0x0b || idType === 0x06) throw new CommandError(53, 'InvalidIdField', `The '_id' value cannot be of type ${idType === 4 ? 'array' : idType === 0x0b ? 'regex' : 'undefined'}`);
    if (idType === 0x03) { const id = decode(raw)._id; checkId(id); }
    if (raw.length > MAX_DOC) throw new CommandError(10334, 'BSONObjectTooLarge', `object to insert too large. size in bytes: ${raw.length}, max size: ${MAX_DOC}`);
    if (first !== '_id') { const { _id, ...rest } = decode(raw); return encode({ _id, ...rest }); }
    return raw;
  }

  validate(coll: Collection, doc: Doc): void {
    if (coll.validator && !coll.validator(doc)) throw new CommandError(121, 'DocumentValidationFailure', 'Document failed validation', { errInfo: { failingDocumentId: doc._id, details: { operatorName: Object.keys(coll.options.validator)[0] ?? '$and' } } });
  }

  insertOne(coll: Collection, raw: Buffer, bypass: boolean): void {
    if (coll.validator && !bypass) this.validate(coll, decode(raw));
    this.storage.insert(coll, raw);
  }

  /** Applies one update to one matched document; returns whether it changed. */
  updateItem(coll: Collection, it: Item, spec: UpdateSpec, bypass: boolean): { changed: boolean; before: Doc; after: Buffer } {
    const before = decode(it.buf);
    const doc = applyUpdate(decode(it.buf), spec);
    const after = encode(doc);
    if (after.length > MAX_DOC) throw new CommandError(17419, 'Location17419', `Resulting document after update is larger than ${MAX_DOC}`);
    if (after.equals(it.buf)) return { changed: false, before, after: it.buf };
    if (!bypass) this.validate(coll, doc);
    this.storage.update(coll, it.idKey, it.buf, after);
    return { changed: true, before, after };
  }

  upsert(db: string, name: string, spec: UpdateSpec, bypass: boolean): Doc {
    const coll = this.storage.ensureCollection(db, name);
    const doc = upsertDoc(spec);
    checkId(doc._id);
    const raw = encode(doc);
    this.insertOne(coll, raw, bypass);
    this.storage.addCount(coll, 1);
    return doc;
  }

  /** Ids of all matches, gathered outside any transaction. */
  async matchingIds(coll: Collection, spec: FindSpec, maxTimeMS?: number): Promise<Buffer[]> {
    const ids: Buffer[] = [];
    await this.drain(find(this.storage, coll, spec), (it: Item) => ids.push(it.idKey), maxTimeMS);
    return ids;
  }

  /** Re-reads and re-tests each document before touching it, in bounded transactions. */
  async forEachMatch(db: string, name: string, spec: FindSpec, durable: boolean, fn: (coll: Collection, it: Item) => void): Promise<void> {
    const coll = this.storage.collection(db, name);
    const match = compileFilter(stripComment(spec.filter), spec);
    if (!coll) return;
    const ids = await this.matchingIds(coll, spec);
    for (let i = 0; i < ids.length; i += WRITE_CHUNK) {
      await this.storage.write(() => {
        const c = this.storage.collection(db, name);
        if (!c || c.id !== coll.id) return;
        for (const idKey of ids.slice(i, i + WRITE_CHUNK)) {
          const buf = this.storage.get(c, idKey);
          if (!buf) continue;
          const doc = decode(buf);
          if (match(doc)) fn(c, { idKey, buf, doc });
        }
      }, durable);
    }
  }

  async updateStatement(db: string, name: string, u: Doc, body: Doc, durable: boolean): Promise<{ n: number; nModified: number; upserted?: any }> {
    const { filter, spec, find: fs } = updateSpec(u, body);
    const bypass = body.bypassDocumentValidation === true;
    checkUpdate(u.u, u.multi === true);
    if (u.multi) {
      if (u.sort) throw failedSort();
      let n = 0, nModified = 0;
      await this.forEachMatch(db, name, { ...fs, filter }, durable, (coll, it) => { n++; if (this.updateItem(coll, it, spec, bypass).changed) nModified++; });
      if (n === 0 && u.upsert) return this.storage.write(() => this.updateOneIn(db, name, filter, fs, spec, true, bypass), durable);
      return { n, nModified };
    }
    return this.storage.write(() => this.updateOneIn(db, name, filter, fs, spec, u.upsert === true, bypass), durable);
  }

  updateOneIn(db: string, name: string, _filter: Doc, fs: FindSpec, spec: UpdateSpec, upsert: boolean, bypass: boolean): { n: number; nModified: number; upserted?: any } {
    const coll = this.storage.collection(db, name);
    const it = this.firstMatch(coll, fs);
    if (it) return { n: 1, nModified: this.updateItem(coll!, it, spec, bypass).changed ? 1 : 0 };
    if (!upsert) return { n: 0, nModified: 0 };
    return { n: 1, nModified: 0, upserted: this.upsert(db, name, spec, bypass)._id };
  }

  async deleteStatement(db: string, name: string, d: Doc, body: Doc, durable: boolean): Promise<number> {
    const fs: FindSpec = { filter: d.q, hint: d.hint, collation: d.collation, let: body.let };
    if (d.limit === 1 || numeric(d.limit) === 1) {
      return this.storage.write(() => {
        const coll = this.storage.collection(db, name);
        const it = this.firstMatch(coll, fs);
        if (!it) return 0;
        this.storage.remove(coll!, it.idKey, it.buf);
        this.storage.addCount(coll!, -1);
        return 1;
      }, durable);
    }
    let n = 0;
    await this.forEachMatch(db, name, fs, durable, (coll, it) => { this.storage.remove(coll, it.idKey, it.buf); this.storage.addCount(coll, -1); n++; });
    return n;
  }

  async writeOutput(out: Output, docs: Doc[], durable: boolean): Promise<void> {
    const { storage: st } = this;
    if (out.stage === '$out') {
      await st.write(() => {
        const old = st.collection(out.db, out.coll);
        const indexes = old?.indexes ?? [];
        if (old) st.dropCollection(old);
        const coll = st.createCollection(out.db, out.coll, old?.options ?? {});
        for (const ix of indexes) { const { fields: _f, rawable: _r, prefix: _p, partial: _q, id: _i, multikey: _m, ...spec } = ix; st.createIndex(coll, spec as any); }
        for (const d of docs) this.insertOne(coll, encode('_id' in d ? d : { _id: new ObjectId(), ...d }), false);
        st.addCount(coll, docs.length);
      }, durable);
      return;
    }
    const on: string[] = out.spec.on === undefined ? ['_id'] : [out.spec.on].flat();
    const matched = out.spec.whenMatched ?? 'merge', unmatched = out.spec.whenNotMatched ?? 'insert';
    for (let i = 0; i < docs.length || i === 0; i += WRITE_CHUNK) {
      await st.write(() => {
        for (const d of docs.slice(i, i + WRITE_CHUNK)) {
          const doc = '_id' in d ? d : { _id: new ObjectId(), ...d };
          const coll = st.ensureCollection(out.db, out.coll);
          const filter = Object.fromEntries(on.map((f) => [f, { $eq: f === '_id' ? doc._id : doc[f] }]));
          const it = this.firstMatch(coll, { filter });
          if (it) {
            if (matched === 'fail') throw duplicateKey(coll.ns, '_id_', { _id: 1 }, { _id: doc._id });
            if (matched === 'keepExisting') continue;
            const update = Array.isArray(matched) ? matched : matched === 'replace' ? doc : { $set: Object.fromEntries(Object.entries(doc).filter(([k]) => k !== '_id')) };
            this.updateItem(coll, it, { update, filter, let: { new: doc, ...out.spec.let } }, false);
          } else if (unmatched === 'fail') throw new CommandError(13113, 'MergeStageNoMatchingDocument', '$merge could not find a matching document');
          else if (unmatched === 'insert') { this.insertOne(coll, encode(doc), false); st.addCount(coll, 1); }
        }
      }, durable);
    }
  }
}

const failedSort = (): CommandError => new CommandError(9, 'FailedToParse', 'Cannot specify sort with multi=true');

function checkId(id: any): void {
  if (Array.isArray(id)) throw new CommandError(53, 'InvalidIdField', "The '_id' value cannot be of type array");
  if (id instanceof RegExp) throw new CommandError(53, 'InvalidIdField', "The '_id' value cannot be of type regex");
  if (isObj(id)) for (const k of Object.keys(id)) if (k.startsWith('$')) throw new CommandError(52, 'DollarPrefixedFieldName', `_id fields may not contain '$'-prefixed fields: ${k} is not valid for storage.`);
}

function updateSpec(u: Doc, body: Doc): { filter: Doc; spec: UpdateSpec; find: FindSpec } {
  const filter = u.q ?? {};
  return {
    filter,
    spec: { update: u.u, filter, arrayFilters: u.arrayFilters, let: body.let, constants: u.c, collation: u.collation },
    find: { filter, hint: u.hint, collation: u.collation, let: body.let, sort: u.sort },
  };
}

/** Statements come as a document sequence or as an array in the body. */
function statements(c: Context, field: string): Buffer[] {
  const seq = c.req.sequences.get(field);
  if (seq) return seq;
  const list = c.body[field];
  if (!Array.isArray(list)) throw new CommandError(40414, 'Location40414', `BSON field '${Object.keys(c.body)[0]}.${field}' is missing but a required field`);
  return list.map((d) => encode(d));
}

const writeError = (index: number, e: unknown): Doc => { const err = asCommandError(e); return { index, code: err.code, errmsg: err.message, ...err.extra }; };

async function insert(this: Commands, c: Context): Promise<Doc> {
  const { name } = this.target(c);
  const docs = statements(c, 'documents');
  if (docs.length === 0) throw new CommandError(16, 'InvalidLength', 'Write batch sizes must be between 1 and 100000. Got 0 operations.');
  const ordered = c.body.ordered !== false;
  return this.storage.write(() => {
    const coll = this.storage.ensureCollection(c.db, name);
    const writeErrors: Doc[] = [];
    let n = 0;
    for (let i = 0; i < docs.length; i++) {
      try { this.insertOne(coll, this.prepareInsert(docs[i]), c.body.bypassDocumentValidation === true); n++; } catch (e) {
        writeErrors.push(writeError(i, e));
        if (ordered) break;
      }
    }
    this.storage.addCount(coll, n);
    return writeErrors.length ? { n, writeErrors } : { n };
  }, c.durable);
}

async function update(this: Commands, c: Context): Promise<Doc> {
  const { name } = this.target(c);
  const ops = statements(c, 'updates').map(decode);
  const ordered = c.body.ordered !== false;
  const writeErrors: Doc[] = [], upserted: Doc[] = [];
  let n = 0, nModified = 0;
  const note = (i: number, r: { n: number; nModified: number; upserted?: any }): void => { n += r.n; nModified += r.nModified; if ('upserted' in r) upserted.push({ index: i, _id: r.upserted }); };
  for (let i = 0; i < ops.length;) {
    const single = ops[i].multi !== true;
    if (!single || ops.length === 1) {
      try { note(i, await this.updateStatement(c.db, name, ops[i], c.body, c.durable)); } catch (e) { writeErrors.push(writeError(i, e)); if (ordered) break; }
      i++;
      continue;
    }
    // consecutive single-document statements share a transaction
    let stop = false;
    const from = i;
    await this.storage.write(() => {
      for (; i < ops.length && ops[i].multi !== true && i - from < WRITE_CHUNK; i++) {
        try {
          checkUpdate(ops[i].u, false);
          const s = updateSpec(ops[i], c.body);
          note(i, this.updateOneIn(c.db, name, s.filter, s.find, s.spec, ops[i].upsert === true, c.body.bypassDocumentValidation === true));
        } catch (e) { writeErrors.push(writeError(i, e)); if (ordered) { stop = true; break; } }
      }
    }, c.durable);
    if (stop) break;
  }
  return { n, nModified, ...(upserted.length ? { upserted } : {}), ...(writeErrors.length ? { writeErrors } : {}) };
}

async function del(this: Commands, c: Context): Promise<Doc> {
  const { name } = this.target(c);
  const ops = statements(c, 'deletes').map(decode);
  const writeErrors: Doc[] = [];
  let n = 0;
  for (let i = 0; i < ops.length; i++) {
    try { n += await this.deleteStatement(c.db, name, ops[i], c.body, c.durable); } catch (e) { writeErrors.push(writeError(i, e)); if (c.body.ordered !== false) break; }
  }
  return { n, ...(writeErrors.length ? { writeErrors } : {}) };
}

async function findAndModify(this: Commands, c: Context): Promise<Doc> {
  const { name } = this.target(c);
  const { query = {}, sort, remove, update: u, upsert, fields, arrayFilters, hint, collation } = c.body;
  const filter = query;
  const isNew = c.body.new === true;
  if (!remove && u === undefined) throw failedParse('Either an update or remove=true must be specified');
  if (!remove) checkUpdate(u, false);
  const fs: FindSpec = { filter, sort, hint, collation, let: c.body.let };
  const spec: UpdateSpec = { update: u, filter, arrayFilters, let: c.body.let, collation };
  const project = projector(fields, fs);
  const bypass = c.body.bypassDocumentValidation === true;
  const shown = (buf: Buffer): Doc => decode(project({ buf }));
  return this.storage.write(() => {
    const coll = this.storage.collection(c.db, name);
    const it = this.firstMatch(coll, fs);
    if (remove) {
      if (!it) return { lastErrorObject: { n: 0 }, value: null };
      this.storage.remove(coll!, it.idKey, it.buf);
      this.storage.addCount(coll!, -1);
      return { lastErrorObject: { n: 1 }, value: shown(it.buf) };
    }
    if (it) {
      const r = this.updateItem(coll!, it, spec, bypass);
      return { lastErrorObject: { n: 1, updatedExisting: true }, value: shown(isNew ? r.after : it.buf) };
    }
    if (!upsert) return { lastErrorObject: { n: 0, updatedExisting: false }, value: null };
    const doc = this.upsert(c.db, name, spec, bypass);
    return { lastErrorObject: { n: 1, updatedExisting: false, upserted: doc._id }, value: isNew ? shown(encode(doc)) : null };
  }, c.durable);
}
const failedParse = (m: string): CommandError => new CommandError(9, 'FailedToParse', m);

async function findCommand(this: Commands, c: Context): Promise<Doc | Buffer> {
  const { ns, coll } = this.target(c);
  const b = c.body;
  let limit = b.limit === undefined ? 0 : numeric(b.limit);
  const single = b.singleBatch === true || limit < 0;
  limit = Math.abs(limit);
  if (b.skip !== undefined && numeric(b.skip) < 0) throw new CommandError(51024, 'Location51024', "BSON field 'skip' value must be >= 0");
  if (b.tailable || b.awaitData) throw badValue('error processing query: tailable cursor requested on non capped collection');
  const spec: FindSpec = { filter: b.filter ?? {}, sort: b.sort, skip: b.skip === undefined ? 0 : numeric(b.skip), limit, hint: b.hint, collation: b.collation, let: b.let };
  const project = projector(b.projection, spec);
  const docs = mapStream(find(this.storage, coll, spec), (it) => project(it));
  return this.openCursor(ns, docs, { batchSize: b.batchSize === undefined ? undefined : numeric(b.batchSize), limit, single, maxTimeMS: b.maxTimeMS });
}

function* mapStream<T, U>(s: Stream<T>, fn: (v: T) => U): Stream<U> { for (const v of s) yield v === TICK ? TICK : fn(v as T); }

async function aggregateCommand(this: Commands, c: Context): Promise<Doc | Buffer> {
  const whole = c.body.aggregate === 1;
  const name = whole ? '$cmd.aggregate' : this.target(c).name;
  const ns = `${c.db}.${name}`;
  const coll = whole ? undefined : this.storage.collection(c.db, name);
  const pipeline = checkPipeline(c.body.pipeline);
  if (!isObj(c.body.cursor) && !c.body.explain) throw failedParse("The 'cursor' option is required, except for aggregate with the explain argument");
  if (c.body.explain) return { queryPlanner: { winningPlan: explain(coll, { filter: pipeline[0]?.$match ?? {} }) }, stages: pipeline };
  const ctx = { storage: this.storage, db: c.db, hint: c.body.hint, collation: c.body.collation, let: c.body.let } satisfies QueryOptions & Doc as any;
  const out = outputOf(pipeline, c.db);
  if (out) {
    const docs: Doc[] = [];
    await this.drain(aggregate(ctx, coll, pipeline.slice(0, -1)), (d: Doc) => docs.push(d), c.body.maxTimeMS);
    await this.writeOutput(out, docs, c.durable);
    return cursorReply('firstBatch', ns, 0n, []);
  }
  return this.openCursor(ns, mapStream(aggregate(ctx, coll, pipeline), encode), { batchSize: c.body.cursor?.batchSize === undefined ? undefined : numeric(c.body.cursor.batchSize), maxTimeMS: c.body.maxTimeMS });
}

async function countCommand(this: Commands, c: Context): Promise<Doc> {
  const { coll } = this.target(c);
  const b = c.body;
  const spec: FindSpec = { filter: b.query ?? {}, skip: b.skip && numeric(b.skip), limit: b.limit && Math.abs(numeric(b.limit)), hint: b.hint, collation: b.collation };
  return { n: await this.drain(count(this.storage, coll, spec), () => {}, b.maxTimeMS) };
}

async function distinct(this: Commands, c: Context): Promise<Doc> {
  const { coll } = this.target(c);
  const b = c.body;
  const values = new Map<string, any>();
  const parts = String(b.key).split('.');
  const eq = (v: any): string => (b.collation?.strength <= 2 && typeof v === 'string' ? v.toLowerCase() : keyOf(v).toString('latin1'));
  await this.drain(find(this.storage, coll, { filter: b.query ?? {}, hint: b.hint, collation: b.collation }), (it: Item) => {
    for (const v of leaves(it.doc ?? decode(it.buf), parts).flat()) if (v !== undefined) { const k = eq(v); if (!values.has(k)) values.set(k, v); }
  }, b.maxTimeMS);
  return { values: [...values.values()] };
}

// ---- indexes and collections --------------------------------------------------------------------

const INDEX_OPTIONS = ['unique', 'sparse', 'hidden', 'expireAfterSeconds', 'partialFilterExpression'] as const;
const sameKey = (a: Doc, b: Doc): boolean => JSON.stringify(Object.entries(a)) === JSON.stringify(Object.entries(b));
const shownIndex = (ix: Index): Doc => ({ v: 2, key: ix.key, name: ix.name, ...Object.fromEntries(INDEX_OPTIONS.filter((o) => ix[o] !== undefined).map((o) => [o, ix[o]])), ...(ix.background !== undefined ? { background: ix.background } : {}) });

async function createIndexes(this: Commands, c: Context): Promise<Doc> {
  const { name } = this.target(c);
  const specs: Doc[] = c.req.sequences.get('indexes')?.map(decode) ?? c.body.indexes;
  for (const s of specs) {
    if (!isObj(s.key) || Object.keys(s.key).length === 0) throw new CommandError(67, 'CannotCreateIndex', 'Index keys cannot be empty.');
    for (const [k, v] of Object.entries(s.key)) {
      if (typeof v === 'string' && v !== 'hashed') throw new CommandError(67, 'CannotCreateIndex', `index type '${v}' on '${k}' is not supported by the embedded server`);
      if (typeof v === 'number' && v === 0) throw new CommandError(67, 'CannotCreateIndex', 'Values in the index key pattern cannot be 0.');
      if (k.includes('$')) throw new CommandError(67, 'CannotCreateIndex', `Index key contains an illegal field name: field name starts with '$' or wildcard: ${k}`);
    }
    if (s.collation && s.collation.locale !== 'simple') throw new CommandError(67, 'CannotCreateIndex', 'index collation is not supported by the embedded server');
    if (s.expireAfterSeconds !== undefined && Object.keys(s.key).length > 1) throw new CommandError(67, 'CannotCreateIndex', 'TTL indexes are single-field indexes, compound indexes do not support TTL.');
    s.name ??= Object.entries(s.key).flat().join('_');
  }
  return this.storage.write(() => {
    const created = this.storage.collection(c.db, name) === undefined;
    const coll = this.storage.ensureCollection(c.db, name);
    const numIndexesBefore = coll.indexes.length + 1;
    for (const s of specs) {
      if (sameKey(s.key, { _id: 1 })) continue;
      const byName = coll.indexes.find((i) => i.name === s.name);
      const same = (i: Index): boolean => sameKey(i.key, s.key) && INDEX_OPTIONS.every((o) => o === 'hidden' || equalValues(i[o] || undefined, s[o] || undefined));
      if (byName) {
        if (same(byName)) continue;
        throw sameKey(byName.key, s.key) ? new CommandError(85, 'IndexOptionsConflict', `An equivalent index already exists with the same name but different options. Requested index: ${JSON.stringify(s)}`)
          : new CommandError(86, 'IndexKeySpecsConflict', `An existing index has the same name as the requested index. Requested index: ${JSON.stringify(s)}`);
      }
      const byKey = coll.indexes.find((i) => sameKey(i.key, s.key));
      if (byKey) throw new CommandError(85, 'IndexOptionsConflict', `Index already exists with a different name: ${byKey.name}`);
      const spec: Doc = { name: s.name, key: s.key };
      for (const o of [...INDEX_OPTIONS, 'background'] as const) if (s[o] !== undefined) spec[o] = s[o];
      this.storage.createIndex(coll, spec as any);
    }
    return { numIndexesBefore, numIndexesAfter: coll.indexes.length + 1, createdCollectionAutomatically: created, ...(coll.indexes.length + 1 === numIndexesBefore ? { note: 'all indexes already exist' } : {}) };
  }, c.durable);
}

function listIndexes(this: Commands, c: Context): Promise<Buffer> {
  const { ns, coll } = this.target(c);
  if (!coll) throw namespaceNotFound(`ns does not exist: ${ns}`);
  return this.openCursor(ns, [{ v: 2, key: { _id: 1 }, name: '_id_' }, ...coll.indexes.map(shownIndex)].map(encode)[Symbol.iterator](), { batchSize: c.body.cursor?.batchSize ?? 1000 });
}

async function dropIndexes(this: Commands, c: Context): Promise<Doc> {
  const { name } = this.target(c);
  return this.storage.write(() => {
    const coll = this.storage.collection(c.db, name);
    if (!coll) throw namespaceNotFound(`ns not found ${c.db}.${name}`);
    const nIndexesWas = coll.indexes.length + 1;
    const which = c.body.index;
    if (which === '*') for (const ix of [...coll.indexes]) this.storage.dropIndex(coll, ix);
    else for (const w of Array.isArray(which) ? which : [which]) {
      if (w === '_id_' || (isObj(w) && sameKey(w, { _id: 1 }))) throw invalidOptions('cannot drop _id index');
      const ix = coll.indexes.find((i) => (typeof w === 'string' ? i.name === w : sameKey(i.key, w)));
      if (!ix) throw indexNotFound(`index not found with name [${typeof w === 'string' ? w : JSON.stringify(w)}]`);
      this.storage.dropIndex(coll, ix);
    }
    return { nIndexesWas };
  }, c.durable);
}

const COLLECTION_OPTIONS = ['validator', 'validationLevel', 'validationAction', 'collation', 'expireAfterSeconds'] as const;

const HANDLERS: Record<string, Handler> = {
  hello(c) { return { ...helloReply(this, c), isWritablePrimary: true }; },
  isMaster(c) { return { ...helloReply(this, c), ismaster: true }; },
  ping: () => ({}),
  insert, update, delete: del, find: findCommand, findAndModify, aggregate: aggregateCommand, count: countCommand, distinct,
  async getMore(c) {
    const cur = this.getCursor(c.body.getMore);
    return this.more(cur, c.body.batchSize === undefined ? undefined : numeric(c.body.batchSize), c.body.maxTimeMS);
  },
  killCursors(c) {
    const ids: any[] = c.body.cursors ?? [];
    const killed = ids.filter((id) => this.killCursor(BigInt(String(id))));
    return { cursorsKilled: killed.map((i) => Long.fromString(String(i))), cursorsNotFound: ids.filter((i) => !killed.includes(i)).map((i) => Long.fromString(String(i))), cursorsAlive: [], cursorsUnknown: [] };
  },
  createIndexes, listIndexes, dropIndexes, deleteIndexes: dropIndexes,
  async create(c) {
    const name = c.body.create;
    if (c.body.capped || c.body.timeseries || c.body.viewOn) throw new CommandError(115, 'CommandNotSupported', `${c.body.capped ? 'capped' : c.body.viewOn ? 'view' : 'time-series'} collections are not supported by the embedded server`);
    return this.storage.write(() => {
      const options: Doc = {};
      for (const o of COLLECTION_OPTIONS) if (c.body[o] !== undefined) options[o] = c.body[o];
      const old = this.storage.collection(c.db, name);
      if (old) { if (equalValues(old.options, options)) return {}; throw namespaceExists(`Collection ${c.db}.${name} already exists.`); }
      this.storage.createCollection(c.db, name, options);
      return {};
    }, c.durable);
  },
  async drop(c) {
    const { name, ns } = this.target(c);
    return this.storage.write(() => {
      const coll = this.storage.collection(c.db, name);
      if (!coll) return { ns };
      this.storage.dropCollection(coll);
      return { nIndexesWas: coll.indexes.length + 1, ns };
    }, c.durable);
  },
  async dropDatabase(c) { return this.storage.write(() => { for (const coll of this.storage.collections(c.db)) this.storage.dropCollection(coll); return { dropped: c.db }; }, c.durable); },
  async renameCollection(c) {
    return this.storage.write(() => {
      const [from, to] = [c.body.renameCollection, c.body.to].map((ns: string) => { const i = ns.indexOf('.'); return [ns.slice(0, i), ns.slice(i + 1)] as const; });
      const coll = this.storage.collection(...from);
      if (!coll) throw namespaceNotFound(`Source collection ${c.body.renameCollection} does not exist`);
      const old = this.storage.collection(...to);
      if (old) { if (!c.body.dropTarget) throw namespaceExists('target namespace exists'); this.storage.dropCollection(old); }
      this.storage.renameCollection(coll, ...to);
      return {};
    }, c.durable);
  },
  async collMod(c) {
    const { name } = this.target(c);
    return this.storage.write(() => {
      const coll = this.storage.collection(c.db, name);
      if (!coll) throw namespaceNotFound();
      const spec = c.body.index;
      if (spec) {
        const ix = coll.indexes.find((i) => (spec.name ? i.name === spec.name : sameKey(i.key, spec.keyPattern)));
        if (!ix) throw indexNotFound('cannot find index for collMod');
        this.storage.updateIndex(coll, ix, Object.fromEntries(['expireAfterSeconds', 'hidden'].filter((o) => spec[o] !== undefined).map((o) => [o, spec[o]])));
      }
      const changes = Object.fromEntries(COLLECTION_OPTIONS.filter((o) => c.body[o] !== undefined).map((o) => [o, c.body[o]]));
      if (Object.keys(changes).length) this.storage.setOptions(coll, { ...coll.options, ...changes });
      return {};
    }, c.durable);
  },
  listCollections(c) {
    const match = compileFilter(c.body.filter ?? {});
    const docs = this.storage.collections(c.db).map((x) => ({ name: x.name, type: 'collection', options: x.options, info: { readOnly: false }, idIndex: { v: 2, key: { _id: 1 }, name: '_id_' } }))
      .filter((d) => match(d)).map((d) => (c.body.nameOnly ? { name: d.name, type: d.type } : d));
    return this.openCursor(`${c.db}.$cmd.listCollections`, docs.map(encode)[Symbol.iterator](), { batchSize: c.body.cursor?.batchSize ?? 10000 });
  },
  listDatabases(c) {
    const match = compileFilter(c.body.filter ?? {});
    const names = [...new Set(this.storage.collections().map((x) => x.db))].sort();
    const databases = names.map((name) => ({ name, sizeOnDisk: 0, empty: false })).filter(match);
    return { databases: c.body.nameOnly ? databases.map(({ name }) => ({ name })) : databases, totalSize: 0 };
  },
  async bulkWrite(c) { return clientBulkWrite.call(this, c); },
  explain(c) {
    const inner = c.body.explain as Doc;
    const [cmd, name] = Object.entries(inner)[0] as [string, string];
    const coll = this.storage.collection(c.db, name);
    const filter = inner.filter ?? inner.query ?? inner.updates?.[0]?.q ?? inner.deletes?.[0]?.q ?? inner.pipeline?.[0]?.$match ?? {};
    return { queryPlanner: { namespace: `${c.db}.${name}`, command: cmd, winningPlan: explain(coll, { filter, sort: inner.sort, hint: inner.hint, collation: inner.collation }) }, serverInfo: { version: VERSION } };
  },
  validate(c) { const { ns, coll } = this.target(c); if (!coll) throw namespaceNotFound(`Collection '${ns}' does not exist to validate.`); const { records, errors } = this.storage.verify(coll); return { ns, nrecords: records, nIndexes: coll.indexes.length + 1, valid: errors.length === 0, errors: errors.slice(0, 50) }; },
  collStats(c) { const { ns, coll } = this.target(c); return { ns, count: coll ? this.storage.count(coll) : 0, size: 0, storageSize: 0, nindexes: coll ? coll.indexes.length + 1 : 0, indexSizes: {} }; },
  dbStats(c) { const cs = this.storage.collections(c.db); return { db: c.db, collections: cs.length, objects: cs.reduce((n, x) => n + this.storage.count(x), 0), indexes: cs.reduce((n, x) => n + x.indexes.length + 1, 0), dataSize: 0, storageSize: 0 }; },
  buildInfo: () => ({ version: VERSION, gitVersion: 'embedded', modules: ['embedded-lmdb'], sysInfo: 'deprecated', versionArray: [...VERSION.split('.').map(Number), 0], bits: 64, debug: false, maxBsonObjectSize: MAX_DOC, storageEngines: ['lmdb'] }),
  serverStatus() { return { host: 'localhost', version: VERSION, process: 'embedded', pid: process.pid, uptime: (Date.now() - this.started) / 1000, connections: { current: this.connections }, opcounters: this.counters, mem: { resident: Math.round(process.memoryUsage().rss / 1e6) }, metrics: { cursor: { open: { total: this.openCursors } } } }; },
  connectionStatus: () => ({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [], authenticatedUserPrivileges: [] } }),
  getParameter: (c) => ({ ...(c.body.featureCompatibilityVersion ? { featureCompatibilityVersion: { version: '8.0' } } : {}) }),
  getCmdLineOpts: () => ({ argv: [], parsed: {} }),
  hostInfo: () => ({ system: { hostname: 'localhost' } }),
  whatsmyuri: () => ({ you: '127.0.0.1' }),
  endSessions: () => ({}), refreshSessions: () => ({}), killSessions: () => ({}), killAllSessions: () => ({}),
  startSession: () => ({ id: { id: new BSON.UUID() }, timeoutMinutes: 30 }),
  abortTransaction() { throw illegalOperation('Transaction numbers are only allowed on a replica set member or mongos'); },
  commitTransaction() { throw illegalOperation('Transaction numbers are only allowed on a replica set member or mongos'); },
  fsync: () => ({ numFiles: 1 }),
};
const ALIASES: Record<string, string> = Object.fromEntries([...Object.keys(HANDLERS).map((k) => [k.toLowerCase(), k])]);
ALIASES.findandmodify = 'findAndModify';

function helloReply(_server: Commands, c: Context): Doc {
  return { helloOk: true, maxBsonObjectSize: MAX_DOC, maxMessageSizeBytes: 48_000_000, maxWriteBatchSize: 100_000, localTime: new Date(), logicalSessionTimeoutMinutes: 30, connectionId: c.connectionId, minWireVersion: 0, maxWireVersion: WIRE, readOnly: false };
}

/** The `bulkWrite` command of MongoDB 8: operations over several namespaces. */
async function clientBulkWrite(this: Commands, c: Context): Promise<Doc | Buffer> {
  const ops = statements(c, 'ops').map(decode);
  const nsInfo = statements(c, 'nsInfo').map(decode);
  const ordered = c.body.ordered !== false;
  const raw = c.req.sequences.get('ops');
  const results: Doc[] = [];
  const sum = { nErrors: 0, nInserted: 0, nMatched: 0, nModified: 0, nUpserted: 0, nDeleted: 0 };
  const split = (i: number): [string, string] => { const ns: string = nsInfo[i].ns; const d = ns.indexOf('.'); return [ns.slice(0, d), ns.slice(d + 1)]; };
  for (let idx = 0; idx < ops.length; idx++) {
    const op = ops[idx];
    try {
      if ('insert' in op) {
        const [db, name] = split(op.insert);
        const doc = this.prepareInsert(raw ? rawField(raw[idx], 'document') : encode(op.document));
        await this.storage.write(() => { const coll = this.storage.ensureCollection(db, name); this.insertOne(coll, doc, c.body.bypassDocumentValidation === true); this.storage.addCount(coll, 1); }, c.durable);
        sum.nInserted++;
        results.push({ ok: 1, idx, n: 1 });
      } else if ('update' in op) {
        const [db, name] = split(op.update);
        const r = await this.updateStatement(db, name, { q: op.filter, u: op.updateMods, c: op.constants, multi: op.multi, upsert: op.upsert, arrayFilters: op.arrayFilters, hint: op.hint, collation: op.collation, sort: op.sort }, c.body, c.durable);
        if ('upserted' in r) sum.nUpserted++; else sum.nMatched += r.n;
        sum.nModified += r.nModified;
        results.push({ ok: 1, idx, n: r.n, nModified: r.nModified, ...('upserted' in r ? { upserted: { _id: r.upserted } } : {}) });
      } else {
        const [db, name] = split(op.delete);
        const n = await this.deleteStatement(db, name, { q: op.filter, limit: op.multi ? 0 : 1, hint: op.hint, collation: op.collation }, c.body, c.durable);
        sum.nDeleted += n;
        results.push({ ok: 1, idx, n });
      }
    } catch (e) {
      const err = asCommandError(e);
      sum.nErrors++;
      results.push({ ok: 0, idx, code: err.code, codeName: err.codeName, errmsg: err.message, n: 0, ...err.extra });
      if (ordered) break;
    }
  }
  const shown = c.body.errorsOnly ? results.filter((r) => r.ok === 0) : results;
  const { cursor } = decode(await this.openCursor('admin.$cmd.bulkWrite', shown.map(encode)[Symbol.iterator](), { batchSize: c.body.cursor?.batchSize ?? shown.length + 1 }));
  return { cursor: { ...cursor, id: Long.fromValue(cursor.id) }, ...sum };
}

function rawField(doc: Buffer, field: string): Buffer {
  let out: Buffer | undefined;
  rawEach(doc, (n, _t, at, size) => { if (n === field) { out = doc.subarray(at, at + size); return false; } return undefined; });
  return out!;
}

export { isReplacement };
