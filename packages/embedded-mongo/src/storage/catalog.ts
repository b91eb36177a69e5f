import { type BsonDocument, decode, encode } from '../bson/bson-document.js';
import type { Direction } from '../bson/key-writer.js';
import { toNumber } from '../bson/value-type.js';
import { compileFilter, type Filter } from '../query/compile-filter.js';
import { invalidNamespace } from '../server-error.js';
import type { Environment } from './environment.js';
import { idPrefix, keysWithPrefix } from './key-range.js';

interface IndexField {
  path: string;
  parts: string[];
  direction: Direction;
}

/** The stored definition of an index. */
export interface IndexDefinition {
  id: number;
  name: string;
  key: BsonDocument;
  unique?: boolean;
  sparse?: boolean;
  hidden?: boolean;
  expireAfterSeconds?: number;
  partialFilterExpression?: BsonDocument;
  /** Whether some document has an array on an indexed path, and so may have several entries. */
  multikey?: boolean;
}

export interface Index {
  definition: IndexDefinition;
  fields: IndexField[];
  /** The first bytes of all keys of the index. */
  prefix: Buffer;
  /** Whether keys can be made from an encoded document, unless a value needs decoding. */
  readsRaw: boolean;
  /** The partial filter. */
  accepts: Filter | undefined;
}

interface CollectionDefinition {
  id: number;
  db: string;
  name: string;
  options: BsonDocument;
  indexes: IndexDefinition[];
}

export interface Collection {
  id: number;
  db: string;
  name: string;
  /** `db.name` */
  ns: string;
  options: BsonDocument;
  indexes: Index[];
  /** The fields that keys are made of without decoding: `_id` and the fields of indexes with `readsRaw`. */
  topLevelFields: Set<string>;
  prefix: Buffer;
  validator: Filter | undefined;
}

export interface CollectionSize {
  documents: number;
  bytes: number;
}

const NEXT_ID = Buffer.from('seq');
const VERSION = Buffer.from('ver');
const definitionKey = (db: string, name: string): Buffer => Buffer.from(`c\0${db}\0${name}`);
const sizeKey = (id: number): Buffer => Buffer.concat([Buffer.from('n'), idPrefix(id)]);
const garbageKey = (id: number): Buffer => Buffer.concat([Buffer.from('g'), idPrefix(id)]);
const ASCII_FIELD = /^[\x01-\x2d\x2f-\x7e]+$/;
const SWEEP_ENTRIES = 2000;

/**
 * The collections and indexes of a database. Cached, and read again after another process changed them:
 *
 *   'c' 00 db 00 name   definition (BSON)         'n' id   number of documents, bytes
 *   'seq'               the next id               'g' id   dropped, with entries left to remove
 *   'ver'               number of changes
 */
export class Catalog {
  private readonly environment: Environment;
  private collections = new Map<string, Collection>();
  private version = -1;

  constructor(environment: Environment) {
    this.environment = environment;
  }

  find(db: string, name: string): Collection | undefined {
    this.refresh();
    return this.collections.get(`${db}.${name}`);
  }

  /** Lists all collections, or those of one database, in the order of their names. */
  list(db?: string): Collection[] {
    this.refresh();
    const all = [...this.collections.values()].filter(
      (collection) => db === undefined || collection.db === db,
    );
    return all.sort((a, b) => (a.ns < b.ns ? -1 : 1));
  }

  /** Empties the cache, after work that changed the catalog was undone. */
  forget(): void {
    this.version = -1;
  }

  private refresh(): void {
    const version = this.environment.get('meta', VERSION)?.readUInt32BE(0) ?? 0;
    if (version === this.version) return;
    this.collections.clear();
    for (const { value } of this.environment.scan('meta', keysWithPrefix(Buffer.from('c\0')))) {
      const collection = toCollection(decode(value) as unknown as CollectionDefinition);
      this.collections.set(collection.ns, collection);
    }
    this.version = version;
  }

  create(db: string, name: string, options: BsonDocument = {}): Collection {
    checkName(db, name);
    const collection = toCollection({ id: this.nextId(), db, name, options, indexes: [] });
    this.save(collection);
    return collection;
  }

  findOrCreate(db: string, name: string): Collection {
    return this.find(db, name) ?? this.create(db, name);
  }

  setOptions(collection: Collection, options: BsonDocument): void {
    this.save(toCollection({ ...definitionOf(collection), options }));
  }

  rename(collection: Collection, db: string, name: string): void {
    checkName(db, name);
    this.environment.remove('meta', definitionKey(collection.db, collection.name));
    this.collections.delete(collection.ns);
    this.save(toCollection({ ...definitionOf(collection), db, name }));
  }

  drop(collection: Collection): void {
    this.environment.remove('meta', definitionKey(collection.db, collection.name));
    this.environment.remove('meta', sizeKey(collection.id));
    for (const { id } of [collection, ...collection.indexes.map((index) => index.definition)])
      this.markAsGarbage(id);
    this.collections.delete(collection.ns);
    this.raiseVersion();
  }

  /** Adds an index without entries. */
  addIndex(collection: Collection, definition: Omit<IndexDefinition, 'id'>): Index {
    const index = toIndex({ ...definition, id: this.nextId() });
    collection.indexes.push(index);
    collection.topLevelFields = topLevelFields(collection.indexes);
    this.save(collection);
    return index;
  }

  dropIndex(collection: Collection, index: Index): void {
    collection.indexes = collection.indexes.filter((other) => other !== index);
    this.markAsGarbage(index.definition.id);
    this.save(collection);
  }

  changeIndex(collection: Collection, index: Index, changes: Partial<IndexDefinition>): void {
    Object.assign(index.definition, changes);
    this.save(collection);
  }

  size(collection: Collection): CollectionSize {
    const stored = this.environment.get('meta', sizeKey(collection.id));
    return stored === undefined
      ? { documents: 0, bytes: 0 }
      : { documents: stored.readDoubleBE(0), bytes: stored.readDoubleBE(8) };
  }

  changeSize(collection: Collection, change: CollectionSize): void {
    if (change.documents === 0 && change.bytes === 0) return;
    const before = this.size(collection);
    const stored = Buffer.allocUnsafe(16);
    stored.writeDoubleBE(before.documents + change.documents, 0);
    stored.writeDoubleBE(before.bytes + change.bytes, 8);
    this.environment.put('meta', sizeKey(collection.id), stored);
  }

  /** Whether dropped collections or indexes still have entries. */
  hasGarbage(): boolean {
    return this.environment.keys('meta', keysWithPrefix(Buffer.from('g')), 1).length > 0;
  }

  /** Removes a limited number of entries of a dropped collection or index. */
  removeSomeGarbage(): void {
    const [key] = this.environment.keys('meta', keysWithPrefix(Buffer.from('g')), 1);
    if (key === undefined) return;
    const range = keysWithPrefix(key.subarray(1));
    let removed = 0;
    for (const table of ['documents', 'indexes'] as const) {
      const dead = this.environment.keys(table, range, SWEEP_ENTRIES - removed);
      for (const entry of dead) this.environment.remove(table, entry);
      removed += dead.length;
    }
    if (removed < SWEEP_ENTRIES) this.environment.remove('meta', key);
  }

  private markAsGarbage(id: number): void {
    this.environment.put('meta', garbageKey(id), Buffer.alloc(0));
  }

  private save(collection: Collection): void {
    this.collections.set(collection.ns, collection);
    this.environment.put(
      'meta',
      definitionKey(collection.db, collection.name),
      encode({ ...definitionOf(collection) }),
    );
    this.raiseVersion();
  }

  private raiseVersion(): void {
    this.version = (this.version + 1) >>> 0;
    this.environment.put('meta', VERSION, idPrefix(this.version));
  }

  private nextId(): number {
    const id = this.environment.get('meta', NEXT_ID)?.readUInt32BE(0) ?? 1;
    this.environment.put('meta', NEXT_ID, idPrefix(id + 1));
    return id;
  }
}

const MAX_NAMESPACE_BYTES = 255;

function checkName(db: string, name: string): void {
  const isValid =
    db !== '' && name !== '' && !/[\0$]/.test(name) && !/[\0$./\\ "]/.test(db) && !name.startsWith('.');
  const isShort = Buffer.byteLength(`${db}.${name}`) <= MAX_NAMESPACE_BYTES;
  if (!isValid || !isShort) throw invalidNamespace(`Invalid namespace specified '${db}.${name}'`);
}

function toCollection(definition: CollectionDefinition): Collection {
  const { id, db, name, options } = definition;
  const { validator, validationLevel, validationAction } = options;
  const indexes = definition.indexes.map(toIndex);
  const isChecked = validator !== undefined && validationLevel !== 'off' && validationAction !== 'warn';
  return {
    id,
    db,
    name,
    ns: `${db}.${name}`,
    options,
    indexes,
    topLevelFields: topLevelFields(indexes),
    prefix: idPrefix(id),
    validator: isChecked ? compileFilter(validator) : undefined,
  };
}

const topLevelFields = (indexes: Index[]): Set<string> =>
  new Set([
    '_id',
    ...indexes.filter(({ readsRaw }) => readsRaw).flatMap(({ fields }) => fields.map(({ path }) => path)),
  ]);

const definitionOf = ({ id, db, name, options, indexes }: Collection): CollectionDefinition => ({
  id,
  db,
  name,
  options,
  indexes: indexes.map((index) => index.definition),
});

function toIndex(definition: IndexDefinition): Index {
  const fields = Object.entries(definition.key).map(
    ([path, direction]): IndexField => ({
      path,
      parts: path.split('.'),
      direction: (toNumber(direction) ?? 1) < 0 ? -1 : 1,
    }),
  );
  const { sparse, partialFilterExpression } = definition;
  const readsRaw = sparse !== true && partialFilterExpression === undefined;
  return {
    definition,
    fields,
    prefix: idPrefix(definition.id),
    readsRaw: readsRaw && fields.every((field) => ASCII_FIELD.test(field.path)),
    accepts: partialFilterExpression === undefined ? undefined : compileFilter(partialFilterExpression),
  };
}
