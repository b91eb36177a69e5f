import type { Column, Issue, IssueGroup, SheetRowView } from '@inlet/contracts';
import type { RejectedSheetRow, SheetState } from '../ports/sheets.js';
import {
  type EditEntry,
  type PageEntry,
  type SheetRef,
  type SheetStore,
  type Upload,
  uploadRef,
} from '../ports/uploads.js';
import { type AppliedEntry, EditLog, FIRST_ADDED_PAGE } from './edit-log.js';
import { createHeadingFilter } from './heading-filter.js';
import { compileRowMapper, isBlankRow, type MappedRow, type PageOfRows, type RowMapper } from './map-rows.js';
import { compileNoteIssues } from './note-issues.js';
import { isSameEdit, NO_EDIT } from './overlay.js';
import { PAGES_AT_ONCE, type PageCache } from './page-cache.js';
import {
  compileRejectionIssues,
  digestEdits,
  MOST_REJECTIONS,
  type Rejection,
  type Rejections,
  readRejections,
} from './rejections.js';
import { type Placed, RowOrder } from './row-order.js';
import { RowStates } from './row-states.js';
import type { SourceRow } from './sheet-page.js';
import { type LoadedPage, SheetPages } from './sheet-pages.js';
import { compileSheetRules, type SheetRules } from './sheet-rules.js';
import { type ShownRow, type ShownSheet, showRows } from './show-rows.js';

/** Rows that are done so far, and all. */
export interface SheetProgress {
  readonly done: number;
  readonly total: number;
}

/** Dependencies of a sheet. */
export interface SheetContext {
  readonly store: Pick<SheetStore, 'listPages' | 'listEntries' | 'loadOverlays'>;
  readonly pages: PageCache;
  /** Resolves when other work had its turn. */
  readonly yieldTurn: () => Promise<void>;
}

/** Pages that are loaded for the check: the next ones are loaded at the same time. */
const PAGES_OF_CHECK = 64;
/** How long the check runs before other work has its turn. */
const TURN_MS = 6;

const sheetRef = (upload: Upload): SheetRef => ({ ...uploadRef(upload), scan: upload.scan });

/** Everything except the edits that decides how a sheet is checked. */
export const setupOf = ({ upload, template }: SheetState): string =>
  JSON.stringify([
    upload.scan,
    upload.header,
    upload.headings.map(({ path }) => path),
    upload.mapping,
    template.columns,
    template.identity,
    template.uniqueTogether,
  ]);

/**
 * A sheet in memory. It is derived from the stored pages, the edit log, the header, the mapping and the columns, and can
 * be dropped at any time.
 */
export class Sheet {
  readonly ref: SheetRef;
  readonly source: SheetState;
  readonly setup: string;
  readonly log = new EditLog();
  readonly mapper: RowMapper;
  private readonly rules: SheetRules;
  /** Maps the columns that can break a rule. */
  private readonly checkMapper: RowMapper;
  private readonly noteIssuesOf: (row: MappedRow) => readonly Issue[];
  private rejections: Rejections = new Map();
  private rejectionIssuesOf: (row: MappedRow) => readonly Issue[] = () => [];
  /** As of the last entry that this sheet has followed. */
  upload: Upload;
  private readonly context: SheetContext;
  private states!: RowStates;
  private order!: RowOrder;
  pages!: SheetPages;
  private readonly isHeading: (source: SourceRow) => boolean;
  private readonly visiblePages = new Set<number>();
  private nextToCheck = 0;
  private checking: Promise<void> | null = null;
  private readonly watchers = new Set<() => void>();
  private turnEnds = 0;
  private isClosed = false;

  private constructor(context: SheetContext, source: SheetState) {
    const { upload, template } = source;
    this.context = context;
    this.source = source;
    this.ref = sheetRef(upload);
    this.upload = upload;
    this.setup = setupOf(source);
    this.mapper = this.mapperOf(template.columns);
    this.rules = compileSheetRules(template);
    this.checkMapper = this.mapperOf(this.rules.columns);
    this.noteIssuesOf = compileNoteIssues(this.mapper);
    this.isHeading = createHeadingFilter(upload.header);
  }

  static async open(context: SheetContext, source: SheetState): Promise<Sheet> {
    const sheet = new Sheet(context, source);
    const { upload } = source;
    const [listed, entries] = await Promise.all([
      context.store.listPages(sheet.ref),
      context.store.listEntries(sheet.ref, { afterRevision: -1 }),
    ]);
    const { ref, log } = sheet;
    sheet.pages = new SheetPages({ ref, log, cache: context.pages, listed });
    sheet.order = new RowOrder(sheet.pages.fileRows);
    sheet.states = new RowStates(sheet.rules, sheet.pages.fileRows, sheet.order.isBefore);
    // The last entry may be one of an earlier scan, whose edits do not count any more.
    if (entries.some(({ id }) => id === upload.lastEditId)) {
      const path = sheet.log.select(entries, upload.lastEditId);
      if (path === null) throw new Error(`entries of the upload ${upload.id} are missing`);
      for (const entry of path) sheet.log.apply(entry);
    }
    await sheet.loadRejections(upload);
    if (sheet.log.addedPages.length > 0) await sheet.placeAddedRows();
    await sheet.hideHeadings();
    await sheet.hideDeleted();
    return sheet;
  }

  close(): void {
    this.isClosed = true;
    for (const wake of this.watchers) wake();
  }

  get revision(): number {
    return this.upload.revision;
  }

  get version(): number {
    return this.states.version;
  }

  /** Rows that the sheet may have, hidden ones included; their ids go from 1 to this number. */
  get size(): number {
    return this.states.rows;
  }

  /** Ids of added rows are never used again, also if the rows were taken back. */
  get nextRowId(): number {
    return this.log.addedPages.reduce(
      (next, { page }) => Math.max(next, page.firstRow + page.rows),
      this.pages.fileRows + 1,
    );
  }

  get isChecked(): boolean {
    return this.nextToCheck >= this.pages.ofFile.length;
  }

  counts(): ReturnType<RowStates['counts']> {
    return this.states.counts();
  }

  progress(): SheetProgress {
    return { done: this.states.checked, total: this.states.rows };
  }

  /** Whether a number is that of a row which the sheet shows or has shown. Headings are no rows. */
  has(row: number): boolean {
    return row >= 0 && row < this.size && !this.states.isAbsent(row);
  }

  isShown(row: number): boolean {
    return this.states.isIn('all', row);
  }

  /** Maps only some columns, which is faster. */
  mapperOf(columns: readonly Column[]): RowMapper {
    const { upload } = this.source;
    const paths = upload.headings.map(({ path }) => path);
    return compileRowMapper({ paths, mapping: upload.mapping ?? [], columns });
  }

  rowStates(): Pick<RowStates, 'isIn' | 'withIssue'> {
    return this.states;
  }

  forEachRow(visit: (row: number) => void): void {
    this.order.forEach(visit);
  }

  readonly isBefore = (row: number, other: number): boolean => this.order.isBefore(row, other);

  // The check

  /** Starts or continues the check. Rows can be read and changed at the same time. */
  startCheck(): Promise<void> {
    this.checking ??= this.check().finally(() => {
      this.checking = null;
    });
    return this.checking;
  }

  /** Calls back after each part of the check. */
  watchCheck(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  private async check(): Promise<void> {
    let next = this.loadForCheck(this.nextToCheck);
    this.turnEnds = performance.now() + TURN_MS;
    while (!this.isChecked && !this.isClosed) {
      const pages = await next;
      next = this.loadForCheck(this.nextToCheck + pages.length);
      // Awaited in the next round; until then a failure must not count as unhandled.
      next.catch(() => {});
      for (const { wanted, loaded } of pages) {
        // An edit during the loading has another overlay.
        const isCurrent = wanted.overlayId === this.log.overlayOf(wanted.number);
        this.checkPage(isCurrent ? loaded : (await this.pages.load([wanted.page]))[0]!.loaded, wanted.page);
        this.nextToCheck += 1;
        await this.endTurn();
        if (this.isClosed) return;
      }
      this.notify();
    }
  }

  private notify(): void {
    for (const watcher of this.watchers) watcher();
  }

  private loadForCheck(first: number): Promise<LoadedPage[]> {
    return this.pages.load(this.pages.ofFile.slice(first, first + PAGES_OF_CHECK));
  }

  private checkPage(loaded: PageOfRows, { firstRow, rows }: PageEntry): void {
    const first = firstRow - 1;
    const indexes: number[] = [];
    for (let index = 0; index < rows; index += 1)
      if (!this.states.isChecked(first + index)) indexes.push(index);
    for (const mapped of this.checkMapper.mapRows(loaded, indexes)) {
      const row = first + mapped.index;
      if (mapped.source && this.isHeading(mapped.source)) this.states.hide(row, { isDeleted: false });
      else this.checkRow(row, mapped);
    }
  }

  /** Returns the other rows whose state has changed with it. */
  private checkRow(row: number, mapped: MappedRow): number[] {
    if (mapped.edit.isDeleted) return this.states.hide(row, { isDeleted: true });
    if (isBlankRow(mapped)) return this.states.setBlank(row);
    const { cells, issues = [] } = this.rules.checkRow(mapped);
    const others = this.otherIssuesOf(mapped);
    return this.states.set(row, { cells, issues: others.length === 0 ? issues : [...issues, ...others] });
  }

  /** Issues that no rule of the template finds. */
  private readonly otherIssuesOf = (mapped: MappedRow): readonly Issue[] => {
    const noted = this.noteIssuesOf(mapped);
    const rejected = this.rejectionIssuesOf(mapped);
    return rejected.length === 0 ? noted : [...noted, ...rejected];
  };

  /** Lets other work run from time to time. */
  async endTurn(): Promise<void> {
    if (performance.now() < this.turnEnds) return;
    await this.context.yieldTurn();
    this.turnEnds = performance.now() + TURN_MS;
  }

  // Headings

  /** Hides the headings of the first file, so that the first rows can be shown at once. */
  private async hideHeadings(): Promise<void> {
    for (const page of this.pages.ofFile) {
      const [first] = await this.pages.load([page]);
      for (let index = 0; index < page.rows; index += 1) {
        const { source } = first!.loaded.page.row(index);
        if (source === null || !this.isHeading(source)) return;
        this.states.hide(page.firstRow - 1 + index, { isDeleted: false });
      }
    }
  }

  /** Hides deleted rows before the check comes to them. */
  private async hideDeleted(): Promise<void> {
    const refs = this.log.overlayRefs().filter(({ page }) => page < FIRST_ADDED_PAGE);
    for (let at = 0; at < refs.length; at += PAGES_AT_ONCE) {
      const part = refs.slice(at, at + PAGES_AT_ONCE);
      const overlays = await this.pages.loadOverlays(part);
      for (const [index, { page }] of part.entries()) {
        const first = this.pages.numbered(page).firstRow - 1;
        for (const [place, { isDeleted }] of overlays[index]!)
          if (isDeleted) this.states.hide(first + place, { isDeleted });
      }
    }
  }

  // All rows

  /** Maps all rows once, page by page, those of added pages at the end. */
  async scanRows(mapper: RowMapper, visit: (row: number, mapped: MappedRow) => void): Promise<void> {
    const added = this.log.addedPages.filter(({ isVisible }) => isVisible).map(({ page }) => page);
    const pages = [...this.pages.ofFile, ...added];
    const load = (at: number) => this.pages.load(pages.slice(at, at + PAGES_OF_CHECK));
    let next = load(0);
    for (let at = 0; at < pages.length; at += PAGES_OF_CHECK) {
      const loaded = await next;
      next = load(at + PAGES_OF_CHECK);
      // Awaited in the next round; until then a failure must not count as unhandled.
      next.catch(() => {});
      for (const { wanted, loaded: page } of loaded) {
        const indexes = Array.from({ length: wanted.page.rows }, (_, index) => index);
        for (const mapped of mapper.mapRows(page, indexes))
          visit(wanted.page.firstRow - 1 + mapped.index, mapped);
        await this.endTurn();
      }
    }
  }

  // Showing rows

  /** The rows as people see them, in the given order. */
  async showRows(rows: readonly number[]): Promise<SheetRowView[]> {
    return (await this.showWithSources(rows)).map(({ view }) => view);
  }

  showWithSources(rows: readonly number[]): Promise<ShownRow[]> {
    const { pages, mapper, states, rules, otherIssuesOf } = this;
    const viewSource: ShownSheet['viewSource'] = (source) => this.viewSource(source);
    return showRows({ pages, mapper, states, rules, otherIssuesOf, viewSource }, rows);
  }

  viewSource({ file, row }: SourceRow): NonNullable<SheetRowView['sourceRow']> {
    const { name = '', worksheet = null } = this.upload.files[file] ?? {};
    return { file: name, worksheet, row };
  }

  async issueGroups(): Promise<IssueGroup[]> {
    const stale = this.states.staleRows();
    const shown = stale.length === 0 ? [] : await this.showRows(stale);
    this.states.renewSamples(shown.map(({ issues }, at) => ({ row: stale[at]!, issues })));
    return this.states.issueGroups();
  }

  // Following the log

  /**
   * Follows the log up to a later state of the upload. Returns the rows that have changed; null if the upload has other
   * settings now, so that the sheet must be opened again.
   */
  async follow(upload: Upload): Promise<number[] | null> {
    if (upload.revision <= this.upload.revision) return [];
    const changed: number[] = [];
    if (upload.lastEditId !== this.log.lastId) {
      const entries = await this.context.store.listEntries(this.ref, { afterRevision: this.log.revision });
      const path = this.log.select(entries, upload.lastEditId);
      if (path === null) return null;
      for (const entry of path) addAll(changed, await this.followEntry(this.log.apply(entry)));
    }
    if (upload.rejections?.id !== this.upload.rejections?.id) {
      const former = this.rejections;
      await this.loadRejections(upload);
      addAll(changed, await this.checkAgain([...new Set([...former.keys(), ...this.rejections.keys()])]));
    }
    this.upload = upload;
    return changed;
  }

  private async loadRejections({ rejections }: Upload): Promise<void> {
    const parts = Array.from({ length: rejections?.parts ?? 0 }, (_, page) => page);
    const overlays = parts.map((page) => ({ page, overlayId: rejections!.id }));
    this.rejections = readRejections(await this.context.store.loadOverlays(this.ref, overlays));
    const keys = new Set(this.mapper.columns.map(({ key }) => key));
    this.rejectionIssuesOf = compileRejectionIssues(this.rejections, keys);
  }

  /** Checks rows again whose texts are the same. Returns them, and rows that depend on them. */
  private async checkAgain(rows: readonly number[]): Promise<number[]> {
    const changed: number[] = [];
    for (const { page, loaded, indexes } of await this.pages.loadRows(rows.filter((row) => this.has(row))))
      for (const mapped of this.checkMapper.mapRows(loaded, indexes)) {
        const row = page.firstRow - 1 + mapped.index;
        // The check has not come here yet, or an undo has hidden the row.
        if (!this.states.isChecked(row) || !this.states.isIn('all', row)) continue;
        changed.push(row);
        addAll(changed, this.checkRow(row, mapped));
      }
    return changed;
  }

  /** The rejections so far together with further ones, and the counts with them. */
  async withRejected(
    rejected: readonly RejectedSheetRow[],
  ): Promise<{ readonly rejections: Rejection[]; readonly counts: ReturnType<RowStates['counts']> }> {
    const known = new Map(rejected.map((one) => [one.id - 1, one]));
    const rows = [...known.keys()].filter((row) => this.has(row));
    const all = new Map(this.rejections);
    for (const { page, loaded, indexes } of await this.pages.loadRows(rows))
      for (const index of indexes) {
        const row = page.firstRow - 1 + index;
        all.set(row, { ...known.get(row)!, edits: digestEdits(loaded.overlay.get(index) ?? NO_EDIT) });
      }
    const { valid, invalid, warnings, ...rest } = this.states.counts();
    const kept = [...all.values()].slice(-MOST_REJECTIONS);
    const newOnes = kept.filter(({ id }) => known.has(id - 1) && this.states.isIn('valid', id - 1)).length;
    const warned = kept.filter(({ id }) => known.has(id - 1) && this.states.isIn('warnings', id - 1)).length;
    return {
      rejections: kept,
      counts: { ...rest, valid: valid - newOnes, invalid: invalid + newOnes, warnings: warnings - warned },
    };
  }

  /** Follows an entry that does not count yet. */
  async apply(entry: EditEntry): Promise<{ readonly applied: AppliedEntry; readonly changed: number[] }> {
    const applied = this.log.apply(entry);
    return { applied, changed: await this.followEntry(applied) };
  }

  /** Takes back the entry that was applied last. */
  async takeBack(applied: AppliedEntry): Promise<void> {
    const { entry } = applied;
    this.log.revert(applied);
    for (const page of entry.addedPages) {
      this.visiblePages.delete(page.number);
      for (let index = 0; index < page.rows; index += 1)
        this.states.hide(page.firstRow - 1 + index, { isDeleted: false });
    }
    await this.placeAddedRows();
    const added = new Set(entry.addedPages.map(({ number }) => number));
    await this.followOverlays(entry.overlays.filter(({ page }) => !added.has(page)));
  }

  /** The last entry that was applied counts. */
  settle(upload: Upload): void {
    this.upload = upload;
  }

  private async followEntry({ entry, before }: AppliedEntry): Promise<number[]> {
    const mayAdd = entry.kind !== 'edit' || entry.addedPages.length > 0;
    const changed = mayAdd && this.log.addedPages.length > 0 ? await this.placeAddedRows() : [];
    const former = [...before].map(([page, overlayId]) => ({ page, overlayId }));
    addAll(changed, await this.followOverlays(former));
    return changed;
  }

  /** Checks the rows again that have other edits than with these overlays. Returns them, and rows that depend on them. */
  private async followOverlays(former: EditEntry['overlays']): Promise<number[]> {
    const changed: number[] = [];
    for (let at = 0; at < former.length; at += PAGES_OF_CHECK) {
      const part = former
        .slice(at, at + PAGES_OF_CHECK)
        .map(({ page, overlayId }) => ({ page: this.pages.numbered(page), overlayId }));
      const before = await this.pages.loadWith(part);
      const present = await this.pages.load(part.map(({ page }) => page));
      for (const [index, { wanted, loaded }] of present.entries()) {
        addAll(changed, this.followPage(wanted.page, { former: before[index]!, loaded }));
        await this.endTurn();
      }
    }
    return changed;
  }

  private followPage(
    page: PageEntry,
    { former, loaded }: { former: PageOfRows; loaded: PageOfRows },
  ): number[] {
    // The rows were taken back.
    if (page.number >= FIRST_ADDED_PAGE && !this.visiblePages.has(page.number)) return [];
    const places = new Set([...former.overlay.keys(), ...loaded.overlay.keys()]);
    const first = page.firstRow - 1;
    const differs = (index: number) =>
      !isSameEdit(former.overlay.get(index) ?? NO_EDIT, loaded.overlay.get(index) ?? NO_EDIT);
    const indexes = [...places].filter(differs).sort((one, other) => one - other);
    const changed: number[] = [];
    for (const mapped of this.checkMapper.mapRows(loaded, indexes)) {
      const row = first + mapped.index;
      changed.push(row);
      // The check has not come here yet.
      if (!this.states.isChecked(row)) continue;
      for (const other of this.checkRow(row, mapped)) changed.push(other);
    }
    return changed;
  }

  /** Shows and hides whole pages of added rows. Returns their rows. */
  private async placeAddedRows(): Promise<number[]> {
    const added = this.log.addedPages;
    this.states.grow(this.nextRowId - 1);
    const loaded = await this.pages.load(added.map(({ page }) => page));
    const placed: Placed[] = loaded.flatMap(({ wanted: { page }, loaded: { page: rows } }) =>
      Array.from({ length: page.rows }, (_, index) => ({
        row: page.firstRow - 1 + index,
        before: readAnchor(rows.row(index).cells[0]),
      })),
    );
    this.order.place(placed);
    const changed: number[] = [];
    for (const [at, { page, isVisible }] of added.entries()) {
      const first = page.firstRow - 1;
      if (isVisible === this.visiblePages.has(page.number)) continue;
      if (isVisible) this.visiblePages.add(page.number);
      else this.visiblePages.delete(page.number);
      const indexes = Array.from({ length: page.rows }, (_, index) => index);
      for (const mapped of this.checkMapper.mapRows(loaded[at]!.loaded, indexes)) {
        const row = first + mapped.index;
        const others = isVisible ? this.checkRow(row, mapped) : this.states.hide(row, { isDeleted: false });
        changed.push(row, ...others);
      }
    }
    return changed;
  }
}

/** Spreading a large array would exceed the stack. */
function addAll(to: number[], from: readonly number[]): void {
  for (const row of from) to.push(row);
}

/** The source of an added row is one cell with the id of the row before which it stands. */
export const writeAnchor = (before: number | null): string | undefined =>
  before === null ? undefined : String(before + 1);

const readAnchor = (cell: string | undefined): number | null =>
  cell === undefined ? null : Number(cell) - 1;
