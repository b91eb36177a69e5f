import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DATA_FILE } from '../storage/check-data-file.js';
import { Database } from '../storage/database.js';
import { type CollectionCheck, verifyCollection } from '../storage/verify-collection.js';

export interface DatabaseCheck {
  isValid: boolean;
  collections: CollectionCheck[];
}

/** Compares every document of a database with every index entry. Servers may use it at the same time. */
export function validateEmbeddedMongo(dataDir: string): Promise<DatabaseCheck> {
  return withDatabase(dataDir, checkDatabase);
}

function checkDatabase({ environment, catalog, documents }: Database): DatabaseCheck {
  const collections = environment.read(() =>
    catalog.list().map((collection) => verifyCollection(documents, collection)),
  );
  return { isValid: collections.every(({ errors }) => errors.length === 0), collections };
}

/** @throws Error that names the first fault. */
export async function assertValid(dataDir: string): Promise<void> {
  const { collections } = await validateEmbeddedMongo(dataDir);
  const faulty = collections.find(({ errors }) => errors.length > 0);
  if (faulty !== undefined) throw new Error(`collection ${faulty.ns} is damaged: ${faulty.errors[0]}`);
}

/**
 * Runs work on an existing database, which servers may use at the same time.
 *
 * @throws Error if the directory holds no database.
 */
export async function withDatabase<T>(
  dataDir: string,
  work: (database: Database) => T | Promise<T>,
): Promise<T> {
  if (!existsSync(join(dataDir, DATA_FILE))) throw new Error(`no database found in ${dataDir}`);
  const database = new Database({ path: dataDir, durability: 'flush' });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
