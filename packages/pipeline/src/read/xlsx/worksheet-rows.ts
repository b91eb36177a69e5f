import type { NumberKind } from './number-format.js';
import { RichText } from './rich-text.js';
import { MOST_ROWS, RowBuilder, type SharedTexts, type WorksheetRow } from './row-builder.js';
import { attributeOf, type MarkupHandler } from './scan-markup.js';
import { isTrue } from './workbook-parts.js';

export interface WorksheetOptions {
  readonly texts: SharedTexts;
  readonly kinds: readonly NumberKind[];
  readonly is1904: boolean;
  readonly onRow: (row: WorksheetRow) => void;
}

/** Reads the part of a worksheet. Rows come in the order of the file. */
export class WorksheetRows implements MarkupHandler {
  private readonly options: WorksheetOptions;
  private readonly rich = new RichText();
  private isInValue = false;
  private isInRow = false;
  isDone = false;
  private row = 0;
  private readonly cells: RowBuilder;
  private column = -1;
  private type: string | undefined;
  private style = 0;
  private value = '';

  constructor(options: WorksheetOptions) {
    this.options = options;
    this.cells = new RowBuilder(options);
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
    this.cells.start(this.row, isTrue(attributeOf(attributes, 'hidden')));
    this.isInRow = true;
    this.column = -1;
  }

  private closeRow(): void {
    this.isInRow = false;
    const row = this.cells.finish();
    if (row !== undefined) this.options.onRow(row);
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
    const { type, value, column, cells } = this;
    switch (type) {
      case 's':
        if (value !== '') cells.addShared(column, Number(value), this.options.texts);
        break;
      case 'inlineStr':
        cells.addText(column, this.rich.take());
        break;
      case 'b':
        if (value !== '') cells.addText(column, String(isTrue(value.trim())));
        break;
      case 'e':
        cells.addError(column, value);
        break;
      case 'str':
      case 'd':
        cells.addText(column, value);
        break;
      default:
        cells.addNumber(column, value, this.options.kinds[this.style] ?? 'number');
    }
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
