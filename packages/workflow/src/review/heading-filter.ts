import type { UploadHeader } from '@inlet/contracts';
import type { SourceRow } from './sheet-page.js';

/** Tells whether a row is above the values of its file. It must be asked about each row once, in their order. */
export function createHeadingFilter(header: UploadHeader | null): (source: SourceRow) => boolean {
  const foundInFile = new Map<number, number>();
  return ({ file, row }) => {
    if (header === null) return false;
    if (row < header.row) return true;
    const found = foundInFile.get(file) ?? 0;
    if (found >= header.rows) return false;
    foundInFile.set(file, found + 1);
    return true;
  };
}
