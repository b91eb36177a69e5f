import { decodeRk, errorText } from '../xlsb/cell-values.js';
import { damaged } from '../xlsx/open-package.js';
import { RowBuilder, type WorksheetRow } from '../xlsx/row-builder.js';
import type { SharedStrings } from '../xlsx/shared-strings.js';
import { BEGIN, END, type XlsGlobals, type XlsSheet } from './xls-globals.js';
import { readXlsRecord, XlsReader, type XlsRecord } from './xls-records.js';

const FORMULA = 0x06;
const NUMBERS = 0xbd;
const RICH_TEXT = 0xd6;
const SHARED_TEXT = 0xfd;
const NUMBER = 0x203;
const TEXT = 0x204;
const BOOLEAN_OR_ERROR = 0x205;
const FORMULA_TEXT = 0x207;
const ROW = 0x208;
const SHORT_NUMBER = 0x27e;
const CELLS = new Set([
  FORMULA,
  NUMBERS,
  RICH_TEXT,
  SHARED_TEXT,
  NUMBER,
  TEXT,
  BOOLEAN_OR_ERROR,
  SHORT_NUMBER,
]);
/** Records between a formula and its text: shared formula, array, table of results. */
const BETWEEN = new Set([0x4bc, 0x221, 0x236]);
const HIDDEN = 0x20;
const NO_NUMBER = 0xffff;
const BATCH_ROWS = 512;

export interface XlsRowOptions extends XlsGlobals {
  readonly texts: SharedStrings;
}

/** Reads the rows of a worksheet in the stream of a workbook ([MS-XLS] 2.1.7.20.5). */
export function* readXlsRows(
  stream: Buffer,
  sheet: XlsSheet,
  options: XlsRowOptions,
): Generator<readonly WorksheetRow[]> {
  const { cells, hidden } = listCells(stream, sheet.start);
  const builder = new RowBuilder(options);
  const reader = new CellReader(stream, builder, options);
  let found: WorksheetRow[] = [];
  let row = -1;
  for (const record of cells) {
    const next = stream.readUInt16LE(record.start);
    if (next !== row) {
      const finished = row < 0 ? undefined : builder.finish();
      if (finished !== undefined) found.push(finished);
      row = next;
      builder.start(row + 1, hidden.has(row));
      if (found.length === BATCH_ROWS) {
        yield found;
        found = [];
      }
    }
    reader.add(record);
  }
  const last = row < 0 ? undefined : builder.finish();
  if (last !== undefined) found.push(last);
  if (found.length > 0) yield found;
}

interface CellRecords {
  /** In the order of their rows. */
  readonly cells: Iterable<XlsRecord>;
  readonly hidden: ReadonlySet<number>;
}

function listCells(stream: Buffer, start: number): CellRecords {
  const hidden = new Set<number>();
  const rowOf = (record: XlsRecord): number => stream.readUInt16LE(record.start);
  let isSorted = true;
  let row = 0;
  for (const record of walkSheet(stream, start)) {
    if (record.type === ROW) {
      if ((stream.readUInt32LE(record.start + 12) & HIDDEN) !== 0) hidden.add(rowOf(record));
    } else if (CELLS.has(record.type)) {
      isSorted &&= rowOf(record) >= row;
      row = rowOf(record);
    }
  }
  const cells = cellsOf(stream, start);
  return { cells: isSorted ? cells : [...cells].sort((a, b) => rowOf(a) - rowOf(b)), hidden };
}

function* cellsOf(stream: Buffer, start: number): Generator<XlsRecord> {
  for (const record of walkSheet(stream, start)) if (CELLS.has(record.type)) yield record;
}

/** The records of a worksheet, without those of charts in it. */
function* walkSheet(stream: Buffer, start: number): Generator<XlsRecord> {
  let depth = 0;
  let at = start;
  do {
    const record = readXlsRecord(stream, at);
    if (record === undefined) throw damaged('a worksheet in it is cut off');
    at = record.end;
    if (record.type === BEGIN) depth += 1;
    else if (record.type === END) depth -= 1;
    else if (depth === 1) yield record;
  } while (depth > 0);
}

class CellReader {
  private readonly stream: Buffer;
  private readonly cells: RowBuilder;
  private readonly options: XlsRowOptions;

  constructor(stream: Buffer, cells: RowBuilder, options: XlsRowOptions) {
    this.stream = stream;
    this.cells = cells;
    this.options = options;
  }

  add(record: XlsRecord): void {
    const { stream, cells } = this;
    const { type, start } = record;
    const column = stream.readUInt16LE(start + 2);
    const at = start + 6;
    switch (type) {
      case SHARED_TEXT:
        cells.addText(column, this.options.texts.get(stream.readUInt32LE(at)));
        break;
      case SHORT_NUMBER:
        this.addNumber(column, decodeRk(stream.readInt32LE(at)), at - 2);
        break;
      case NUMBER:
        this.addNumber(column, stream.readDoubleLE(at), at - 2);
        break;
      case NUMBERS:
        this.addNumbers(column, record);
        break;
      case BOOLEAN_OR_ERROR:
        this.addResult(column, { kind: 1 + stream.readUInt8(at + 1), value: stream.readUInt8(at) });
        break;
      case FORMULA:
        this.addFormula(column, record);
        break;
      default:
        cells.addText(column, this.readText(record, 6));
    }
  }

  private addNumbers(first: number, { start, end }: XlsRecord): void {
    let column = first;
    // Each has its style and number; the last column follows.
    for (let at = start + 4; at + 6 <= end - 2; at += 6) {
      this.addNumber(column, decodeRk(this.stream.readInt32LE(at + 2)), at);
      column += 1;
    }
  }

  private addNumber(column: number, value: number, styleAt: number): void {
    const kind = this.options.kinds[this.stream.readUInt16LE(styleAt)] ?? 'number';
    this.cells.addNumber(column, String(value), kind);
  }

  private addFormula(column: number, record: XlsRecord): void {
    const { stream, cells } = this;
    const at = record.start + 6;
    const kind = stream.readUInt8(at);
    if (stream.readUInt16LE(at + 6) !== NO_NUMBER) {
      this.addNumber(column, stream.readDoubleLE(at), at - 2);
      return;
    }
    if (kind !== 0) {
      this.addResult(column, { kind, value: stream.readUInt8(at + 2) });
      return;
    }
    let text = readXlsRecord(stream, record.end);
    while (text !== undefined && BETWEEN.has(text.type)) text = readXlsRecord(stream, text.end);
    if (text?.type === FORMULA_TEXT) cells.addText(column, this.readText(text, 0));
  }

  /** Kind 1 is a boolean, kind 2 an error. */
  private addResult(
    column: number,
    { kind, value }: { readonly kind: number; readonly value: number },
  ): void {
    if (kind === 1) this.cells.addText(column, String(value !== 0));
    else if (kind === 2) this.cells.addError(column, errorText(value));
  }

  private readText(record: XlsRecord, offset: number): string {
    const reader = new XlsReader(this.stream, record, offset);
    const { decode } = this.options;
    return decode === undefined ? reader.text() : reader.oldText(decode);
  }
}
