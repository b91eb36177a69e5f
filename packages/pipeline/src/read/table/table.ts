import type { SourceWarning } from '@inlet/contracts';
import type { CellFault } from '../xlsx/row-builder.js';

export type TableFormat = 'csv' | 'xlsx' | 'xls' | 'xlsb' | 'ods' | 'json' | 'ndjson' | 'xml';

/** A row of a file, before anything is known about its columns. */
export interface TableRow {
  /** Row of the worksheet, or physical line of a text file on which the row begins; number of a record; from 1. */
  readonly row: number;
  /**
   * Text of each cell by its column; undefined for a blank one. Not longer than the row is in the file. Texts may share
   * memory with a part of the file: to keep a few for long, copy them.
   */
  readonly cells: readonly (string | undefined)[];
  readonly isHidden?: boolean | undefined;
  /** Columns whose text is a number with a decimal point; see `RawRecord.decimalFields`. */
  readonly decimals?: readonly number[] | undefined;
  readonly faults?: readonly CellFault[] | undefined;
}

export interface TableFacts {
  readonly warnings: readonly SourceWarning[];
  /** Rows handed out. */
  readonly rows: number;
  /** Cells of the widest row. */
  readonly width: number;
  /** Blank rows between others. Those at the end do not count. */
  readonly blankRows: number;
  readonly hiddenRows: number;
}

/** A worksheet as a person chooses it. */
export interface TableWorksheet {
  readonly name: string;
  /** Hidden worksheets can be chosen, but are never proposed. */
  readonly isHidden: boolean;
  /** As the file states it; null if it does not. Programs may count rows that are only formatted. */
  readonly rows: number | null;
}

/** A file as rows of cells: the way in which uploads are read, whatever their format. */
export interface Table {
  readonly format: TableFormat;
  /** WHATWG name in lower case; null for spreadsheets. */
  readonly encoding: string | null;
  /** Of CSV. */
  readonly delimiter: string | null;
  /** Of spreadsheets. */
  readonly worksheets: readonly TableWorksheet[];
  /** The worksheet that is read: the chosen one, else the first visible one with rows. */
  readonly worksheet: string | null;
  /** Paths of the columns if the format names them itself (JSON, XML): no row holds headings then. */
  readonly headings: readonly string[] | null;
  /**
   * All rows from the first line on, title rows and headings included, blank rows left out. Can be iterated once. Errors
   * are thrown after all rows before the fault.
   */
  rows(): AsyncIterable<readonly TableRow[]>;
  /** Fills while the rows are iterated and is final after the last one. */
  readonly facts: TableFacts;
  /** Frees the file. May be called at any time, and more than once. */
  close(): Promise<void>;
}

/** The largest cost of one file. Reading beyond a limit throws an InletError. */
export interface TableLimits {
  /** Bytes after unpacking; over it: `source_too_large`, and `source_decompression_bomb` for a packed file. */
  readonly maxSourceBytes: number;
  /** Rows that are not blank; over it: `source_too_large`. */
  readonly maxRows: number;
}

export const DEFAULT_TABLE_LIMITS: TableLimits = { maxSourceBytes: 2_147_483_648, maxRows: 2_000_000 };

export interface TableOptions {
  /** Name of a worksheet that the person chose. */
  readonly worksheet?: string | undefined;
  /** Encoding that the person chose: a label of the WHATWG standard. Takes precedence over the bytes. */
  readonly encoding?: string | undefined;
  /** Delimiter that the person chose. */
  readonly delimiter?: string | undefined;
  /** Language of the person, such as `pl` or `pt-BR`: decides between encodings that fit equally well. */
  readonly locale?: string | undefined;
  readonly limits?: Partial<TableLimits> | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface FileTableOptions extends TableOptions {
  /** Folder for parts that are too large for the memory. Nothing is left in it. */
  readonly spillDirectory: string;
}
