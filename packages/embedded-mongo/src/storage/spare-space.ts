import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATA_FILE, measureSpareBytes } from './check-data-file.js';

const SPARE_BYTES = 4 * 2 ** 20;
const NO_SPACE = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/**
 * Keeps some megabytes of the data file allocated behind its last page. On a disk without a free byte, small writes go
 * there: a write needs new pages even if it deletes. Appending overwrites nothing that other processes write.
 */
export function keepSpareSpace(dataDir: string): void {
  const path = join(dataDir, DATA_FILE);
  const missing = SPARE_BYTES - measureSpareBytes(path);
  if (missing < SPARE_BYTES / 2 || missing > SPARE_BYTES) return;
  try {
    appendFileSync(path, Buffer.alloc(missing));
  } catch (error) {
    if (!NO_SPACE.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
