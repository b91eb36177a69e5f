import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DATA_FILE } from './open-existing.js';

/** Makes the database of one directory that of another, in one step and for good. */
export function moveIntoPlace(fromDir: string, dataDir: string): void {
  flush(join(fromDir, DATA_FILE));
  renameSync(join(fromDir, DATA_FILE), join(dataDir, DATA_FILE));
  // It belongs to the file that was there before; the next to open the database makes a new one.
  rmSync(join(dataDir, 'lock.mdb'), { force: true });
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
