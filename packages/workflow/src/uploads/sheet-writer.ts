import type { TableRow } from '@inlet/pipeline';
import type { Context } from '../ports/context.js';
import type { NewSheetPage, SheetRef } from '../ports/uploads.js';
import { deflatePageSync } from '../review/deflate-page.js';
import { type CellNote, SheetPageWriter } from '../review/sheet-page.js';

/** Stores the rows of files as the pages of a sheet, in their order. */
export interface SheetWriter {
  /** Rows so far. */
  readonly rows: number;
  /** `file` is the index of their file in the upload; null for rows without one. */
  add(file: number | null, rows: readonly TableRow[]): Promise<void>;
  /** Stores all rows so far, so that they can be read. */
  flush(): Promise<void>;
}

/** Fewer pages in an insert cost twice the time, because each insert waits for the disk. */
const PAGES_AT_ONCE = 128;
const MOST_INSERTS = 3;

export function createSheetWriter(context: Pick<Context, 'store'>, sheet: SheetRef): SheetWriter {
  const page = new SheetPageWriter();
  let rows = 0;
  let pages = 0;
  let firstRow = 1;
  let packed: NewSheetPage[] = [];
  const inserts: Promise<void>[] = [];

  const endPage = () => {
    const entry = { number: pages, firstRow, rows: page.rows };
    packed.push({ ...entry, bytes: deflatePageSync(page.take()) });
    pages += 1;
    firstRow = rows + 1;
  };
  const insert = async () => {
    const taken = packed;
    packed = [];
    const stored = context.store.sheets.insertPages(sheet, taken);
    // Awaited later; until then a failure must not count as unhandled.
    stored.catch(() => {});
    inserts.push(stored);
    if (inserts.length === MOST_INSERTS) await inserts.shift();
  };
  return {
    get rows() {
      return rows;
    },
    async add(file, added) {
      for (const { row, cells, decimals, faults } of added) {
        rows += 1;
        page.add({
          id: rows,
          source: file === null ? null : { file, row },
          cells,
          notes: notesOf(decimals, faults),
        });
        if (page.isFull) endPage();
      }
      if (packed.length >= PAGES_AT_ONCE) await insert();
    },
    async flush() {
      if (page.rows > 0) endPage();
      if (packed.length > 0) await insert();
      await Promise.all(inserts.splice(0));
    },
  };
}

function notesOf(decimals: TableRow['decimals'], faults: TableRow['faults']): CellNote[] | undefined {
  if (decimals === undefined && faults === undefined) return undefined;
  return [
    ...(decimals ?? []).map((column) => ({ column, kind: 'decimal' as const, text: '' })),
    ...(faults ?? []),
  ];
}
