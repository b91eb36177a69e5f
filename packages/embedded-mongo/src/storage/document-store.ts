import { decode } from '../bson/bson-document.js';
import { duplicateKey } from '../server-error.js';
import type { Catalog, Collection, CollectionSize, Index, IndexDefinition } from './catalog.js';
import { DocumentKeyMaker, type DocumentKeys, type IndexKeys } from './document-keys.js';
import type { Entry, Environment } from './environment.js';
import { collectIndexValues } from './index-values.js';
import { type KeyRange, keysWithPrefix } from './key-range.js';

/** A stored document: its key within the collection, and its BSON. */
export interface StoredDocument {
  idKey: Buffer;
  raw: Buffer;
}

interface EntryChange extends IndexKeys {
  index: Index;
}

/**
 * Documents and their index entries.
 *
 *   docs  collection id, key(_id)                -> BSON
 *   idx   index id, key(values), unique          -> key(_id)
 *   idx   index id, key(values), key(_id)        -> key(_id)
 *
 * Methods that change documents must run inside a write.
 */
export class DocumentStore {
  readonly catalog: Catalog;
  private readonly environment: Environment;
  private readonly keyMaker = new DocumentKeyMaker();
  private readonly growth = new Map<Collection, CollectionSize>();

  constructor(environment: Environment, catalog: Catalog) {
    this.environment = environment;
    this.catalog = catalog;
  }

  get(collection: Collection, idKey: Buffer): Buffer | undefined {
    return this.environment.get('documents', documentKey(collection, idKey));
  }

  *documents(
    collection: Collection,
    range = keysWithPrefix(collection.prefix),
    reverse = false,
  ): Generator<StoredDocument> {
    for (const { key, value } of this.environment.scan('documents', range, reverse)) {
      yield { idKey: key.subarray(collection.prefix.length), raw: value };
    }
  }

  indexEntries(range: KeyRange, reverse = false): Generator<Entry> {
    return this.environment.scan('indexes', range, reverse);
  }

  countKeys(table: 'documents' | 'indexes', range: KeyRange): number {
    return this.environment.count(table, range);
  }

  /** @throws ServerError 11000, with nothing written, if a unique index already holds one of the keys. */
  insert(collection: Collection, raw: Buffer): void {
    const { idKey, perIndex } = this.keyMaker.keysOf(collection, raw);
    const added = perIndex.map(
      (keys, i): EntryChange => ({ index: collection.indexes[i] as Index, ...keys }),
    );
    this.checkUnique(collection, added, { idKey, raw });
    if (!this.environment.putNew('documents', documentKey(collection, idKey), raw))
      throw duplicateId(collection, raw);
    this.addEntries(collection, added, idKey);
    this.addGrowth(collection, 1, raw.length);
  }

  /**
   * Replaces a document by one with the same `_id`.
   *
   * @throws ServerError 11000, with nothing written, if a unique index holds one of the new keys.
   */
  update(collection: Collection, before: StoredDocument, raw: Buffer): void {
    const { idKey } = before;
    const old = this.keyMaker.keysOf(collection, before.raw).perIndex;
    const next = this.keyMaker.keysOf(collection, raw).perIndex;
    const added = next.map(({ keys, multikey }, i): EntryChange => {
      const index = collection.indexes[i] as Index;
      return { index, multikey, keys: keysOnlyIn(keys, (old[i] as IndexKeys).keys) };
    });
    this.checkUnique(collection, added, { idKey, raw });
    this.addEntries(collection, added, idKey);
    old.forEach(({ keys }, i) => {
      for (const key of keysOnlyIn(keys, (next[i] as IndexKeys).keys))
        this.environment.remove('indexes', key);
    });
    this.environment.put('documents', documentKey(collection, idKey), raw);
    this.addGrowth(collection, 0, raw.length - before.raw.length);
  }

  remove(collection: Collection, { idKey, raw }: StoredDocument): void {
    for (const { keys } of this.keyMaker.keysOf(collection, raw).perIndex) {
      for (const key of keys) this.environment.remove('indexes', key);
    }
    this.environment.remove('documents', documentKey(collection, idKey));
    this.addGrowth(collection, -1, -raw.length);
  }

  /** Adds an index with entries for all documents of the collection. */
  createIndex(collection: Collection, definition: Omit<IndexDefinition, 'id'>): void {
    const index = this.catalog.addIndex(collection, definition);
    const onlyThis = { ...collection, indexes: [index] };
    for (const document of this.documents(collection)) {
      const [keys] = this.keyMaker.keysOf(onlyThis, document.raw).perIndex;
      const added = [{ index, ...(keys as IndexKeys) }];
      this.checkUnique(collection, added, document);
      this.addEntries(collection, added, document.idKey);
    }
  }

  /** Computes the keys of a document, to verify those that are stored. */
  computeKeys(collection: Collection, raw: Buffer): DocumentKeys {
    return this.keyMaker.keysOf(collection, raw);
  }

  indexEntry(key: Buffer): Buffer | undefined {
    return this.environment.get('indexes', key);
  }

  /** Stores the growth of the collections since the last call. */
  saveSizes(): void {
    for (const [collection, size] of this.growth) this.catalog.changeSize(collection, size);
    this.growth.clear();
  }

  forgetSizes(): void {
    this.growth.clear();
  }

  private addGrowth(collection: Collection, documents: number, bytes: number): void {
    const size = this.growth.get(collection) ?? { documents: 0, bytes: 0 };
    this.growth.set(collection, { documents: size.documents + documents, bytes: size.bytes + bytes });
  }

  private addEntries(collection: Collection, changes: EntryChange[], idKey: Buffer): void {
    for (const { index, keys, multikey } of changes) {
      for (const key of keys) this.environment.put('indexes', key, idKey);
      if (multikey && index.definition.multikey !== true)
        this.catalog.changeIndex(collection, index, { multikey });
    }
  }

  private checkUnique(collection: Collection, changes: EntryChange[], { idKey, raw }: StoredDocument): void {
    for (const { index, keys } of changes) {
      if (index.definition.unique !== true) continue;
      for (const key of keys) {
        const holder = this.environment.get('indexes', key);
        if (holder !== undefined && !holder.equals(idKey)) throw duplicateEntry(collection, index, raw);
      }
    }
  }
}

function duplicateEntry(collection: Collection, index: Index, raw: Buffer): Error {
  const paths = index.fields.map((field) => field.parts);
  const [tuple = []] = collectIndexValues(decode(raw), paths).tuples;
  const keyValue = Object.fromEntries(index.fields.map((field, i) => [field.path, tuple[i] ?? null]));
  const { name: indexName, key: keyPattern } = index.definition;
  return duplicateKey({ ns: collection.ns, indexName, keyPattern, keyValue });
}

const documentKey = (collection: Collection, idKey: Buffer): Buffer =>
  Buffer.concat([collection.prefix, idKey]);

const keysOnlyIn = (keys: Buffer[], others: Buffer[]): Buffer[] =>
  keys.filter((key) => !others.some((other) => other.equals(key)));

function duplicateId(collection: Collection, raw: Buffer): Error {
  const keyValue = { _id: decode(raw)._id };
  return duplicateKey({ ns: collection.ns, indexName: '_id_', keyPattern: { _id: 1 }, keyValue });
}
