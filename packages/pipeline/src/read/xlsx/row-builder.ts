import type { NumberKind } from './number-format.js';
import { writeSerial } from './serial-date.js';
import type { SharedStrings } from './shared-strings.js';

/** A row with at least one cell that is not blank. */
export interface WorksheetRow {
  /** As people see it in the spreadsheet, from 1. */
  readonly row: number;
  readonly isHidden: boolean;
  /** Text of each cell, by its column; undefined for a blank one. */
  readonly cells: readonly (string | undefined)[];
  /** Columns whose text is a number with a decimal point; see `RawRecord.decimalFields`. */
  readonly decimals: readonly number[] | undefined;
  readonly faults: readonly CellFault[] | undefined;
}

/** Something about a cell that its text does not show. */
export interface CellFault {
  readonly column: number;
  /**
   * `error`: the cell holds an error such as `#N/A` and is blank. `digits`: a number whose last digits a spreadsheet
   * program has lost, such as `8.96529E+19`; it matters if the column holds texts such as ids.
   */
  readonly kind: 'error' | 'digits';
  readonly text: string;
}

/** The limits of spreadsheets; what is beyond them is ignored. */
export const MOST_COLUMNS = 16_384;
export const MOST_ROWS = 1_048_576;

const PLAIN_INTEGER = /^-?\d{1,15}$/;
/** Excel stores 15 digits; what follows is the error of a binary fraction. */
const SIGNIFICANT = 15;

/** Cells that wait for the shared strings that they refer to. */
export class SharedTexts {
  private cells: (string | undefined)[][] = [];
  private columns: number[] = [];
  private indexes: number[] = [];
  private highest = -1;

  add(cells: (string | undefined)[], column: number, index: number): void {
    this.cells.push(cells);
    this.columns.push(column);
    this.indexes.push(index);
    if (index > this.highest) this.highest = index;
  }

  /** Fills in all texts. */
  async fill(strings: SharedStrings): Promise<void> {
    if (this.highest >= strings.size) await strings.load?.(this.highest);
    const { cells, columns, indexes } = this;
    for (let at = 0; at < cells.length; at += 1)
      // A blank text is no text.
      cells[at]![columns[at]!] = strings.get(indexes[at]!) || undefined;
    for (const row of new Set(cells)) while (row.length > 0 && row.at(-1) === undefined) row.pop();
    this.cells = [];
    this.columns = [];
    this.indexes = [];
  }
}

/** Collects the cells of a worksheet row, which come in the order of their columns. */
export class RowBuilder {
  private row = 0;
  private isHidden = false;
  private cells: (string | undefined)[] = [];
  private decimals: number[] | undefined;
  private faults: CellFault[] | undefined;
  private hasText = false;
  private readonly is1904: boolean;

  constructor({ is1904 }: { readonly is1904: boolean }) {
    this.is1904 = is1904;
  }

  start(row: number, isHidden: boolean): void {
    this.row = row;
    this.isHidden = isHidden;
    this.cells = [];
    this.decimals = undefined;
    this.faults = undefined;
    this.hasText = false;
  }

  addText(column: number, text: string | undefined): void {
    if (text === undefined || text === '' || column >= MOST_COLUMNS) return;
    // A row is a plain array: columns without a cell are undefined.
    while (this.cells.length < column) this.cells.push(undefined);
    this.cells[column] = text;
    this.hasText = true;
  }

  /** Adds a cell whose text is filled in later. */
  addShared(column: number, index: number, texts: SharedTexts): void {
    if (column >= MOST_COLUMNS) return;
    while (this.cells.length <= column) this.cells.push(undefined);
    texts.add(this.cells, column, index);
    this.hasText = true;
  }

  /** Adds a number in the form in which the file has it. */
  addNumber(column: number, value: string, kind: NumberKind): void {
    if (value !== '') this.addText(column, this.textOfNumber(column, value, kind));
  }

  addError(column: number, text: string): void {
    this.addFault(column, 'error', text);
  }

  /** The row, or undefined if it is blank. */
  finish(): WorksheetRow | undefined {
    const { row, isHidden, cells, decimals, faults } = this;
    return this.hasText || faults !== undefined ? { row, isHidden, cells, decimals, faults } : undefined;
  }

  private textOfNumber(column: number, value: string, kind: NumberKind): string {
    const number = Number(value);
    if (kind !== 'number') {
      const text = writeSerial(number, kind, this.is1904);
      if (text !== undefined) return text;
    }
    if (PLAIN_INTEGER.test(value)) return value;
    if (!Number.isFinite(number)) return value;
    if (Math.abs(number) >= 1e15 && Number.isInteger(number)) {
      this.addFault(column, 'digits', value);
      return BigInt(number).toString();
    }
    // Fewer digits need no rounding, which is slow.
    const text = String(value.length <= SIGNIFICANT ? number : Number(number.toPrecision(SIGNIFICANT)));
    if (text.includes('.')) {
      this.decimals ??= [];
      this.decimals.push(column);
    }
    return text;
  }

  private addFault(column: number, kind: CellFault['kind'], text: string): void {
    this.faults ??= [];
    this.faults.push({ column, kind, text });
  }
}
