import type { NumberKind } from '../xlsx/number-format.js';
import { MOST_ROWS, RowBuilder, type WorksheetRow } from '../xlsx/row-builder.js';
import type { SharedStrings } from '../xlsx/shared-strings.js';
import { readWideText } from './binary-records.js';
import { decodeRk, errorText } from './cell-values.js';

export interface XlsbRowOptions {
  readonly strings: SharedStrings;
  readonly kinds: readonly NumberKind[];
  readonly is1904: boolean;
  readonly onRow: (row: WorksheetRow) => void;
}

const ROW = 0;
const END_OF_ROWS = 146;
const FIRST_CELL = 1;
const LAST_CELL = 18;
/** Cells of these types begin with their column; those of types 12 to 18 follow the cell before. */
const FIRST_SHORT = 12;
const RICH_TEXT = 62;
const HIDDEN = 0x10;
const STYLE_BITS = 0xff_ffff;
/** Types of the short cells, as types of other cells. */
const LONG_TYPES = [1, 2, 3, 4, 5, 6, 7];

/** Reads the records of a worksheet ([MS-XLSB] 2.1.7.61). */
export class XlsbRows {
  isDone = false;
  private readonly options: XlsbRowOptions;
  private readonly cells: RowBuilder;
  private row = 0;
  private column = -1;
  private isInRow = false;

  constructor(options: XlsbRowOptions) {
    this.options = options;
    this.cells = new RowBuilder(options);
  }

  add(type: number, data: Buffer): void {
    if (type === ROW) this.openRow(data);
    else if (type === END_OF_ROWS) {
      this.closeRow();
      this.isDone = true;
    } else if ((type >= FIRST_CELL && type <= LAST_CELL) || type === RICH_TEXT) this.addCell(type, data);
  }

  private openRow(data: Buffer): void {
    this.closeRow();
    const stated = data.readUInt32LE(0) + 1;
    this.row = stated > this.row && stated <= MOST_ROWS ? stated : this.row + 1;
    this.cells.start(this.row, (data.readUInt8(11) & HIDDEN) !== 0);
    this.isInRow = true;
    this.column = -1;
  }

  private closeRow(): void {
    const row = this.isInRow ? this.cells.finish() : undefined;
    this.isInRow = false;
    if (row !== undefined) this.options.onRow(row);
  }

  private addCell(type: number, data: Buffer): void {
    const isShort = type >= FIRST_SHORT && type <= LAST_CELL;
    this.column = isShort ? this.column + 1 : data.readUInt32LE(0);
    const at = isShort ? 4 : 8;
    const style = data.readUInt32LE(at - 4) & STYLE_BITS;
    this.addValue(isShort ? (LONG_TYPES[type - FIRST_SHORT] ?? type) : type, { data, at, style });
  }

  private addValue(type: number, { data, at, style }: CellPlace): void {
    const { cells, column } = this;
    switch (type) {
      case 2:
        this.addNumber(decodeRk(data.readInt32LE(at)), style);
        break;
      case 5:
      case 9:
        this.addNumber(data.readDoubleLE(at), style);
        break;
      case 3:
      case 11:
        cells.addError(column, errorText(data.readUInt8(at)));
        break;
      case 4:
      case 10:
        cells.addText(column, String(data.readUInt8(at) !== 0));
        break;
      case 6:
      case 8:
        cells.addText(column, readWideText(data, at).text);
        break;
      case RICH_TEXT:
        cells.addText(column, readWideText(data, at + 1).text);
        break;
      case 7:
        cells.addText(column, this.options.strings.get(data.readUInt32LE(at)));
    }
  }

  private addNumber(value: number, style: number): void {
    this.cells.addNumber(this.column, String(value), this.options.kinds[style] ?? 'number');
  }
}

interface CellPlace {
  readonly data: Buffer;
  /** Offset of the value. */
  readonly at: number;
  readonly style: number;
}
