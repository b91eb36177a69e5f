import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BSON } from 'bson';
import type { Collection, Db, Document, IndexDescription } from 'mongodb';
import { decodeExactly } from '../bson/bson-document.js';
import type { TransferredCollection } from './export-database.js';
import { withClient } from './with-client.js';

interface Metadata {
  options?: Document;
  indexes?: IndexDescription[];
  collectionName?: string;
}

const BATCH_DOCUMENTS = 1000;
const BATCH_BYTES = 4 * 1024 * 1024;
/** What `indexes()` tells of an index that is no option of a new one. */
const NOT_AN_OPTION = new Set(['v', 'ns', 'background']);

/**
 * Reads what `exportDatabase` or mongodump wrote into a server. Documents go in first and indexes
 * after them.
 *
 * @throws Error when a collection that is to be filled has documents already.
 */
export function importDatabase(dir: string, uri: string): Promise<TransferredCollection[]> {
  return withClient(uri, async (client) => {
    const imported: TransferredCollection[] = [];
    const databases = readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    for (const { name } of databases) {
      imported.push(...(await importOne(client.db(decodeURIComponent(name)), join(dir, name))));
    }
    return imported;
  });
}

async function importOne(db: Db, dir: string): Promise<TransferredCollection[]> {
  const imported: TransferredCollection[] = [];
  for (const file of readdirSync(dir).filter((name) => name.endsWith('.bson'))) {
    const base = file.slice(0, -'.bson'.length);
    const {
      options = {},
      indexes = [],
      collectionName = decodeURIComponent(base),
    } = readMetadata(join(dir, `${base}.metadata.json`));
    const collection = await emptyCollection(db, collectionName, options);
    const documents = await insertAll(collection, join(dir, file));
    const others = indexes.filter(({ name }) => name !== '_id_').map(withoutVersion);
    if (others.length > 0) await collection.createIndexes(others);
    imported.push({ ns: collection.namespace, documents, indexes: others.length + 1 });
  }
  return imported;
}

function readMetadata(path: string): Metadata {
  if (!existsSync(path)) return {};
  return BSON.EJSON.parse(readFileSync(path, 'utf8')) as Metadata;
}

const withoutVersion = (index: IndexDescription): IndexDescription =>
  Object.fromEntries(
    Object.entries(index).filter(([name]) => !NOT_AN_OPTION.has(name)),
  ) as unknown as IndexDescription;

async function emptyCollection(db: Db, name: string, options: Document): Promise<Collection> {
  const collection = db.collection(name);
  if ((await collection.findOne({}, { projection: { _id: 1 } })) !== null) {
    throw new Error(
      `the collection ${collection.namespace} is not empty; import into another database, or drop it first`,
    );
  }
  const isThere = await db.listCollections({ name }, { nameOnly: true }).hasNext();
  if (!isThere) await db.createCollection(name, options);
  return collection;
}

async function insertAll(collection: Collection, path: string): Promise<number> {
  let count = 0;
  let batch: Document[] = [];
  let bytes = 0;
  const insertBatch = async (): Promise<void> => {
    if (batch.length > 0) await collection.insertMany(batch, { ordered: false });
    count += batch.length;
    batch = [];
    bytes = 0;
  };
  for await (const document of readDocuments(path)) {
    batch.push(decodeExactly(document));
    bytes += document.length;
    if (batch.length === BATCH_DOCUMENTS || bytes > BATCH_BYTES) await insertBatch();
  }
  await insertBatch();
  return count;
}

/** The documents of a file, which stand one after the other. */
async function* readDocuments(path: string): AsyncGenerator<Buffer, void, void> {
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
    rest = Buffer.concat([rest, chunk as Buffer]);
    while (rest.length >= 4 && rest.length >= rest.readInt32LE(0)) {
      const size = rest.readInt32LE(0);
      if (size < 5) throw new Error(`${path} is damaged: a document cannot have ${size} bytes`);
      yield rest.subarray(0, size);
      rest = rest.subarray(size);
    }
  }
  if (rest.length > 0) throw new Error(`${path} ends within a document`);
}
