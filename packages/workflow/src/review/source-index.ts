import { PAGES_AT_ONCE } from './page-cache.js';
import type { Sheet } from './sheet.js';
import type { SourceRow } from './sheet-page.js';

/** Finds the rows of a sheet by the rows of their files. */
export interface SourceIndex {
  /** Number of the row; -1 if no row comes from there. */
  find(source: SourceRow): number;
}

const NO_FILE = 0xff;

/** Reads the places of all rows once. They are in the order of the files, and need five bytes a row. */
export async function createSourceIndex(sheet: Sheet): Promise<SourceIndex> {
  const files = new Uint8Array(sheet.size);
  const sourceRows = new Uint32Array(sheet.size);
  let size = 0;
  const { ofFile } = sheet.pages;
  for (let at = 0; at < ofFile.length; at += PAGES_AT_ONCE)
    for (const { wanted, loaded } of await sheet.pages.load(ofFile.slice(at, at + PAGES_AT_ONCE))) {
      for (let index = 0; index < wanted.page.rows; index += 1) {
        const source = loaded.page.sourceOf(index);
        const row = wanted.page.firstRow - 1 + index;
        files[row] = source?.file ?? NO_FILE;
        sourceRows[row] = source?.row ?? 0;
        size = row + 1;
      }
      await sheet.endTurn();
    }
  return {
    find({ file, row }) {
      let low = 0;
      let high = size;
      while (low < high) {
        const middle = (low + high) >>> 1;
        const isBefore = files[middle]! < file || (files[middle] === file && sourceRows[middle]! < row);
        if (isBefore) low = middle + 1;
        else high = middle;
      }
      return low < size && files[low] === file && sourceRows[low] === row ? low : -1;
    },
  };
}
