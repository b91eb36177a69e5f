import type { Column } from '@inlet/contracts';
import { csvLine } from './csv-line.js';
import { guardFormulas } from './formula-guard.js';
import { noteOfColumn } from './sample-notes.js';
import { optionTexts, sampleRow } from './sample-row.js';
import {
  columnName,
  contentTypes,
  escapeText,
  HEAD,
  MAIN,
  notesOf,
  RELATIONS,
  relations,
  workbookRelations,
  writeCell,
} from './xlsx-stream.js';
import { type ZipEntry, zipStream } from './zip-stream.js';

/** CSV with the names of the columns and one row. The mark at the beginning tells spreadsheets that it is UTF-8. */
export const sampleCsv = (columns: readonly Column[]): string =>
  `\uFEFF${csvLine(columns.map(({ name }) => guardFormulas(name)))}${csvLine(sampleRow(columns).map(guardFormulas))}`;

export interface SampleWorkbook {
  readonly columns: readonly Column[];
  /** Language of the notes, such as `pt-BR`. */
  readonly locale: string | undefined;
}

/**
 * A workbook (ECMA-376) with the names of the columns and one row: drop-downs for options, which are on a hidden
 * worksheet, the formats of the types, and a note at each heading with description and rules.
 */
export const sampleWorkbook = (sample: SampleWorkbook): AsyncGenerator<Buffer> => zipStream(partsOf(sample));

const MOST_ROWS = 1_048_576;
const DAY_MS = 86_400_000;
/** Days from the first day of spreadsheets to 1 January 1970. */
const EPOCH_DAYS = 25_569;
const STYLES = { general: 0, heading: 1, text: 2, date: 3, date_time: 4, integer: 5 } as const;
const SHEET_NAME = 'Import';
const OPTIONS_NAME = 'Options';

function* partsOf({ columns, locale }: SampleWorkbook): Generator<ZipEntry> {
  const listed = columns.filter(({ type, options }) => type === 'select' && options);
  const sheets = listed.length > 0 ? 2 : 1;
  const notes = columns.flatMap((column, index) => {
    const text = noteOfColumn(column, locale);
    return text === undefined ? [] : [{ row: 1, column: index, text }];
  });
  yield { name: 'xl/worksheets/sheet1.xml', content: [worksheet(columns, listed, notes.length > 0)] };
  if (sheets > 1) yield { name: 'xl/worksheets/sheet2.xml', content: [optionsSheet(listed)] };
  if (notes.length > 0) yield* notesOf(notes);
  yield { name: 'xl/styles.xml', content: [STYLE_SHEET] };
  yield { name: 'xl/workbook.xml', content: [workbook(sheets)] };
  yield { name: 'xl/_rels/workbook.xml.rels', content: [workbookRelations(sheets)] };
  yield { name: '_rels/.rels', content: [relations([['officeDocument', 'xl/workbook.xml']])] };
  yield { name: '[Content_Types].xml', content: [contentTypes(sheets, notes.length > 0)] };
}

function worksheet(columns: readonly Column[], listed: readonly Column[], hasNotes: boolean): string {
  const widths = columns.map(
    (column, index) =>
      `<col min="${index + 1}" max="${index + 1}" width="20" customWidth="1" style="${STYLES[styleOf(column)]}"/>`,
  );
  const headings = columns.map(({ name }, column) =>
    writeCell({ text: name }, { row: 1, column, style: STYLES.heading }),
  );
  const values = sampleRow(columns).map((text, index) => writeValue(text, columns[index]!, index));
  return [
    `${HEAD}<worksheet xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheetViews><sheetView workbookViewId="0">`,
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>',
    `<cols>${widths.join('')}</cols>`,
    `<sheetData><row r="1">${headings.join('')}</row><row r="2">${values.join('')}</row></sheetData>`,
    validations(columns, listed),
    hasNotes ? '<legacyDrawing r:id="rId1"/>' : '',
    '</worksheet>',
  ].join('');
}

function styleOf({ type }: Column): keyof typeof STYLES {
  if (type === 'date' || type === 'date_time' || type === 'integer') return type;
  return type === 'number' || type === 'boolean' ? 'general' : 'text';
}

function writeValue(text: string, column: Column, index: number): string {
  const style = styleOf(column);
  const place = { row: 2, column: index, style: STYLES[style] };
  const days =
    style === 'date' || style === 'date_time' ? Date.parse(text) / DAY_MS + EPOCH_DAYS : Number.NaN;
  if (!Number.isNaN(days)) return writeCell({ text: String(days), isNumber: true }, place);
  const isNumber = (column.type === 'number' || column.type === 'integer') && Number.isFinite(Number(text));
  return writeCell({ text, isNumber: isNumber && text !== '' }, place);
}

/** Other values than the options are allowed if the column takes new ones. */
function validations(columns: readonly Column[], listed: readonly Column[]): string {
  if (listed.length === 0) return '';
  const entries = listed.map((column, at) => {
    const name = columnName(columns.indexOf(column));
    const list = columnName(at);
    const range = `${OPTIONS_NAME}!$${list}$1:$${list}$${optionTexts(column).length}`;
    const refuses = column.allowNewOptions ? 0 : 1;
    return `<dataValidation type="list" allowBlank="1" showErrorMessage="${refuses}" sqref="${name}2:${name}${MOST_ROWS}"><formula1>${range}</formula1></dataValidation>`;
  });
  return `<dataValidations count="${entries.length}">${entries.join('')}</dataValidations>`;
}

/** The options of each column with a drop-down, below each other. */
function optionsSheet(listed: readonly Column[]): string {
  const lists = listed.map(optionTexts);
  const length = Math.max(...lists.map((list) => list.length));
  const rows = Array.from({ length }, (_, index) => {
    const cells = lists.map((list, column) =>
      list[index] === undefined ? '' : writeCell({ text: list[index] }, { row: index + 1, column }),
    );
    return `<row r="${index + 1}">${cells.join('')}</row>`;
  });
  return `${HEAD}<worksheet xmlns="${MAIN}"><sheetData>${rows.join('')}</sheetData></worksheet>`;
}

function workbook(sheets: number): string {
  const options = sheets > 1 ? `<sheet name="${OPTIONS_NAME}" sheetId="2" state="hidden" r:id="rId2"/>` : '';
  return `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets><sheet name="${escapeText(SHEET_NAME)}" sheetId="1" r:id="rId1"/>${options}</sheets></workbook>`;
}

const formatted = (format: number): string =>
  `<xf numFmtId="${format}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>`;

const STYLE_SHEET = `${HEAD}<styleSheet xmlns="${MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="6"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>${formatted(49)}${formatted(164)}${formatted(165)}${formatted(1)}</cellXfs></styleSheet>`;
