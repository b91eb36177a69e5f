import type {
  ColumnTexts,
  IssueGroups,
  MappedColumn,
  Operation,
  SheetCounts,
  SheetPatch,
  SheetPatchResult,
  SheetQuery,
  SheetRows,
  SheetView,
  Template,
} from '@inlet/contracts';
import type { RejectionsRef, Upload, UploadRef } from './uploads.js';

/** A sheet as of the revision of its upload, with the template that has the columns of the upload. */
export interface SheetState {
  readonly upload: Upload;
  readonly template: Template;
}

export interface CheckOptions {
  readonly signal: AbortSignal;
}

/** An edit that is done, or an operation that goes on without the request. */
export type EditOutcome =
  | { readonly kind: 'done'; readonly result: SheetPatchResult }
  | { readonly kind: 'running'; readonly operation: Operation };

/** A row that the receiver has rejected, by its id in the sheet, with the receiver's messages. */
export interface RejectedSheetRow {
  readonly id: number;
  readonly issues: readonly { readonly columnKey: string | null; readonly message: string }[];
}

/** To be named by the upload: until then, they do not count. */
export interface StoredRejections {
  readonly rejections: RejectionsRef;
  /** Counts of the sheet with them. */
  readonly counts: Pick<SheetCounts, 'rows' | 'valid' | 'invalid' | 'warnings'>;
}

export type SheetFileFormat = 'csv' | 'xlsx';

export interface SheetFileRequest {
  readonly view: SheetView;
  readonly format: SheetFileFormat;
}

/** Rows of a written sheet that people have corrected elsewhere. */
export interface Corrections {
  /** Revision of the upload that the file was written from. */
  readonly baseRevision: number;
  /** Keys of the columns that the rows have. */
  readonly columns: readonly string[];
  /** Rows by their labels, with the text of each column. */
  readonly rows: readonly { readonly label: string; readonly texts: readonly (string | null)[] }[];
}

export interface FoundCorrections {
  readonly cells: readonly { readonly row: number; readonly column: string; readonly text: string | null }[];
  /** Labels of rows that the sheet does not have. */
  readonly unmatched: readonly string[];
}

/** Rows of a sheet as JSON lines, for `readChanges`; see `SHEET_ROW_PATHS`. */
export type SheetRowBytes = AsyncIterable<Buffer>;

/**
 * The sheets of this process: checks, views and edits rows. All of it is derived from what is stored, so that another
 * process continues where this one ends.
 */
export interface Sheets {
  /** Checks all rows and returns their counts (`rows`, `valid`, `invalid`, `warnings`). */
  check(
    state: SheetState,
    options: CheckOptions,
  ): Promise<Pick<SheetCounts, 'rows' | 'valid' | 'invalid' | 'warnings'>>;
  rows(state: SheetState, query: SheetQuery): Promise<SheetRows>;
  issues(state: SheetState): Promise<IssueGroups>;
  /** The different texts of a column of the template, as an entry of a mapping maps them. */
  columnTexts(state: SheetState, mapped: MappedColumn): Promise<ColumnTexts>;
  /**
   * Makes the changes, stores them and returns the rows that they touched, or an operation if that takes some seconds.
   *
   * @throws InletError upload_not_found, upload_closed, invalid_request, template_pattern_invalid
   */
  edit(state: SheetState, patch: SheetPatch): Promise<EditOutcome>;
  /** An operation of this process, at the latest ten minutes after its end; null for others. */
  operation(upload: UploadRef, operationId: string): Operation | null;
  /** Asks an operation to stop, and returns it. */
  cancelOperation(upload: UploadRef, operationId: string): Operation | null;
  /** The valid rows that are not deleted, in the order of the file, with the texts of their cells. */
  validRows(state: SheetState, options: CheckOptions): SheetRowBytes;
  /** Stores rejected rows together with the earlier ones. A row is rejected until it is edited. */
  storeRejections(state: SheetState, rejected: readonly RejectedSheetRow[]): Promise<StoredRejections>;
  /** Writes the rows of a view as a file, in the order of the sheet. */
  file(state: SheetState, request: SheetFileRequest, options: CheckOptions): AsyncIterable<Buffer>;
  /** Compares rows that were corrected elsewhere with the sheet, which does not change. */
  findCorrections(state: SheetState, corrections: Corrections): Promise<FoundCorrections>;
  close(): Promise<void>;
}

/** Members of each line of `validRows` beside the cells by column key, as paths of a mapping. */
export const SHEET_ROW_PATHS = {
  /** `~key`: upload and row id, which identify the row for ever. */
  key: '~0key',
  /** `~id`: row id. */
  id: '~0id',
  /** `~place`: JSON text of the `sourceRow` of the row; absent for a row that a person added. */
  place: '~0place',
} as const;

/** `~c0`, `~c1` and so on: the texts of the custom columns, in their order. */
export const CUSTOM_MEMBER = '~c';
export const customPath = (index: number): string => `~0c${index}`;
