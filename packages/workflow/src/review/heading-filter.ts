import type { UploadHeader } from '@inlet/contracts';
import type { SourceRow } from './sheet-page.js';

/**
 * Tells whether a row is above the values of the first file; only values are stored of the others. It must be asked about
 * each row once, in their order.
 */
export function createHeadingFilter(header: UploadHeader | null): (source: SourceRow) => boolean {
  let found = 0;
  return ({ file, row }) => {
    if (header === null || file > 0) return false;
    if (row < header.row) return true;
    if (found >= header.rows) return false;
    found += 1;
    return true;
  };
}
