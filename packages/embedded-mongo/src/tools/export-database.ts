import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { BSON } from 'bson';
import type { Collection, Db, MongoClient } from 'mongodb';
import { SYSTEM_DATABASES } from './exported-databases.js';

export interface TransferredCollection {
  /** `database.collection` */
  ns: string;
  documents: number;
  indexes: number;
}

/**
 * Writes the databases of a server to files, in the layout of mongodump: for each collection
 * `<database>/<collection>.bson` and `.metadata.json`. A URI that names a database exports only that
 * one. Collections are read one after the other, so stop all writes if they must be consistent with each other.
 */
export function exportDatabase(uri: string, dir: string): Promise<TransferredCollection[]> {
  return withClient(uri, async (client, onlyName) => {
    const names = onlyName === undefined ? await databaseNames(client) : [onlyName];
    const exported: TransferredCollection[] = [];
    for (const name of names) exported.push(...(await exportOne(client.db(name), join(dir, fileName(name)))));
    return exported;
  });
}

async function databaseNames(client: MongoClient): Promise<string[]> {
  const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true });
  return databases.map(({ name }) => name).filter((name) => !SYSTEM_DATABASES.has(name));
}

async function exportOne(db: Db, dir: string): Promise<TransferredCollection[]> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const exported: TransferredCollection[] = [];
  for await (const { name, type, options } of db.listCollections({}, { nameOnly: false })) {
    if (type !== 'collection' || name.startsWith('system.')) continue;
    const collection = db.collection(name);
    const indexes = await collection.indexes();
    const documents = await writeDocuments(collection, join(dir, `${fileName(name)}.bson`));
    const metadata = { options: options ?? {}, indexes, collectionName: name, type: 'collection' };
    writeFileSync(
      join(dir, `${fileName(name)}.metadata.json`),
      BSON.EJSON.stringify(metadata, { relaxed: false }),
    );
    exported.push({ ns: collection.namespace, documents, indexes: indexes.length });
  }
  return exported;
}

async function writeDocuments(collection: Collection, path: string): Promise<number> {
  let count = 0;
  async function* documents(): AsyncGenerator<Uint8Array> {
    for await (const document of collection.find({}, { raw: true })) {
      count++;
      yield document as unknown as Uint8Array;
    }
  }
  await pipeline(documents, createWriteStream(path, { mode: 0o600 }));
  return count;
}

/** Encodes characters that file names cannot have. */
const fileName = (name: string): string => encodeURIComponent(name);

/** Runs work with a client and the name of the database in the URI, if it names one. */
export async function withClient<T>(
  uri: string,
  work: (client: MongoClient, databaseName: string | undefined) => Promise<T>,
): Promise<T> {
  // The driver is large, and only exports and imports need it.
  const { MongoClient } = await import('mongodb');
  const client = await MongoClient.connect(uri);
  try {
    const [, name] = /^mongodb(?:\+srv)?:\/\/[^/]+\/([^?]+)/.exec(uri) ?? [];
    return await work(client, name === undefined ? undefined : decodeURIComponent(name));
  } finally {
    await client.close();
  }
}
