import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { MAINTENANCE_COPY } from '../maintenance-lock.js';
import { withExclusiveAccess } from '../run-directory.js';
import { DATA_FILE } from '../storage/check-data-file.js';
import { LOCK_FILE } from '../storage/lock-file.js';
import { runDatabaseTask } from './run-database-task.js';
import { assertValid } from './validate.js';

/** In the directory of a backup until the copy is whole and checked. */
const INCOMPLETE_COPY = 'incomplete';

/**
 * Copies one consistent state of a database, which servers may use at the same time, and checks the copy. If it fails
 * or is killed, the directory holds nothing that can be restored.
 *
 * @param toDir must be empty or missing; it is created with mode 0700.
 * @throws Error if the database does not exist, or the copy is damaged.
 */
export async function backupEmbeddedMongo(dataDir: string, toDir: string): Promise<void> {
  mkdirSync(toDir, { recursive: true, mode: 0o700 });
  if (readdirSync(toDir).length > 0)
    throw new Error(`a backup needs an empty directory, and ${toDir} is not empty`);
  await inDirectory(join(resolve(toDir), INCOMPLETE_COPY), async (copy) => {
    await runDatabaseTask({ dataDir: resolve(dataDir), copyTo: copy });
    await assertValid(copy);
    moveIntoPlace(copy, toDir);
  });
}

/**
 * Checks a backup and copies it into a data directory without a database.
 *
 * @throws Error if the directory has a database, or the backup is damaged.
 */
export async function restoreEmbeddedMongo(fromDir: string, dataDir: string): Promise<void> {
  const source = join(fromDir, DATA_FILE);
  if (!existsSync(source)) throw new Error(`no backup found in ${fromDir}`);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  await withExclusiveAccess(dataDir, async () => {
    if (existsSync(join(dataDir, DATA_FILE)))
      throw new Error(`${dataDir} already has a database; move it away first`);
    await inTemporary(dataDir, async (temporary) => {
      copyFileSync(source, join(temporary, DATA_FILE));
      await assertValid(temporary);
      moveIntoPlace(temporary, dataDir);
    });
  });
}

/**
 * Rewrites a database without its free space. No server may use it at the same time.
 *
 * @throws Error if a server uses the database, or if it is damaged; it is unchanged then.
 */
export async function compactEmbeddedMongo(dataDir: string): Promise<void> {
  await withExclusiveAccess(dataDir, () =>
    inTemporary(dataDir, async (temporary) => {
      await runDatabaseTask({ dataDir, copyTo: temporary, removesGarbage: true });
      await assertValid(temporary);
      moveIntoPlace(temporary, dataDir);
    }),
  );
}

/** Runs work with a temporary directory on the disk of the data. The caller must own the maintenance lock. */
const inTemporary = (dataDir: string, work: (directory: string) => Promise<void>): Promise<void> =>
  inDirectory(join(resolve(dataDir), 'run', MAINTENANCE_COPY), work);

/** Creates a directory for some work, and removes it after that. */
async function inDirectory(directory: string, work: (directory: string) => Promise<void>): Promise<void> {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { mode: 0o700 });
  try {
    await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Moves the database of one directory to another, atomically, and flushes it to disk. */
function moveIntoPlace(fromDir: string, dataDir: string): void {
  flush(join(fromDir, DATA_FILE));
  renameSync(join(fromDir, DATA_FILE), join(dataDir, DATA_FILE));
  // The lock file belongs to the previous data file; the next process to open the database creates a new one.
  rmSync(join(dataDir, LOCK_FILE), { force: true });
  if (process.platform !== 'win32') flush(dataDir);
}

function flush(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
