import type { SheetPatchResult } from '@inlet/contracts';
import type { NewOverlay, NewSheetPage, PageEntry, SheetStore } from '../ports/uploads.js';
import { deflatePageSync } from './deflate-page.js';
import { FIRST_ADDED_PAGE } from './edit-log.js';
import type { MappedRow, PageOfRows, RowMapper } from './map-rows.js';
import { isSameEdit, NO_EDIT, NO_OVERLAY, packOverlay, type RowEdit } from './overlay.js';
import type { PageCache } from './page-cache.js';
import { type Sheet, type SheetProgress, writeAnchor } from './sheet.js';
import { PAGE_ROWS, SheetPageWriter } from './sheet-page.js';

export interface DraftContext {
  readonly store: Pick<SheetStore, 'insertOverlays' | 'insertPages'>;
  readonly pages: PageCache;
  /** An id that nobody has used. */
  readonly newId: () => string;
  /** A number from 0 up to 1. */
  readonly random: () => number;
}

export interface DraftOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: SheetProgress) => void) | undefined;
}

/** New texts of a row by column key; null clears a cell. */
export type NewTexts = Iterable<readonly [column: string, text: string | null]>;
/** How a row changes; null if it does not. */
type RowChange = { readonly kind: 'texts'; readonly texts: NewTexts } | { readonly kind: 'delete' } | null;

interface ChangeRowsOptions extends DraftOptions {
  /** Maps at least the columns that are changed. */
  readonly mapper: RowMapper;
  readonly change: (row: MappedRow) => RowChange;
  /** Only counts the changes. */
  readonly isDryRun?: boolean | undefined;
}

/** Pages that are loaded together, and pages with changes that are kept in memory. */
const PAGES_AT_ONCE = 32;
const MOST_CHANGED = 128;
/** Inserts that are not stored yet. */
const MOST_INSERTS = 2;
/** Numbers of pages are stored as 32 bits. */
const PAGE_NUMBERS = 2 ** 31 - FIRST_ADDED_PAGE;

/** A change of a sheet that does not count yet. */
export interface Draft {
  readonly conflicts: SheetPatchResult['conflicts'];
  /** Cells, and deleted rows, that have changed. */
  readonly changes: number;
  /** Cells that would have changed, of operations that only count. */
  readonly found: number;
  changeRows(rows: ArrayLike<number>, options: ChangeRowsOptions): Promise<void>;
  /** Adds blank rows before a row; at the end for null. */
  insertRows(before: number | null, count: number): void;
  /** Stores everything that the entry of the log refers to. Overlays can be read before `stored` resolves. */
  store(): Promise<{
    overlays: { page: number; overlayId: string | null }[];
    addedPages: PageEntry[];
    stored: Promise<unknown>;
  }>;
}

export function createDraft(context: DraftContext, sheet: Sheet): Draft {
  const conflicts: Draft['conflicts'] = [];
  const stored = new Map<number, string | null>();
  let changed = new Map<number, ReadonlyMap<number, RowEdit>>();
  const addedPages: NewSheetPage[] = [];
  const inserts: Promise<void>[] = [];
  let nextRowId = sheet.nextRowId;
  let changes = 0;
  let found = 0;

  const overlayIdOf = (page: number): string | null => stored.get(page) ?? sheet.log.overlayOf(page);

  const loadPages = async (pages: readonly PageEntry[]): Promise<PageOfRows[]> => {
    const wanted = pages.map((page) => ({
      page,
      overlayId: stored.get(page.number) === null ? null : overlayIdOf(page.number),
    }));
    const loaded = await sheet.pages.loadWith(wanted);
    return loaded.map((one, index) => {
      const overlay = changed.get(pages[index]!.number);
      return overlay ? { ...one, overlay } : one;
    });
  };

  const storeChanged = async () => {
    const overlayId = context.newId();
    const overlays: NewOverlay[] = [];
    for (const [page, overlay] of changed) {
      if (overlay.size === 0) {
        stored.set(page, null);
        continue;
      }
      const bytes = packOverlay(overlay);
      overlays.push({ page, bytes });
      stored.set(page, overlayId);
      await sheet.endTurn();
    }
    changed = new Map();
    if (overlays.length === 0) return;
    for (const { page, bytes } of overlays) context.pages.keepOverlay(sheet.ref, { page, overlayId, bytes });
    const inserted = context.store.insertOverlays(sheet.ref, overlayId, overlays);
    // Awaited later; until then a failure must not count as unhandled.
    inserted.catch(() => {});
    inserts.push(inserted);
    if (inserts.length > MOST_INSERTS) await inserts.shift();
  };

  const changePage = (page: PageEntry, loaded: PageOfRows, options: ChangeRowsOptions, indexes: number[]) => {
    let overlay: Map<number, RowEdit> | undefined;
    for (const row of options.mapper.mapRows(loaded, indexes)) {
      if (row.edit.isDeleted) continue;
      const change = options.change(row);
      const edit = change && applyChange(row, change, { loaded, mapper: options.mapper });
      if (!edit || isSameEdit(edit, row.edit)) continue;
      if (options.isDryRun) {
        found += countChanges(row.edit, edit);
        continue;
      }
      changes += countChanges(row.edit, edit);
      overlay ??= new Map(loaded.overlay);
      if (isSameEdit(edit, NO_EDIT)) overlay.delete(row.index);
      else overlay.set(row.index, edit);
    }
    if (overlay) changed.set(page.number, overlay);
  };

  return {
    conflicts,
    get changes() {
      return changes;
    },
    get found() {
      return found;
    },
    async changeRows(rows, options) {
      const groups = groupByPage(sheet, rows);
      let done = 0;
      for (let at = 0; at < groups.length; at += PAGES_AT_ONCE) {
        const part = groups.slice(at, at + PAGES_AT_ONCE);
        const loaded = await loadPages(part.map(({ page }) => page));
        for (const [index, { page, indexes }] of part.entries()) {
          options.signal?.throwIfAborted();
          changePage(page, loaded[index]!, options, indexes);
          done += indexes.length;
          await sheet.endTurn();
        }
        if (changed.size >= MOST_CHANGED) await storeChanged();
        options.onProgress?.({ done, total: rows.length });
      }
    },
    insertRows(before, count) {
      const cells = [writeAnchor(before)];
      for (let rest = count; rest > 0; rest -= PAGE_ROWS) {
        const writer = new SheetPageWriter();
        const rows = Math.min(rest, PAGE_ROWS);
        for (let row = 0; row < rows; row += 1) writer.add({ id: nextRowId + row, source: null, cells });
        // Random, so that no two processes take the same.
        const number = FIRST_ADDED_PAGE + Math.floor(context.random() * PAGE_NUMBERS);
        const entry = { number, firstRow: nextRowId, rows };
        addedPages.push({ ...entry, bytes: deflatePageSync(writer.take()) });
        nextRowId += rows;
        changes += rows;
      }
    },
    async store() {
      await storeChanged();
      if (addedPages.length > 0) await context.store.insertPages(sheet.ref, addedPages);
      return {
        overlays: [...stored].map(([page, overlayId]) => ({ page, overlayId })),
        addedPages: addedPages.map(({ bytes: _, ...entry }) => entry),
        stored: Promise.all(inserts),
      };
    },
  };
}

interface PageGroup {
  readonly page: PageEntry;
  readonly indexes: number[];
}

function groupByPage(sheet: Sheet, rows: ArrayLike<number>): PageGroup[] {
  const groups = new Map<number, PageGroup>();
  let group: PageGroup | undefined;
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at]!;
    const isSame = group && row + 1 >= group.page.firstRow && row + 1 < group.page.firstRow + group.page.rows;
    if (!group || !isSame) {
      const page = sheet.pages.ofRow(row);
      group = groups.get(page.number) ?? { page, indexes: [] };
      groups.set(page.number, group);
    }
    group.indexes.push(row + 1 - group.page.firstRow);
  }
  return [...groups.values()];
}

/** A text that is that of the source again is no change any more. */
function applyChange(
  row: MappedRow,
  change: NonNullable<RowChange>,
  { loaded, mapper }: { loaded: PageOfRows; mapper: RowMapper },
): RowEdit {
  if (change.kind === 'delete') return { ...row.edit, isDeleted: true };
  let cells: Map<string, string | null> | undefined;
  for (const [column, text] of change.texts) {
    const position = mapper.columns.findIndex(({ key }) => key === column);
    if (position < 0) continue;
    const wanted = text === '' ? null : text;
    if ((row.texts[position] ?? null) === wanted) continue;
    cells ??= new Map(row.edit.cells);
    const isBack =
      row.edit.cells.has(column) &&
      (mapper.mapRows({ ...loaded, overlay: NO_OVERLAY }, [row.index])[0]!.texts[position] ?? null) ===
        wanted;
    if (isBack) cells.delete(column);
    else cells.set(column, wanted);
  }
  return cells ? { ...row.edit, cells } : row.edit;
}

function countChanges(before: RowEdit, after: RowEdit): number {
  const keys = new Set([...before.cells.keys(), ...after.cells.keys()]);
  const cells = [...keys].filter((key) => before.cells.get(key) !== after.cells.get(key)).length;
  return cells + (before.isDeleted === after.isDeleted ? 0 : 1);
}
