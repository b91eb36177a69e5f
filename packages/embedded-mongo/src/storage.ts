/**
 * Documents and indexes in one LMDB environment.
 *
 *   meta   'c\0db\0coll' -> BSON catalog entry      'n' u32 -> float64 document count
 *          'seq' -> next id    'ver' -> catalog version    'g' u32 -> dropped id, to be swept
 *   docs   u32 collection id, key(_id)              -> BSON document
 *   idx    u32 index id, key(values...)             -> key(_id)          unique
 *          u32 index id, key(values...), key(_id)   -> key(_id)          otherwise
 */
import { BSON } from 'bson';
import { open, type Database, type RootDatabase } from 'lmdb';
import { decode, encode, KeyWriter, rawEach, type Doc } from './bsonval.js';
import { CommandError, duplicateKey } from './errors.js';
import { indexTuples } from './paths.js';

export type Direction = 1 | -1;
export interface IndexField { path: string; parts: string[]; dir: Direction }
export interface IndexSpec {
  id: number; name: string; key: Record<string, any>; unique?: boolean; sparse?: boolean; hidden?: boolean;
  expireAfterSeconds?: number; partialFilterExpression?: Doc; multikey?: boolean; [option: string]: any;
}
export interface Index extends IndexSpec { fields: IndexField[]; rawable: boolean; prefix: Buffer; partial?: (doc: Doc) => boolean }
export interface Collection { id: number; db: string; name: string; ns: string; options: Doc; indexes: Index[]; prefix: Buffer; validator?: (doc: Doc) => boolean }
export interface Entry { key: Buffer; value: Buffer }
export interface Range { start: Buffer; end: Buffer }

const MAX_KEY = 1900;
const CHUNK = 256;
const u32 = (n: number): Buffer => { const b = Buffer.allocUnsafe(4); b.writeUInt32BE(n, 0); return b; };
const catalogKey = (db: string, name: string): Buffer => Buffer.from(`c\0${db}\0${name}`);
const countKey = (id: number): Buffer => Buffer.concat([Buffer.from('n'), u32(id)]);
const garbageKey = (id: number): Buffer => Buffer.concat([Buffer.from('g'), u32(id)]);
const SEQ = Buffer.from('seq');
const VER = Buffer.from('ver');

/** The smallest byte string greater than every string starting with `b` (callers never pass all-0xff). */
export function after(b: Buffer): Buffer {
  const out = Buffer.from(b);
  for (let i = out.length - 1; i >= 0; i--) if (out[i] !== 0xff) { out[i]++; return out.subarray(0, i + 1); }
  return Buffer.concat([out, Buffer.from([0xff])]);
}

export type FilterCompiler = (filter: Doc) => (doc: Doc) => boolean;

export class Storage {
  readonly env: RootDatabase<Buffer, Buffer>;
  private readonly meta: Database<Buffer, Buffer>;
  private readonly docs: Database<Buffer, Buffer>;
  private readonly idx: Database<Buffer, Buffer>;
  private catalog = new Map<string, Collection>();
  private version = -1;
  private readonly kw = new KeyWriter();
  private readonly compile: FilterCompiler;

  constructor(path: string, compile: FilterCompiler) {
    const bin = { encoding: 'binary', keyEncoding: 'binary' } as const;
    this.env = open({ path, maxDbs: 4, maxReaders: 126, overlappingSync: false, ...bin }) as RootDatabase<Buffer, Buffer>;
    this.meta = this.env.openDB({ name: 'meta', ...bin });
    this.docs = this.env.openDB({ name: 'docs', ...bin });
    this.idx = this.env.openDB({ name: 'idx', ...bin });
    this.compile = compile;
    this.refresh();
  }

  async close(): Promise<void> { await this.env.close(); }

  // ---- transactions --------------------------------------------------------------------------

  /**
   * Runs `fn` in a child of the next write transaction: all its writes or none. Calls made in one
   * turn of the event loop share one commit. Resolves when the commit is visible; with `durable`,
   * when it is on disk.
   */
  write<T>(fn: () => T, _durable = false): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.queue.push({ fn, resolve: resolve as (v: unknown) => void, reject });
      if (this.queue.length === 1) setImmediate(() => this.commit());
    });
  }
  private queue: { fn: () => unknown; resolve: (v: unknown) => void; reject: (e: unknown) => void }[] = [];
  private commit(): void {
    const jobs = this.queue;
    this.queue = [];
    const outcomes: (() => void)[] = [];
    try {
      this.env.transactionSync(() => {
        this.refresh();
        for (const job of jobs) {
          try {
            const value = this.env.childTransaction(() => ({ value: job.fn() })) as unknown as { value: unknown };
            outcomes.push(() => job.resolve(value.value));
          } catch (e) {
            this.version = -1; // catalog changes made by fn are gone
            this.refresh();
            outcomes.push(() => job.reject(e));
          }
        }
      });
    } catch (e) {
      this.version = -1;
      for (const job of jobs) job.reject(e);
      return;
    }
    for (const settle of outcomes) settle();
  }

  // ---- catalog -------------------------------------------------------------------------------

  refresh(): void {
    const raw = this.meta.get(VER);
    const ver = raw ? raw.readUInt32BE(0) : 0;
    if (ver === this.version) return;
    this.catalog.clear();
    for (const { value } of this.meta.getRange({ start: Buffer.from('c\0'), end: Buffer.from('c\x01') })) {
      const c = decode(value);
      this.catalog.set(`${c.db}.${c.name}`, this.hydrate(c));
    }
    this.version = ver;
  }

  private hydrate(c: Doc): Collection {
    const coll: Collection = { id: c.id, db: c.db, name: c.name, ns: `${c.db}.${c.name}`, options: c.options ?? {}, indexes: [], prefix: u32(c.id) };
    if (coll.options.validator && coll.options.validationLevel !== 'off') coll.validator = this.compile(coll.options.validator);
    coll.indexes = (c.indexes as IndexSpec[]).map((s) => {
      const fields = Object.entries(s.key).map(([path, d]) => ({ path, parts: path.split('.'), dir: (Number(d) < 0 ? -1 : 1) as Direction }));
      const rawable = !s.sparse && !s.partialFilterExpression && fields.every((f) => /^[\x01-\x2d\x2f-\x7e]+$/.test(f.path));
      const ix: Index = { ...s, fields, rawable, prefix: u32(s.id) };
      if (s.partialFilterExpression) ix.partial = this.compile(s.partialFilterExpression);
      return ix;
    });
    return coll;
  }

  private save(coll: Collection): void {
    const indexes = coll.indexes.map(({ fields: _f, rawable: _r, prefix: _p, partial: _q, ...spec }) => spec);
    this.meta.put(catalogKey(coll.db, coll.name), encode({ id: coll.id, db: coll.db, name: coll.name, options: coll.options, indexes }));
    this.bump();
  }
  private bump(): void { this.meta.put(VER, u32((this.version + 1) >>> 0)); this.version++; }
  private nextId(): number {
    const raw = this.meta.get(SEQ);
    const id = raw ? raw.readUInt32BE(0) : 1;
    this.meta.put(SEQ, u32(id + 1));
    return id;
  }

  collection(db: string, name: string): Collection | undefined { this.refresh(); return this.catalog.get(`${db}.${name}`); }
  collections(db?: string): Collection[] { this.refresh(); return [...this.catalog.values()].filter((c) => db === undefined || c.db === db); }

  createCollection(db: string, name: string, options: Doc = {}): Collection {
    if (name === '' || name.includes('\0') || name.includes('$') || name.startsWith('.')) throw new CommandError(73, 'InvalidNamespace', `Invalid namespace specified '${db}.${name}'`);
    const coll = this.hydrate({ id: this.nextId(), db, name, options, indexes: [] });
    this.catalog.set(coll.ns, coll);
    this.save(coll);
    return coll;
  }
  ensureCollection(db: string, name: string): Collection { return this.catalog.get(`${db}.${name}`) ?? this.createCollection(db, name); }

  setOptions(coll: Collection, options: Doc): void { coll.options = options; this.save(coll); this.version = -1; this.refresh(); }

  dropCollection(coll: Collection): void {
    this.meta.remove(catalogKey(coll.db, coll.name));
    this.meta.remove(countKey(coll.id));
    for (const id of [coll.id, ...coll.indexes.map((i) => i.id)]) this.meta.put(garbageKey(id), Buffer.alloc(0));
    this.catalog.delete(coll.ns);
    this.bump();
  }

  renameCollection(coll: Collection, db: string, name: string): void {
    this.meta.remove(catalogKey(coll.db, coll.name));
    this.catalog.delete(coll.ns);
    Object.assign(coll, { db, name, ns: `${db}.${name}` });
    this.catalog.set(coll.ns, coll);
    this.save(coll);
  }

  createIndex(coll: Collection, spec: Omit<IndexSpec, 'id'>): void {
    const ix = this.hydrate({ ...coll, indexes: [{ ...spec, id: this.nextId() }] }).indexes[0];
    coll.indexes.push(ix);
    for (const e of this.scan(this.docs, coll.prefix, after(coll.prefix), false)) {
      const doc = decode(e.value);
      const idKey = e.key.subarray(4);
      for (const k of this.indexKeys(coll, ix, e.value, idKey, doc)) {
        if (ix.unique) this.checkUnique(coll, ix, k, idKey, doc);
        this.idx.put(k, idKey);
      }
    }
    this.save(coll);
  }
  dropIndex(coll: Collection, ix: Index): void {
    coll.indexes = coll.indexes.filter((i) => i !== ix);
    this.meta.put(garbageKey(ix.id), Buffer.alloc(0));
    this.save(coll);
  }
  updateIndex(coll: Collection, ix: Index, changes: Doc): void { Object.assign(ix, changes); this.save(coll); }

  /** Deletes a bounded number of entries of dropped collections and indexes; true while some remain. */
  async sweep(limit = 5000): Promise<boolean> {
    const dead: Entry[] = [...this.meta.getRange({ start: Buffer.from('g'), end: Buffer.from('h'), limit: 1 })];
    if (!dead.length) return false;
    await this.write(() => {
      const prefix = dead[0].key.subarray(1);
      let n = 0;
      for (const db of [this.docs, this.idx]) {
        const keys: Buffer[] = [...db.getKeys({ start: prefix, end: after(prefix), limit: limit - n })];
        for (const k of keys) db.remove(k);
        n += keys.length;
      }
      if (n < limit) this.meta.remove(dead[0].key);
    });
    return true;
  }

  // ---- documents -----------------------------------------------------------------------------

  count(coll: Collection): number { const b = this.meta.get(countKey(coll.id)); return b ? b.readDoubleBE(0) : 0; }
  addCount(coll: Collection, delta: number): void {
    if (delta === 0) return;
    const b = Buffer.allocUnsafe(8);
    b.writeDoubleBE(this.count(coll) + delta, 0);
    this.meta.put(countKey(coll.id), b);
  }

  docKey(coll: Collection, idKey: Buffer): Buffer { return Buffer.concat([coll.prefix, idKey]); }
  get(coll: Collection, idKey: Buffer): Buffer | undefined { return this.docs.get(this.docKey(coll, idKey)); }

  /** Inserts one document; throws before writing anything when it would break a unique index. */
  insert(coll: Collection, buf: Buffer): void {
    const { idKey, keys, doc } = this.prepare(coll, buf);
    const dk = this.docKey(coll, idKey);
    if (this.docs.doesExist(dk)) throw duplicateKey(coll.ns, '_id_', { _id: 1 }, { _id: decode(buf)._id });
    for (let i = 0; i < coll.indexes.length; i++) if (coll.indexes[i].unique) for (const k of keys[i]) this.checkUnique(coll, coll.indexes[i], k, idKey, doc ?? buf);
    this.docs.put(dk, buf);
    for (const ks of keys) for (const k of ks) this.idx.put(k, idKey);
  }

  update(coll: Collection, idKey: Buffer, before: Buffer, next: Buffer): void {
    const changes: [Index, Buffer[], Buffer[]][] = [];
    for (const ix of coll.indexes) {
      const a = this.indexKeys(coll, ix, before, idKey), b = this.indexKeys(coll, ix, next, idKey);
      const removed = a.filter((k) => !b.some((o) => o.equals(k)));
      const added = b.filter((k) => !a.some((o) => o.equals(k)));
      if (removed.length || added.length) changes.push([ix, removed, added]);
      if (ix.unique) for (const k of added) this.checkUnique(coll, ix, k, idKey, next);
    }
    this.docs.put(this.docKey(coll, idKey), next);
    for (const [, removed, added] of changes) {
      for (const k of removed) this.idx.remove(k);
      for (const k of added) this.idx.put(k, idKey);
    }
  }

  remove(coll: Collection, idKey: Buffer, buf: Buffer): void {
    for (const ix of coll.indexes) for (const k of this.indexKeys(coll, ix, buf, idKey)) this.idx.remove(k);
    this.docs.remove(this.docKey(coll, idKey));
  }

  private checkUnique(coll: Collection, ix: Index, key: Buffer, idKey: Buffer, source: Buffer | Doc): void {
    const holder = this.idx.get(key);
    if (holder === undefined || holder.equals(idKey)) return;
    const doc = Buffer.isBuffer(source) ? decode(source) : source;
    const tuple = indexTuples(doc, ix.fields.map((f) => f.parts)).tuples[0];
    throw duplicateKey(coll.ns, ix.name, ix.key, Object.fromEntries(ix.fields.map((f, i) => [f.path, tuple[i] ?? null])));
  }

  /** The _id key and every index key of a new document, decoding it only when it must. */
  private prepare(coll: Collection, buf: Buffer): { idKey: Buffer; keys: Buffer[][]; doc?: Doc } {
    const at = new Map<string, [number, number]>();
    rawEach(buf, (name, type, pos) => { at.set(name, [type, pos]); });
    const id = at.get('_id')!;
    let doc: Doc | undefined;
    const kw = this.kw.reset();
    if (!kw.rawScalar(id[0], buf, id[1])) { kw.reset(); doc = decode(buf); kw.value(doc._id); }
    const idKey = kw.take();
    if (idKey.length > MAX_KEY) throw new CommandError(17280, 'KeyTooLong', `_id is too long to index: ${idKey.length} bytes`);
    const keys = coll.indexes.map((ix) => {
      if (ix.rawable && doc === undefined) {
        kw.reset().bytes(ix.prefix);
        let ok = true;
        for (const f of ix.fields) {
          const start = kw.pos;
          const el = at.get(f.path);
          if (el === undefined) kw.value(undefined);
          else if (!kw.rawScalar(el[0], buf, el[1])) { ok = false; break; }
          if (f.dir < 0) kw.invert(start);
        }
        if (ok) return [this.finish(ix, idKey)];
      }
      doc ??= decode(buf);
      return this.indexKeys(coll, ix, buf, idKey, doc);
    });
    return { idKey, keys, doc };
  }

  private finish(ix: Index, idKey: Buffer): Buffer {
    if (!ix.unique) this.kw.bytes(idKey);
    if (this.kw.pos > MAX_KEY) throw new CommandError(17280, 'KeyTooLong', `Index key too long for index ${ix.name}: ${this.kw.pos} bytes, limit ${MAX_KEY}`);
    return this.kw.take();
  }

  private indexKeys(coll: Collection, ix: Index, buf: Buffer, idKey: Buffer, doc: Doc = decode(buf)): Buffer[] {
    if (ix.partial && !ix.partial(doc)) return [];
    const { tuples, multikey } = indexTuples(doc, ix.fields.map((f) => f.parts));
    if (ix.sparse && tuples.every((t) => t.every((v) => v === undefined))) return [];
    if (multikey && !ix.multikey) { ix.multikey = true; this.save(coll); }
    const out: Buffer[] = [];
    for (const t of tuples) {
      this.kw.reset().bytes(ix.prefix);
      for (let i = 0; i < t.length; i++) this.kw.component(t[i], ix.fields[i].dir);
      const k = this.finish(ix, idKey);
      if (!multikey || !out.some((o) => o.equals(k))) out.push(k);
    }
    return out;
  }

  // ---- reading -------------------------------------------------------------------------------

  /**
   * Entries of [start, end) in chunks, each read in its own transaction, so a slow reader pins no
   * pages and sees later writes: MongoDB's own (non-snapshot) cursor guarantee.
   */
  private *scan(db: Database<Buffer, Buffer>, start: Buffer, end: Buffer, reverse: boolean): Generator<Entry, void, void> {
    let from = reverse ? end : start;
    while (true) {
      const chunk: Entry[] = [...(reverse
        ? db.getRange({ start: from, end: start, reverse: true, limit: CHUNK, exclusiveStart: true, inclusiveEnd: true })
        : db.getRange({ start: from, end, limit: CHUNK }))];
      yield* chunk;
      if (chunk.length < CHUNK) return;
      const last = chunk[chunk.length - 1].key;
      from = reverse ? last : Buffer.concat([last, Buffer.from([0])]);
    }
  }
  scanDocs(range: Range, reverse: boolean): Generator<Entry, void, void> { return this.scan(this.docs, range.start, range.end, reverse); }
  scanIndex(range: Range, reverse: boolean): Generator<Entry, void, void> { return this.scan(this.idx, range.start, range.end, reverse); }
  countRange(which: 'docs' | 'idx', range: Range, limit?: number): number {
    return this[which].getKeysCount({ start: range.start, end: range.end, ...(limit ? { limit } : {}) } as any);
  }
  /** Compares every document with every index entry. */
  verify(coll: Collection): { records: number; errors: string[] } {
    const errors: string[] = [];
    let records = 0;
    const expected = new Map<number, number>(coll.indexes.map((i) => [i.id, 0]));
    for (const e of this.scanDocs({ start: coll.prefix, end: after(coll.prefix) }, false)) {
      records++;
      const idKey = e.key.subarray(4);
      const doc = decode(e.value);
      this.kw.reset().value(doc._id);
      if (!this.kw.take().equals(idKey)) errors.push(`document stored under the wrong _id: ${String(doc._id)}`);
      for (const ix of coll.indexes) for (const k of this.indexKeys(coll, ix, e.value, idKey, doc)) {
        expected.set(ix.id, expected.get(ix.id)! + 1);
        const holder = this.idx.get(k);
        if (!holder || !holder.equals(idKey)) errors.push(`index ${ix.name} lacks _id ${String(doc._id)}`);
      }
    }
    for (const ix of coll.indexes) {
      const n = this.countRange('idx', { start: ix.prefix, end: after(ix.prefix) });
      if (n !== expected.get(ix.id)) errors.push(`index ${ix.name} has ${n} entries, expected ${expected.get(ix.id)}`);
    }
    if (records !== this.count(coll)) errors.push(`count is ${this.count(coll)}, documents ${records}`);
    return { records, errors };
  }
  stats(): Doc { return this.env.getStats() as Doc; }
}

export const sizeOf = (doc: Doc): number => BSON.calculateObjectSize(doc);
