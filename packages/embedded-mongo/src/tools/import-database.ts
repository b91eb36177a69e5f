import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BSON } from 'bson';
import type { Collection, Db, Document, IndexDescription } from 'mongodb';
import { decodeExactly } from '../bson/bson-document.js';
import { type TransferredCollection, withClient } from './export-database.js';
import { type ExportedDatabase, exportedDatabases } from './exported-databases.js';

interface Metadata {
  options?: Document;
  indexes?: IndexDescription[];
  collectionName?: string;
}

const BATCH_DOCUMENTS = 1000;
const BATCH_BYTES = 4 * 1024 * 1024;
/** Properties that `indexes()` returns and `createIndexes` does not take. */
const NOT_AN_OPTION = new Set(['v', 'ns', 'background']);

/**
 * Imports files of `exportDatabase` or mongodump into a server: each database under its name, or the
 * only database of the export into the one that the URI names. Inserts documents first and creates
 * indexes afterwards.
 *
 * @throws Error, with nothing written, if a target collection has documents, or if the URI names a
 * database and the export does not hold exactly one.
 */
export function importDatabase(dir: string, uri: string): Promise<TransferredCollection[]> {
  return withClient(uri, async (client, onlyName) => {
    const databases = exportedDatabases(dir);
    if (onlyName !== undefined && databases.length !== 1)
      throw new Error(
        `${dir} holds ${databases.length} databases, and only one can be imported into ${onlyName}; leave the database out of the URI`,
      );
    const sources = databases.flatMap((database) =>
      collectionsOf(database, client.db(onlyName ?? database.name)),
    );
    for (const { collection } of sources) await assertEmpty(collection);
    const imported: TransferredCollection[] = [];
    for (const source of sources) imported.push(await importOne(source));
    return imported;
  });
}

interface Source {
  path: string;
  db: Db;
  collection: Collection;
  metadata: Metadata;
}

const collectionsOf = ({ directory, files }: ExportedDatabase, db: Db): Source[] =>
  files.map((file) => {
    const metadata = readMetadata(join(directory, `${file}.metadata.json`));
    const collection = db.collection(metadata.collectionName ?? decodeURIComponent(file));
    return { path: join(directory, `${file}.bson`), db, collection, metadata };
  });

async function assertEmpty(collection: Collection): Promise<void> {
  if ((await collection.findOne({}, { projection: { _id: 1 } })) === null) return;
  throw new Error(
    `the collection ${collection.namespace} is not empty; import into another database, or drop it first`,
  );
}

async function importOne({ path, db, collection, metadata }: Source): Promise<TransferredCollection> {
  const { options = {}, indexes = [] } = metadata;
  const name = collection.collectionName;
  const isThere = await db.listCollections({ name }, { nameOnly: true }).hasNext();
  if (!isThere) await db.createCollection(name, options);
  const documents = await insertAll(collection, path);
  const others = indexes.filter((index) => index.name !== '_id_').map(withoutVersion);
  if (others.length > 0) await collection.createIndexes(others);
  return { ns: collection.namespace, documents, indexes: others.length + 1 };
}

function readMetadata(path: string): Metadata {
  if (!existsSync(path)) return {};
  return BSON.EJSON.parse(readFileSync(path, 'utf8')) as Metadata;
}

const withoutVersion = (index: IndexDescription): IndexDescription =>
  Object.fromEntries(
    Object.entries(index).filter(([name]) => !NOT_AN_OPTION.has(name)),
  ) as unknown as IndexDescription;

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

/** Reads the documents of a file, which follow each other without separators. */
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
