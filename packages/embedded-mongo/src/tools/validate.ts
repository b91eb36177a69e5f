import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkDataFile, DATA_FILE } from '../storage/check-data-file.js';
import type { CollectionCheck } from '../storage/verify-collection.js';
import { type DatabaseTask, runDatabaseTask } from './run-database-task.js';

export interface DatabaseCheck {
  isValid: boolean;
  collections: CollectionCheck[];
}

/**
 * Compares every document of a database with every index entry. Servers may use it at the same time.
 *
 * @throws Error if the directory holds no database, or if a page of it cannot be read.
 */
export const validateEmbeddedMongo = (dataDir: string): Promise<DatabaseCheck> => check({ dataDir });

async function check(task: DatabaseTask): Promise<DatabaseCheck> {
  checkDataFile(join(task.dataDir, DATA_FILE));
  const collections = await runDatabaseTask(task);
  return { isValid: collections.every(({ errors }) => errors.length === 0), collections };
}

/** @throws Error that names the first fault. */
export const assertValid = (dataDir: string): Promise<void> => assertChecked({ dataDir });

async function assertChecked(task: DatabaseTask): Promise<void> {
  const { collections } = await check(task);
  const faulty = collections.find(({ errors }) => errors.length > 0);
  if (faulty !== undefined) throw new Error(`collection ${faulty.ns} is damaged: ${faulty.errors[0]}`);
}

/**
 * Checks the whole database if the end of its file is missing. If only free pages are, makes the file whole, so that
 * no later read of it can end the process.
 *
 * @throws Error if a page that is in use is missing.
 */
export async function requireWholeFile(dataDir: string): Promise<void> {
  const path = join(dataDir, DATA_FILE);
  const missingBytes = checkDataFile(path);
  if (missingBytes === 0) return;
  try {
    await assertChecked({ dataDir, probesWriting: true });
  } catch (cause) {
    throw new Error(
      `the last ${missingBytes} bytes of ${path} are missing; move it away and restore a backup with \`inlet db restore\``,
      { cause },
    );
  }
  // Appending never overwrites what servers write at the same time.
  appendFileSync(path, Buffer.alloc(checkDataFile(path)));
}
