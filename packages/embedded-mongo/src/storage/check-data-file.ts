import { closeSync, openSync, readSync, statSync } from 'node:fs';

const PAGE_BYTES = 4096;
/** What every LMDB file begins with, after the header of its first page. */
const MAGIC = Buffer.from([0xde, 0xc0, 0xef, 0xbe]);
const HEADER_BYTES = 64;

/**
 * Looks at the beginning of a data file, if there is one: a file that was cut off there would not
 * give an error but end the process, as LMDB reads it through memory.
 *
 * @throws Error when it is no LMDB file or too short to be one.
 */
export function checkDataFile(path: string): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return;
  const header = Buffer.alloc(HEADER_BYTES);
  const file = openSync(path, 'r');
  try {
    readSync(file, header, 0, HEADER_BYTES, 0);
  } finally {
    closeSync(file);
  }
  if (size < 2 * PAGE_BYTES || !header.includes(MAGIC))
    throw new Error(`${path} is damaged, or no database: restore a backup`);
}
