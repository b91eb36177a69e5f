import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from '../storage/database.js';

export const DATA_FILE = 'data.mdb';

/**
 * Runs work on a database that is there, beside whoever else uses it.
 *
 * @throws Error when the directory holds none.
 */
export async function withDatabase<T>(
  dataDir: string,
  work: (database: Database) => T | Promise<T>,
): Promise<T> {
  if (!existsSync(join(dataDir, DATA_FILE))) throw new Error(`there is no database in ${dataDir}`);
  const database = new Database({ path: dataDir, durability: 'flush' });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
