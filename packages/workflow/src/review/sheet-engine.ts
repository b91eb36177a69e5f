import type {
  ColumnTexts,
  IssueGroups,
  MappedColumn,
  SheetPatch,
  SheetPatchResult,
  SheetQuery,
  SheetRows,
  UploadStatus,
} from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import type {
  Corrections,
  FoundCorrections,
  RejectedSheetRow,
  SheetFileRequest,
  SheetState,
  Sheets,
  StoredRejections,
} from '../ports/sheets.js';
import {
  type EditEntry,
  type SheetStore,
  type Upload,
  type UploadChanges,
  type UploadCondition,
  type UploadRef,
  uploadRef,
} from '../ports/uploads.js';
import { applyOperation, type RowOperation } from './apply-operations.js';
import { countColumnTexts } from './column-texts.js';
import { findCorrections } from './find-corrections.js';
import { createPageCache } from './page-cache.js';
import { createDraft, type DraftContext, type DraftOptions } from './patch-draft.js';
import { packRejections } from './rejections.js';
import { Sheet, type SheetContext, type SheetProgress, setupOf } from './sheet.js';
import { SheetViews } from './sheet-views.js';
import { createSourceIndex, type SourceIndex } from './source-index.js';
import { writeValidRows } from './valid-rows.js';
import { writeSheetFile } from './write-sheet-file.js';

/** The store, as the engine uses it. */
export interface EngineStore {
  readonly sheets: Omit<SheetStore, 'remove'>;
  getUpload(upload: UploadRef): Promise<Upload | null>;
  changeUpload(
    upload: UploadRef,
    update: { readonly changes: UploadChanges; readonly condition: UploadCondition },
  ): Promise<Upload | null>;
}

export interface EngineContext {
  readonly store: EngineStore;
  readonly now: () => Date;
  /** An id that nobody has used. */
  readonly newId: () => string;
  /** A number from 0 up to 1. */
  readonly random: () => number;
  /** Resolves when other work had its turn. */
  readonly yieldTurn: () => Promise<void>;
}

interface CheckWatch {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((counts: ReturnType<Sheet['counts']>, progress: SheetProgress) => void) | undefined;
}

/** All sheets of one process, those that were used last. */
export interface SheetEngine {
  check(state: SheetState, watch?: CheckWatch): ReturnType<Sheets['check']>;
  rows(state: SheetState, query: SheetQuery): Promise<SheetRows>;
  issues(state: SheetState): Promise<IssueGroups>;
  columnTexts(state: SheetState, mapped: MappedColumn): Promise<ColumnTexts>;
  edit(state: SheetState, patch: SheetPatch, options?: DraftOptions): Promise<SheetPatchResult>;
  validRows(state: SheetState, signal?: AbortSignal): AsyncIterable<Buffer>;
  storeRejections(state: SheetState, rejected: readonly RejectedSheetRow[]): Promise<StoredRejections>;
  file(state: SheetState, request: SheetFileRequest, signal?: AbortSignal): AsyncIterable<Buffer>;
  findCorrections(state: SheetState, corrections: Corrections): Promise<FoundCorrections>;
}

interface OpenSheet {
  readonly sheet: Sheet;
  readonly views: SheetViews;
}

/** Rows of all sheets in memory, at some 20 bytes each; a larger sheet is in memory alone. */
const MOST_ROWS = 4_000_000;
const MOST_RESULT_ROWS = 1000;
const EDITABLE: readonly UploadStatus[] = ['checking', 'needs_review'];

export function createSheetEngine(context: EngineContext): SheetEngine {
  const { store } = context;
  const pages = createPageCache(store.sheets);
  const sheetContext: SheetContext = { store: store.sheets, pages, yieldTurn: context.yieldTurn };
  const draftContext: DraftContext = { ...context, store: store.sheets, pages };
  const open = new Map<string, Promise<OpenSheet>>();
  const queues = new Map<string, Promise<unknown>>();
  /** Rows of files never change their places. */
  const sources = new WeakMap<Sheet, Promise<SourceIndex>>();

  /** Runs changes of one sheet one after another. */
  const inTurn = <Result>(uploadId: string, work: () => Promise<Result>): Promise<Result> => {
    const result = (queues.get(uploadId) ?? Promise.resolve()).then(work, work);
    queues.set(uploadId, result);
    const forget = () => {
      if (queues.get(uploadId) === result) queues.delete(uploadId);
    };
    result.then(forget, forget);
    return result;
  };

  const openAgain = async (state: SheetState): Promise<OpenSheet> => {
    const { id } = state.upload;
    const former = open.get(id);
    const opened = Sheet.open(sheetContext, state).then((sheet) => ({ sheet, views: new SheetViews(sheet) }));
    open.delete(id);
    open.set(id, opened);
    opened.catch(() => open.get(id) === opened && open.delete(id));
    if (former) (await former.catch(() => null))?.sheet.close();
    await closeOthers(id);
    return opened;
  };

  const closeOthers = async (id: string) => {
    let rows = 0;
    for (const [otherId, other] of [...open].reverse()) {
      const found = await other.catch(() => null);
      rows += found?.sheet.size ?? 0;
      if (rows <= MOST_ROWS || otherId === id) continue;
      open.delete(otherId);
      found?.sheet.close();
      pages.forget({ uploadId: otherId });
    }
  };

  /** The sheet as of the state, or later. */
  const follow = async (state: SheetState): Promise<OpenSheet> => {
    const { upload } = state;
    const known = await open.get(upload.id)?.catch(() => null);
    if (!known) return openAgain(state);
    const { sheet } = known;
    open.set(upload.id, Promise.resolve(known));
    if (upload.revision <= sheet.revision && upload.scan <= sheet.upload.scan) return known;
    if (setupOf(state) !== sheet.setup || !sheet.upload.isScanned) return openAgain(state);
    const changed = await sheet.follow(upload);
    if (changed === null) return openAgain(state);
    known.views.noteChanged(changed);
    return known;
  };
  /** A change may take long: the sheet is shown without waiting for its end. */
  const openSheet = async (state: SheetState): Promise<OpenSheet> => {
    const { id, scan } = state.upload;
    const known = await open.get(id)?.catch(() => null);
    if (known && queues.has(id) && known.sheet.ref.scan >= scan && known.sheet.setup === setupOf(state))
      return known;
    return inTurn(id, () => follow(state));
  };

  const checked = async (state: SheetState): Promise<OpenSheet> => {
    for (;;) {
      const opened = await openSheet(state);
      if (!opened.sheet.isChecked) await opened.sheet.startCheck();
      if (opened.sheet.isChecked) return opened;
    }
  };

  /**
   * Makes an entry count. The sheet follows it before that, so that the upload gets the new counts with it, beside those of
   * `before` that the sheet does not know. Returns the rows that have changed; null if another process was faster.
   */
  const commit = async (
    { sheet, views }: OpenSheet,
    { stored, ...added }: NewEntry,
    before: Upload,
  ): Promise<{ upload: Upload; changed: number[] } | null> => {
    const { upload } = sheet;
    const entry: EditEntry = {
      ...added,
      id: context.newId(),
      // The upload may still name an entry of an earlier scan.
      previousId: sheet.log.lastId,
      revision: upload.revision + 1,
      at: context.now(),
    };
    const inserted = Promise.all([stored, store.sheets.insertEntry(sheet.ref, entry)]);
    // Awaited below; until then a failure must not count as unhandled.
    inserted.catch(() => {});
    try {
      const { applied, changed } = await sheet.apply(entry);
      await inserted;
      const counts = sheet.isChecked && { counts: { ...before.counts, ...sheet.counts() } };
      const committed = await store.changeUpload(uploadRef(upload), {
        changes: { revision: entry.revision, lastEditId: entry.id, ...counts },
        condition: { revision: upload.revision, scan: upload.scan, statuses: EDITABLE },
      });
      if (committed) sheet.settle(committed);
      else await sheet.takeBack(applied);
      views.noteChanged(changed);
      return committed && { upload: committed, changed };
    } catch (error) {
      // Nobody knows whether the entry counts.
      open.delete(upload.id);
      sheet.close();
      throw error;
    }
  };

  const reload = async (state: SheetState): Promise<SheetState> => {
    const upload = await store.getUpload(uploadRef(state.upload));
    if (!upload) throw new InletError('upload_not_found');
    if (!EDITABLE.includes(upload.status))
      throw new InletError('upload_closed', { detail: `Its status is ${upload.status}.` });
    return { ...state, upload };
  };

  /** Carries out operations as one entry. Adds the rows that have changed. */
  const editOnce = async (state: SheetState, step: Step, editing: Editing): Promise<SheetState> => {
    for (let current = state; ; current = await reload(current)) {
      const opened = await follow(current);
      const { entry, conflicts, matches, changes } = await draftEntry(opened, step, editing);
      if (entry === null) {
        noteFound(editing, { conflicts, matches });
        return current;
      }
      const committed = await commit(opened, entry, current.upload);
      if (!committed) continue;
      for (const row of committed.changed) {
        if (editing.changed.size >= MOST_RESULT_ROWS) break;
        editing.changed.add(row);
      }
      noteFound(editing, { conflicts, matches });
      editing.changes += changes;
      return { ...current, upload: committed.upload };
    }
  };

  const draftEntry = async ({ sheet, views }: OpenSheet, step: Step, editing: Editing): Promise<Drafted> => {
    if (step.kind === 'undo' || step.kind === 'redo') {
      const of = step.kind === 'undo' ? sheet.log.lastStep : sheet.log.nextStep;
      if (!of) return NO_ENTRY;
      const overlays =
        step.kind === 'redo'
          ? of.entry.overlays
          : [...of.before].map(([page, overlayId]) => ({ page, overlayId }));
      return {
        ...NO_ENTRY,
        entry: { kind: step.kind, of: of.entry.id, overlays, addedPages: [], stored: DONE },
      };
    }
    const draft = createDraft(draftContext, sheet);
    for (const operation of step.operations)
      await applyOperation(
        { ...editing.options, sheet, views, draft, baseRevision: editing.baseRevision },
        operation,
      );
    const { conflicts } = draft;
    const hasDryRun = step.operations.some((operation) => operation.kind === 'replace' && operation.isDryRun);
    const matches = hasDryRun ? draft.found : undefined;
    if (draft.changes === 0) return { ...NO_ENTRY, conflicts, matches };
    const { changes } = draft;
    return { entry: { kind: 'edit', of: null, ...(await draft.store()) }, conflicts, matches, changes };
  };

  return {
    async check(state, { signal, onProgress } = {}) {
      for (;;) {
        const { sheet } = await openSheet(state);
        const stopWatching = sheet.watchCheck(() => onProgress?.(sheet.counts(), sheet.progress()));
        const aborted = rejectWhenAborted(signal);
        try {
          await Promise.race([sheet.startCheck(), aborted.promise]);
        } finally {
          stopWatching();
          aborted.end();
        }
        if (sheet.isChecked) return sheet.counts();
      }
    },
    async rows(state, query) {
      const mustBeChecked =
        state.upload.status !== 'checking' &&
        (query.view !== 'all' || query.issue !== undefined || query.issueColumn !== undefined);
      const { views } = await (mustBeChecked ? checked(state) : openSheet(state));
      return views.show(query);
    },
    async issues(state) {
      const { sheet } = await (state.upload.status === 'checking' ? openSheet(state) : checked(state));
      const { done, total } = sheet.progress();
      return { revision: sheet.revision, checked: done, total, groups: await sheet.issueGroups() };
    },
    async columnTexts(state, mapped) {
      const { sheet } = await openSheet(state);
      const column = state.template.columns.find(({ key }) => key === mapped.column);
      if (!column) throw new InletError('mapping_column_unknown');
      return countColumnTexts(sheet, { mapped, column });
    },
    async edit(state, { baseRevision, operations }, options = {}) {
      if (state.upload.status !== 'checking') await checked(state);
      return inTurn(state.upload.id, async () => {
        const editing: Editing = {
          baseRevision,
          options,
          changed: new Set(),
          changes: 0,
          conflicts: [],
          matches: undefined,
        };
        let current = await reload(state);
        for (const step of stepsOf(operations)) current = await editOnce(current, step, editing);
        const { sheet } = await follow(current);
        const counts = { ...current.upload.counts, ...sheet.counts() };
        const rows = await sheet.showRows([...editing.changed].filter((row) => sheet.isShown(row)));
        const { changes: changed, conflicts, matches } = editing;
        return { revision: current.upload.revision, counts, changed, rows, conflicts, matches };
      });
    },
    async *validRows(state, signal) {
      const { sheet, views } = await checked(state);
      yield* writeValidRows(sheet, { rows: await views.list({ view: 'valid' }), signal });
    },
    async storeRejections(state, rejected) {
      await checked(state);
      return inTurn(state.upload.id, async () => {
        const { sheet } = await follow(state);
        const { rejections, counts } = await sheet.withRejected(rejected);
        const parts = packRejections(rejections).map((bytes, page) => ({ page, bytes }));
        const id = context.newId();
        await store.sheets.insertOverlays(sheet.ref, id, parts);
        return { rejections: { id, parts: parts.length }, counts };
      });
    },
    async *file(state, { view, format }, signal) {
      const { sheet, views } = await checked(state);
      yield* writeSheetFile(sheet, { rows: await views.list({ view }), format, signal });
    },
    async findCorrections(state, corrections) {
      const { sheet } = await checked(state);
      const known = sources.get(sheet) ?? createSourceIndex(sheet);
      sources.set(sheet, known);
      known.catch(() => sources.delete(sheet));
      return findCorrections(sheet, await known, corrections);
    },
  };
}

/** Operations that are one step of the history. */
type Step =
  | { readonly kind: 'edit'; readonly operations: RowOperation[] }
  | { readonly kind: 'undo' }
  | { readonly kind: 'redo' };

interface Editing {
  readonly baseRevision: number;
  readonly options: DraftOptions;
  readonly changed: Set<number>;
  changes: number;
  readonly conflicts: SheetPatchResult['conflicts'];
  matches: number | undefined;
}

const DONE = Promise.resolve();

interface NewEntry extends Pick<EditEntry, 'kind' | 'of' | 'overlays' | 'addedPages'> {
  /** Resolves when everything that it refers to is stored. */
  readonly stored: Promise<unknown>;
}

interface Drafted {
  /** null if nothing changes. */
  readonly entry: NewEntry | null;
  readonly conflicts: SheetPatchResult['conflicts'];
  /** Cells and rows that change; not counted for an undo or redo. */
  readonly changes: number;
  /** Cells that dry runs have found. */
  readonly matches: number | undefined;
}

const NO_ENTRY: Drafted = { entry: null, conflicts: [], matches: undefined, changes: 0 };

function noteFound(editing: Editing, { conflicts, matches }: Pick<Drafted, 'conflicts' | 'matches'>): void {
  editing.conflicts.push(...conflicts);
  if (matches !== undefined) editing.matches = (editing.matches ?? 0) + matches;
}

function stepsOf(operations: SheetPatch['operations']): Step[] {
  const steps: Step[] = [];
  for (const operation of operations) {
    const last = steps.at(-1);
    if (operation.kind === 'undo' || operation.kind === 'redo') steps.push({ kind: operation.kind });
    else if (last?.kind === 'edit') last.operations.push(operation);
    else steps.push({ kind: 'edit', operations: [operation] });
  }
  return steps;
}

function rejectWhenAborted(signal: AbortSignal | undefined) {
  let end = () => {};
  const promise = new Promise<never>((_, reject) => {
    const stop = () => reject(signal?.reason);
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop);
    end = () => signal?.removeEventListener('abort', stop);
  });
  return { promise, end };
}
