import type { NumberKind } from './number-format.js';
import { RichText } from './rich-text.js';
import { attributeOf, type MarkupHandler } from './scan-markup.js';
import { writeSerial } from './serial-date.js';
import type { SharedStrings } from './shared-strings.js';
import { isTrue } from './workbook-parts.js';

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

export interface CellFault {
  readonly column: number;
  /** `error`: the cell holds an error such as `#N/A` and is blank. `digits`: a number of 16 or more digits lost the last ones. */
  readonly kind: 'error' | 'digits';
  readonly text: string;
}

export interface WorksheetOptions {
  readonly strings: SharedStrings;
  readonly kinds: readonly NumberKind[];
  readonly is1904: boolean;
  readonly onRow: (row: WorksheetRow) => void;
}

const MOST_COLUMNS = 16_384;
const MOST_ROWS = 1_048_576;
const PLAIN_INTEGER = /^-?\d{1,15}$/;
/** Excel stores 15 digits; what follows is the error of a binary fraction. */
const SIGNIFICANT = 15;

/** Reads the part of a worksheet. Rows come in the order of the file. */
export class WorksheetRows implements MarkupHandler {
  private readonly options: WorksheetOptions;
  private readonly rich = new RichText();
  private isInValue = false;
  private isInRow = false;
  isDone = false;
  private row = 0;
  private isHidden = false;
  private cells: (string | undefined)[] = [];
  private decimals: number[] | undefined;
  private faults: CellFault[] | undefined;
  private hasText = false;
  private column = -1;
  private type: string | undefined;
  private style = 0;
  private value = '';

  constructor(options: WorksheetOptions) {
    this.options = options;
  }

  get wantsText(): boolean {
    return this.isInValue || this.rich.wantsText;
  }

  open(name: string, attributes: string): void {
    if (name === 'c') this.openCell(attributes);
    else if (name === 'v') this.isInValue = this.isInRow;
    else if (name === 'row') this.openRow(attributes);
    else if (this.isInRow) this.rich.open(name);
  }

  close(name: string): void {
    if (name === 'v') this.isInValue = false;
    else if (name === 'c') this.closeCell();
    else if (name === 'row') this.closeRow();
    else if (name === 'sheetData') this.isDone = true;
    else if (this.isInRow) this.rich.close(name);
  }

  text(text: string): void {
    if (this.isInValue) this.value = this.value === '' ? text : this.value + text;
    else this.rich.add(text);
  }

  private openRow(attributes: string): void {
    const stated = Number(attributeOf(attributes, 'r'));
    this.row = stated > this.row && stated <= MOST_ROWS ? stated : this.row + 1;
    this.isHidden = isTrue(attributeOf(attributes, 'hidden'));
    this.isInRow = true;
    this.column = -1;
    this.cells = [];
    this.decimals = undefined;
    this.faults = undefined;
    this.hasText = false;
  }

  private closeRow(): void {
    this.isInRow = false;
    if (!this.hasText && this.faults === undefined) return;
    const { row, isHidden, cells, decimals, faults } = this;
    this.options.onRow({ row, isHidden, cells, decimals, faults });
  }

  private openCell(attributes: string): void {
    const column = columnOf(attributeOf(attributes, 'r'));
    this.column = column > this.column ? column : this.column + 1;
    this.type = attributeOf(attributes, 't');
    this.style = Number(attributeOf(attributes, 's') ?? 0);
    this.value = '';
    this.rich.start();
  }

  private closeCell(): void {
    const text = this.textOfCell();
    if (text === undefined || text === '' || this.column >= MOST_COLUMNS) return;
    // A row is a plain array: columns without a cell are undefined.
    while (this.cells.length < this.column) this.cells.push(undefined);
    this.cells[this.column] = text;
    this.hasText = true;
  }

  private textOfCell(): string | undefined {
    const { type, value } = this;
    switch (type) {
      case 's':
        return value === '' ? undefined : this.options.strings.get(Number(value));
      case 'inlineStr':
        return this.rich.take();
      case 'str':
        return value;
      case 'b':
        return value === '' ? undefined : String(isTrue(value.trim()));
      case 'e':
        this.addFault('error', value);
        return undefined;
      case 'd':
        return value;
      default:
        return value === '' ? undefined : this.textOfNumber(value);
    }
  }

  private textOfNumber(value: string): string {
    const kind = this.options.kinds[this.style] ?? 'number';
    const number = Number(value);
    if (kind !== 'number') {
      const text = writeSerial(number, kind, this.options.is1904);
      if (text !== undefined) return text;
    }
    if (PLAIN_INTEGER.test(value)) return value;
    if (!Number.isFinite(number)) return value;
    if (Math.abs(number) >= 1e15 && Number.isInteger(number)) {
      this.addFault('digits', value);
      return BigInt(number).toString();
    }
    const text = String(Number(number.toPrecision(SIGNIFICANT)));
    if (text.includes('.')) {
      this.decimals ??= [];
      this.decimals.push(this.column);
    }
    return text;
  }

  private addFault(kind: CellFault['kind'], text: string): void {
    this.faults ??= [];
    this.faults.push({ column: this.column, kind, text });
  }
}

/** Index of a column from a reference: 1 for `B12`; -1 without one. */
function columnOf(reference: string | undefined): number {
  if (reference === undefined) return -1;
  let column = 0;
  for (let at = 0; at < reference.length; at += 1) {
    const letter = reference.charCodeAt(at) & 0xdf;
    if (letter < 65 || letter > 90) break;
    column = column * 26 + letter - 64;
  }
  return column - 1;
}
