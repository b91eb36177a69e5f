import { type BsonDocument, decode } from '../bson/bson-document.js';
import { KeyWriter } from '../bson/key-writer.js';
import { type RawElement, readElements } from '../bson/raw-document.js';
import { type Filter, matchesRaw } from '../query/compile-filter.js';
import { ServerError } from '../server-error.js';
import type { Collection, Index } from './catalog.js';
import { collectIndexValues } from './index-values.js';

/** The limit of LMDB is 1,978 bytes. */
const MAX_KEY_BYTES = 1900;

export interface IndexKeys {
  keys: Buffer[];
  multikey: boolean;
}

export interface DocumentKeys {
  /** The order-preserving bytes of `_id`. */
  idKey: Buffer;
  /** The keys in each index of the collection, in their order. */
  perIndex: IndexKeys[];
}

/**
 * Makes the keys under which a document and its index entries are stored. Reads the encoded
 * document if possible, and otherwise decodes it once.
 */
export class DocumentKeyMaker {
  private readonly writer = new KeyWriter(4096);

  keysOf(collection: Collection, raw: Buffer): DocumentKeys {
    const elements = findElements(raw, collection.topLevelFields);
    let decoded: BsonDocument | undefined;
    const document = (): BsonDocument => (decoded ??= decode(raw));
    const idKey = this.idKey(elements.get('_id'), raw, document);
    const perIndex = collection.indexes.map(
      (index) => this.rawKeys(index, elements, raw, idKey) ?? this.decodedKeys(index, raw, document(), idKey),
    );
    return { idKey, perIndex };
  }

  private idKey(element: RawElement | undefined, raw: Buffer, document: () => BsonDocument): Buffer {
    this.writer.reset();
    const isDone = element !== undefined && this.writer.rawScalar(element.type, raw, element.at);
    if (!isDone) this.writer.value(document()._id);
    if (this.writer.length > MAX_KEY_BYTES) throw keyTooLong('_id_', this.writer.length);
    return this.writer.take();
  }

  private rawKeys(
    index: Index,
    elements: Map<string, RawElement>,
    raw: Buffer,
    idKey: Buffer,
  ): IndexKeys | undefined {
    if (!index.readsRaw) return undefined;
    const { writer } = this;
    writer.reset().bytes(index.prefix);
    for (const { path, direction } of index.fields) {
      const start = writer.length;
      const element = elements.get(path);
      if (element === undefined) writer.value(undefined);
      else if (!writer.rawScalar(element.type, raw, element.at)) return undefined;
      if (direction < 0) writer.invertFrom(start);
    }
    return { keys: [this.finish(index, idKey)], multikey: false };
  }

  private decodedKeys(index: Index, raw: Buffer, document: BsonDocument, idKey: Buffer): IndexKeys {
    if (index.accepts !== undefined && !isAccepted(index.accepts, raw, document))
      return { keys: [], multikey: false };
    const paths = index.fields.map((field) => field.parts);
    const { tuples, multikey } = collectIndexValues(document, paths);
    const isMissing = tuples.every((tuple) => tuple.every((value) => value === undefined));
    if (index.definition.sparse === true && isMissing) return { keys: [], multikey };
    const keys = tuples.map((tuple) => this.tupleKey(index, tuple, idKey));
    return { keys: multikey ? withoutRepeats(keys) : keys, multikey };
  }

  private tupleKey(index: Index, tuple: unknown[], idKey: Buffer): Buffer {
    this.writer.reset().bytes(index.prefix);
    index.fields.forEach((field, i) => {
      this.writer.component(tuple[i], field.direction);
    });
    return this.finish(index, idKey);
  }

  /** Appends the key of the document, unless the index is unique. */
  private finish(index: Index, idKey: Buffer): Buffer {
    if (index.definition.unique !== true) this.writer.bytes(idKey);
    if (this.writer.length > MAX_KEY_BYTES) throw keyTooLong(index.definition.name, this.writer.length);
    return this.writer.take();
  }
}

/** Finds the elements of some fields; stops reading after the last of them. */
function findElements(raw: Buffer, names: ReadonlySet<string>): Map<string, RawElement> {
  const elements = new Map<string, RawElement>();
  for (const element of readElements(raw)) {
    if (!names.has(element.name)) continue;
    elements.set(element.name, element);
    if (elements.size === names.size) break;
  }
  return elements;
}

const isAccepted = (filter: Filter, raw: Buffer, document: BsonDocument): boolean =>
  filter.isExact ? matchesRaw(filter, raw) : filter.matches(document);

const keyTooLong = (indexName: string, sizeBytes: number): ServerError =>
  new ServerError(
    17280,
    'KeyTooLong',
    `key too long for index ${indexName}: ${sizeBytes} bytes, the limit is ${MAX_KEY_BYTES}`,
  );

function withoutRepeats(keys: Buffer[]): Buffer[] {
  return [...new Map(keys.map((key) => [key.toString('latin1'), key])).values()];
}
