import type { OverlayRef, PageEntry, SheetRef } from '../ports/uploads.js';
import { type EditLog, FIRST_ADDED_PAGE } from './edit-log.js';
import type { PageOfRows } from './map-rows.js';
import type { Overlay } from './overlay.js';
import { PAGES_AT_ONCE, type PageCache, type WantedPage } from './page-cache.js';

export interface LoadedPage {
  readonly wanted: WantedPage & { readonly page: PageEntry };
  readonly loaded: PageOfRows;
}

/** Rows of one page, by their places in it. */
export interface RowsOfPage {
  readonly page: PageEntry;
  readonly loaded: PageOfRows;
  readonly indexes: readonly number[];
}

export interface SheetPagesOptions {
  readonly ref: SheetRef;
  readonly cache: PageCache;
  readonly log: EditLog;
  /** All stored pages of the sheet. */
  readonly listed: readonly PageEntry[];
}

/** The pages of a sheet: which rows they have, and what is in them. */
export class SheetPages {
  /** The pages of the file, without those of added rows. */
  readonly ofFile: readonly PageEntry[];
  readonly fileRows: number;
  private readonly options: SheetPagesOptions;

  constructor(options: SheetPagesOptions) {
    this.options = options;
    this.ofFile = options.listed.filter(({ number }) => number < FIRST_ADDED_PAGE);
    this.fileRows = this.ofFile.reduce((rows, page) => rows + page.rows, 0);
  }

  /** Loads pages with their present overlays. */
  async load(pages: readonly PageEntry[]): Promise<LoadedPage[]> {
    const result: LoadedPage[] = [];
    for (let at = 0; at < pages.length; at += PAGES_AT_ONCE) {
      const wanted = pages.slice(at, at + PAGES_AT_ONCE).map((page) => this.wantedPage(page));
      const loaded = await this.options.cache.load(this.options.ref, wanted);
      wanted.forEach((one, index) => {
        result.push({ wanted: one, loaded: loaded[index]! });
      });
    }
    return result;
  }

  /** Loads pages with the given overlays instead of the present ones. */
  async loadWith(
    pages: readonly { readonly page: PageEntry; readonly overlayId: string | null }[],
  ): Promise<PageOfRows[]> {
    const result: PageOfRows[] = [];
    for (let at = 0; at < pages.length; at += PAGES_AT_ONCE) {
      const wanted = pages
        .slice(at, at + PAGES_AT_ONCE)
        .map(({ page, overlayId }) => this.wantedPage(page, overlayId));
      result.push(...(await this.options.cache.load(this.options.ref, wanted)));
    }
    return result;
  }

  loadOverlays(overlays: readonly OverlayRef[]): Promise<readonly Overlay[]> {
    return this.options.cache.loadOverlays(this.options.ref, overlays);
  }

  private wantedPage(page: PageEntry, overlayId = this.options.log.overlayOf(page.number)) {
    return { page, number: page.number, overlayId, isAdded: page.number >= FIRST_ADDED_PAGE };
  }

  /** The page of a row. */
  ofRow(row: number): PageEntry {
    const id = row + 1;
    if (row >= this.fileRows) {
      const added = this.options.log.addedPages.find(
        ({ page: { firstRow, rows } }) => id >= firstRow && id < firstRow + rows,
      );
      if (added) return added.page;
    }
    let low = 0;
    let high = this.ofFile.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.ofFile[middle]!.firstRow <= id) low = middle;
      else high = middle - 1;
    }
    const page = this.ofFile[low];
    if (page === undefined || id < page.firstRow || id >= page.firstRow + page.rows)
      throw new RangeError(`the sheet has no row ${id}`);
    return page;
  }

  /** The page with a number. */
  numbered(number: number): PageEntry {
    const page =
      number >= FIRST_ADDED_PAGE
        ? this.options.log.addedPages.find((added) => added.page.number === number)?.page
        : this.ofFile[number]?.number === number
          ? this.ofFile[number]
          : this.ofFile.find((one) => one.number === number);
    if (page === undefined) throw new RangeError(`the sheet has no page ${number}`);
    return page;
  }

  /** Groups rows by their pages, and loads these. The pages are in the order in which the rows need them. */
  async loadRows(rows: Iterable<number>): Promise<RowsOfPage[]> {
    const byPage = new Map<PageEntry, number[]>();
    for (const row of rows) {
      const page = this.ofRow(row);
      const indexes = byPage.get(page);
      if (indexes) indexes.push(row + 1 - page.firstRow);
      else byPage.set(page, [row + 1 - page.firstRow]);
    }
    const loaded = await this.load([...byPage.keys()]);
    return [...byPage].map(([page, indexes], at) => ({ page, indexes, loaded: loaded[at]!.loaded }));
  }
}
