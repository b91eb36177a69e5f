import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MAINTENANCE_COPY } from '../maintenance-lock.js';
import { withoutServers } from '../run-directory.js';
import { moveIntoPlace } from './move-into-place.js';
import { DATA_FILE, withDatabase } from './open-existing.js';
import { assertValid } from './validate.js';

/**
 * Copies a database as it is at one moment, while others go on using it, and checks the copy.
 *
 * @param toDir must be empty or missing; it is made with mode 0700.
 * @throws Error when there is no database, or the copy turns out to be damaged.
 */
export async function backupEmbeddedMongo(dataDir: string, toDir: string): Promise<void> {
  mkdirSync(toDir, { recursive: true, mode: 0o700 });
  if (readdirSync(toDir).length > 0)
    throw new Error(`a backup needs an empty directory, and ${toDir} is not empty`);
  await withDatabase(resolve(dataDir), ({ environment }) => environment.copyTo(resolve(toDir)));
  await assertValid(toDir);
}

/**
 * Puts a backup where no database is yet, and checks it first.
 *
 * @throws Error when there is one already, or the backup is damaged.
 */
export async function restoreEmbeddedMongo(fromDir: string, dataDir: string): Promise<void> {
  const source = join(fromDir, DATA_FILE);
  if (!existsSync(source)) throw new Error(`there is no backup in ${fromDir}`);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  await withoutServers(dataDir, async () => {
    if (existsSync(join(dataDir, DATA_FILE)))
      throw new Error(`there is a database in ${dataDir} already; move it away first`);
    await inTemporary(dataDir, async (temporary) => {
      copyFileSync(source, join(temporary, DATA_FILE));
      await assertValid(temporary);
      moveIntoPlace(temporary, dataDir);
    });
  });
}

/**
 * Rewrites a database without its free space. Nobody may use it meanwhile.
 *
 * @throws Error when a server runs over it, or when it is damaged; it is left as it was then.
 */
export async function compactEmbeddedMongo(dataDir: string): Promise<void> {
  await withoutServers(dataDir, () =>
    inTemporary(dataDir, async (temporary) => {
      await withDatabase(dataDir, async (database) => {
        await database.removeGarbage(() => false);
        await database.environment.copyTo(temporary);
      });
      await assertValid(temporary);
      moveIntoPlace(temporary, dataDir);
    }),
  );
}

/** Runs work that holds the lock, with a directory on the same disk as the data. */
async function inTemporary(dataDir: string, work: (directory: string) => Promise<void>): Promise<void> {
  const directory = join(resolve(dataDir), 'run', MAINTENANCE_COPY);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { mode: 0o700 });
  try {
    await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
