import { MOST_COLUMNS, MOST_ROWS, RowBuilder, type WorksheetRow } from '../xlsx/row-builder.js';
import { attributeOf, type MarkupHandler } from '../xlsx/scan-markup.js';
import { OdsText } from './ods-text.js';

export interface OdsHandlers {
  readonly onSheet: (name: string, isHidden: boolean) => void;
  readonly onRow: (row: WorksheetRow) => void;
  /** Index of the only table whose rows are wanted; default all. */
  readonly sheet?: number | undefined;
}

const ERROR = /^(?:#(?:N\/A|REF!|DIV\/0!|VALUE!|NAME\?|NUM!|NULL!)|Err:\d{3})$/;
const DURATION = /^(-?)P(?:(\d+)D)?T(\d+)H(\d+)M(\d+)(?:[.,](\d+))?S$/;

const repeatOf = (attributes: string, name: string): number => {
  if (!attributes.includes(name)) return 1;
  const stated = Number(attributeOf(attributes, name));
  return stated >= 1 ? Math.floor(stated) : 1;
};

/** Reads `content.xml` of an OpenDocument spreadsheet: its tables and their rows, blank ones left out. */
export class OdsRows implements MarkupHandler {
  /** Whether the part has a spreadsheet. */
  isSpreadsheet = false;
  isDone = false;
  private readonly handlers: OdsHandlers;
  private readonly cells = new RowBuilder({ is1904: false });
  private readonly paragraphs = new OdsText();
  /** Name of the style that is being read, and those of hidden tables. */
  private style = '';
  private readonly hiddenStyles = new Set<string>();
  private sheet = -1;
  private row = 0;
  private rowRepeats = 1;
  private isHidden = false;
  private column = 0;
  /** Attributes of the open cell. */
  private cell: string | undefined;
  private columnRepeats = 1;

  constructor(handlers: OdsHandlers) {
    this.handlers = handlers;
  }

  get wantsText(): boolean {
    return this.cell !== undefined && this.paragraphs.wantsText;
  }

  open(name: string, attributes: string): void {
    if (this.cell !== undefined) {
      this.paragraphs.open(name, name === 's' ? repeatOf(attributes, 'c') : 1);
      return;
    }
    switch (name) {
      case 'table-cell':
      case 'covered-table-cell':
        this.openCell(attributes);
        break;
      case 'table-row':
        this.openRow(attributes);
        break;
      case 'table':
        this.openTable(attributes);
        break;
      case 'style':
        this.style = attributeOf(attributes, 'name') ?? '';
        break;
      case 'table-properties':
        if (attributeOf(attributes, 'display') === 'false') this.hiddenStyles.add(this.style);
        break;
      case 'spreadsheet':
        this.isSpreadsheet = true;
    }
  }

  close(name: string): void {
    if (this.cell !== undefined) {
      if (this.paragraphs.isOutside) this.closeCell(this.cell);
      else this.paragraphs.close();
    } else if (name === 'table-row') this.closeRow();
    else if (name === 'spreadsheet' || (name === 'table' && this.sheet === this.handlers.sheet))
      this.isDone = true;
  }

  text(text: string): void {
    this.paragraphs.add(text);
  }

  private openTable(attributes: string): void {
    this.sheet += 1;
    this.row = 0;
    const style = attributeOf(attributes, 'style-name') ?? '';
    this.handlers.onSheet(attributeOf(attributes, 'name') ?? '', this.hiddenStyles.has(style));
  }

  private openRow(attributes: string): void {
    this.rowRepeats = repeatOf(attributes, 'number-rows-repeated');
    const visibility = attributeOf(attributes, 'visibility');
    this.isHidden = visibility === 'collapse' || visibility === 'filter';
    this.cells.start(this.row + 1, this.isHidden);
    this.column = 0;
  }

  private closeRow(): void {
    const found = this.cells.finish();
    const first = this.row + 1;
    this.row += this.rowRepeats;
    if (found === undefined || (this.handlers.sheet ?? this.sheet) !== this.sheet) return;
    const last = Math.min(this.row, MOST_ROWS);
    for (let row = first; row <= last; row += 1) this.handlers.onRow({ ...found, row });
  }

  private openCell(attributes: string): void {
    this.cell = attributes;
    this.columnRepeats = repeatOf(attributes, 'number-columns-repeated');
    this.paragraphs.start();
  }

  private closeCell(attributes: string): void {
    this.cell = undefined;
    const end = Math.min(this.column + this.columnRepeats, MOST_COLUMNS);
    const text = this.paragraphs.take();
    if (text !== '' || attributes.includes('value'))
      for (let column = this.column; column < end; column += 1) this.addCell(column, attributes, text);
    this.column += this.columnRepeats;
  }

  private addCell(column: number, attributes: string, text: string): void {
    const { cells } = this;
    switch (attributeOf(attributes, 'value-type')) {
      case 'float':
      case 'percentage':
      case 'currency':
        cells.addNumber(column, attributeOf(attributes, 'value') ?? text, 'number');
        break;
      case 'boolean':
        cells.addText(column, attributeOf(attributes, 'boolean-value') ?? text);
        break;
      case 'date':
        cells.addText(column, attributeOf(attributes, 'date-value') ?? text);
        break;
      case 'time':
        cells.addText(column, writeDuration(attributeOf(attributes, 'time-value') ?? '') ?? text);
        break;
      default:
        if (isError(attributes, text)) cells.addError(column, text);
        else cells.addText(column, text === '' ? attributeOf(attributes, 'string-value') : text);
    }
  }
}

/** LibreOffice marks errors; other programs write their text as the result of a formula. */
const isError = (attributes: string, text: string): boolean =>
  attributes.includes('value-type="error"') || (attributes.includes('formula=') && ERROR.test(text));

/** `PT09H05M00S` as `09:05:00`. */
function writeDuration(duration: string): string | undefined {
  const match = DURATION.exec(duration);
  if (match === null) return undefined;
  const [, sign, days, hours, minutes = '', seconds = '', fraction = ''] = match;
  const clock = [Number(hours) + 24 * Number(days ?? 0), Number(minutes), Number(seconds)]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
  const rest = fraction.slice(0, 3).replace(/0+$/, '');
  return `${sign}${clock}${rest === '' ? '' : `.${rest.padEnd(3, '0')}`}`;
}
