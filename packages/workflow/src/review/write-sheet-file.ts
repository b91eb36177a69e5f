import type { Issue } from '@inlet/contracts';
import { csvLine, guardFormulas, type XlsxCell, xlsxStream } from '@inlet/pipeline';
import type { SheetFileFormat } from '../ports/sheets.js';
import { createRowLabels, ROW_HEADING } from './row-labels.js';
import type { Sheet } from './sheet.js';
import type { ShownRow } from './show-rows.js';
import { JSON_NUMBER } from './valid-rows.js';

export interface SheetFileOptions {
  /** The numbers of the rows, in order. */
  readonly rows: Uint32Array;
  readonly format: SheetFileFormat;
  readonly signal?: AbortSignal | undefined;
}

const ROWS_AT_ONCE = 1000;
/** Tells spreadsheets that the file is UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Writes rows for people who correct them in a spreadsheet: their label, and the text of each column under its name, of
 * which none is a formula. XLSX has colours and notes for issues.
 */
export async function* writeSheetFile(sheet: Sheet, options: SheetFileOptions): AsyncGenerator<Buffer> {
  const headings = [ROW_HEADING, ...sheet.mapper.columns.map(({ name }) => guardFormulas(name))];
  if (options.format === 'xlsx') {
    yield* xlsxStream({ name: 'Rows', headings, rows: xlsxRows(sheet, options) });
    return;
  }
  const labels = createRowLabels(sheet.upload);
  yield Buffer.from(BYTE_ORDER_MARK + csvLine(headings));
  for await (const rows of shownRows(sheet, options))
    yield Buffer.from(
      rows
        .map(({ view, source }) =>
          csvLine([
            labels.labelOf({ id: view.id, source }),
            ...view.cells.map((text) => guardFormulas(text ?? '')),
          ]),
        )
        .join(''),
    );
}

async function* shownRows(
  sheet: Sheet,
  { rows, signal }: SheetFileOptions,
): AsyncGenerator<readonly ShownRow[]> {
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    signal?.throwIfAborted();
    yield await sheet.showWithSources([...rows.subarray(at, at + ROWS_AT_ONCE)]);
    await sheet.endTurn();
  }
}

async function* xlsxRows(
  sheet: Sheet,
  options: SheetFileOptions,
): AsyncGenerator<readonly (readonly (XlsxCell | undefined)[])[]> {
  const { columns } = sheet.mapper;
  const labels = createRowLabels(sheet.upload);
  const isNumeric = columns.map(({ type }) => type === 'number' || type === 'integer');
  for await (const rows of shownRows(sheet, options))
    yield rows.map(({ view, source }) => {
      const label = labels.labelOf({ id: view.id, source });
      const ofRow = view.issues.filter(({ columnKey }) => columnKey === null);
      const cells = view.cells.map((text, position) => {
        const issues = view.issues.filter(({ columnKey }) => columnKey === columns[position]!.key);
        if (text === null && issues.length === 0) return undefined;
        const isNumber = isNumeric[position] && text !== null && JSON_NUMBER.test(text);
        return { text: guardFormulas(text ?? ''), isNumber, ...markOf(issues) };
      });
      return [{ text: label, isNumber: JSON_NUMBER.test(label), ...markOf(ofRow) }, ...cells];
    });
}

function markOf(issues: readonly Issue[]): Pick<XlsxCell, 'mark' | 'note'> {
  if (issues.length === 0) return {};
  const isError = issues.some(({ severity }) => severity === 'error');
  return { mark: isError ? 'error' : 'warning', note: issues.map(({ message }) => message).join('\n') };
}
