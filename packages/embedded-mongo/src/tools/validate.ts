import type { Database } from '../storage/database.js';
import { type CollectionCheck, verifyCollection } from '../storage/verify-collection.js';
import { withDatabase } from './open-existing.js';

export interface DatabaseCheck {
  isValid: boolean;
  collections: CollectionCheck[];
}

/** Compares every document of a database with every index entry. Others may go on using it meanwhile. */
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
