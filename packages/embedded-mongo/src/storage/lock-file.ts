import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const LOCK_FILE = 'lock.mdb';

/** Larger than the lock file of LMDB for its 126 readers. */
const LOCK_BYTES = 16_384;

/**
 * Makes the lock file if there is none. LMDB would make one without contents and write to it through a memory map,
 * which ends the process if the disk is full. LMDB initializes a lock file that nobody uses, whatever it holds.
 *
 * @throws Error `ENOSPC` if the disk is full.
 */
export function reserveLockFile(dataDir: string): void {
  const path = join(dataDir, LOCK_FILE);
  if (process.platform === 'win32' || existsSync(path)) return;
  const aside = `${path}.${randomBytes(8).toString('hex')}`;
  try {
    writeFileSync(aside, Buffer.alloc(LOCK_BYTES), { mode: 0o664 });
    linkSync(aside, path);
  } catch (error) {
    // Another process that opens the database was faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}
