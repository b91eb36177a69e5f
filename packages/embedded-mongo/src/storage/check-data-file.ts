import { closeSync, openSync, readSync, statSync } from 'node:fs';

export const DATA_FILE = 'data.mdb';

const PAGE_BYTES = 4096;
/** The first bytes of every LMDB file after the header of its first page. */
const MAGIC = Buffer.from([0xde, 0xc0, 0xef, 0xbe]);
const HEADER_BYTES = 64;

/**
 * Checks the beginning of a data file, if the file exists. LMDB maps the file into memory, so a file that is
 * cut off there would end the process instead of causing an error.
 *
 * @throws Error if the file is not an LMDB file, or is too short to be one.
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
    throw new Error(`${path} is damaged, or is not a database: restore a backup`);
}
