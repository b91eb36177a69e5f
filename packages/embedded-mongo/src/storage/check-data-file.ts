import { closeSync, openSync, readSync, statSync } from 'node:fs';

export const DATA_FILE = 'data.mdb';

const PAGE_BYTES = 4096;
/** The first bytes of every LMDB file after the header of its first page. */
const MAGIC = Buffer.from([0xde, 0xc0, 0xef, 0xbe]);
/** Offsets in each of the two meta pages at the beginning of a file, as `MDB_page` and `MDB_meta` of mdb.c say. */
const META = { magic: 24, pageBytes: 48, lastPage: 144, transaction: 152 };

/**
 * Checks the beginning of a data file, if the file exists, and returns how many bytes are missing at its end. LMDB
 * maps the file into memory, so reading a page that is cut off would end the process instead of causing an error.
 * The last pages of a whole file may be missing too: those that a write took and did not need.
 *
 * @throws Error if the file is not an LMDB file, or is too short to be one.
 */
export const checkDataFile = (path: string): number => Math.max(0, -measureSpareBytes(path));

/** How many bytes follow the last page that is in use; negative if there are too few. @throws Error like `checkDataFile` */
export function measureSpareBytes(path: string): number {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return 0;
  const metaPages = readStart(path);
  if (metaPages.length < 2 * PAGE_BYTES || !hasMagic(metaPages))
    throw new Error(`${path} is damaged, or is not a database: restore a backup with \`inlet db restore\``);
  return size - usedBytes(metaPages);
}

function readStart(path: string): Buffer {
  const start = Buffer.alloc(2 * PAGE_BYTES);
  const file = openSync(path, 'r');
  try {
    return start.subarray(0, readSync(file, start, 0, start.length, 0));
  } finally {
    closeSync(file);
  }
}

const hasMagic = (page: Buffer): boolean =>
  page.subarray(META.magic, META.magic + MAGIC.length).equals(MAGIC);

/** The bytes up to the last page of the newest commit; 0 for a page size with another place of the second meta page. */
function usedBytes(metaPages: Buffer): number {
  const pages = [metaPages, metaPages.subarray(PAGE_BYTES)].filter(hasMagic);
  const [newest] = pages.sort((a, b) => transactionOf(b) - transactionOf(a));
  if (newest?.readUInt32LE(META.pageBytes) !== PAGE_BYTES) return 0;
  return (Number(newest.readBigUInt64LE(META.lastPage)) + 1) * PAGE_BYTES;
}

const transactionOf = (page: Buffer): number => Number(page.readBigUInt64LE(META.transaction));
