import type { Column } from '@inlet/contracts';
import { removeFormulaGuards } from '@inlet/pipeline';
import type { Corrections, FoundCorrections } from '../ports/sheets.js';
import type { PageEntry } from '../ports/uploads.js';
import { createRowLabels } from './row-labels.js';
import type { Sheet } from './sheet.js';
import type { SourceIndex } from './source-index.js';
import { JSON_NUMBER } from './valid-rows.js';

/** A worksheet has no longer texts. */
const MOST_CELL_CHARS = 32_767;

interface RowOfPage {
  readonly index: number;
  readonly texts: readonly (string | null)[];
}

/**
 * Compares rows of a corrected file with the texts that the sheet had at `baseRevision`, which the file was written from:
 * what differs was changed by the person who corrected it.
 */
export async function findCorrections(
  sheet: Sheet,
  sources: SourceIndex,
  { baseRevision, columns, rows }: Corrections,
): Promise<FoundCorrections> {
  const labels = createRowLabels(sheet.upload);
  const used = columns.flatMap((key) => sheet.mapper.columns.find((column) => column.key === key) ?? []);
  const unmatched: string[] = [];
  const byPage = new Map<PageEntry, RowOfPage[]>();
  for (const { label, texts } of rows) {
    const parsed = labels.parse(label);
    const row = parsed?.kind === 'source' ? sources.find(parsed.source) : (parsed?.id ?? 0) - 1;
    if (row < 0 || !sheet.has(row) || !sheet.isShown(row)) {
      unmatched.push(label);
      continue;
    }
    const page = sheet.pages.ofRow(row);
    const one = { index: row + 1 - page.firstRow, texts };
    const group = byPage.get(page);
    if (group) group.push(one);
    else byPage.set(page, [one]);
  }
  const pages = [...byPage.keys()];
  const loaded = await sheet.pages.loadWith(
    pages.map((page) => ({ page, overlayId: sheet.log.overlayAt(page.number, baseRevision) })),
  );
  const mapper = sheet.mapperOf(used);
  const positions = mapper.columns.map(({ key }) => columns.indexOf(key));
  const cells: FoundCorrections['cells'][number][] = [];
  for (const [at, page] of pages.entries()) {
    const wanted = byPage.get(page)!;
    const mapped = mapper.mapRows(
      loaded[at]!,
      wanted.map(({ index }) => index),
    );
    for (const [place, { id, texts }] of mapped.entries())
      for (const [position, column] of mapper.columns.entries()) {
        const given = wanted[place]!.texts[positions[position]!] ?? '';
        const text = removeFormulaGuards(given.replaceAll('\r\n', '\n'));
        if (!isSame(text, (texts[position] ?? '').replaceAll('\r\n', '\n'), column))
          cells.push({ row: id, column: column.key, text: text === '' ? null : text });
      }
    await sheet.endTurn();
  }
  return { cells, unmatched };
}

/** Whether a spreadsheet can have made the one text from the other without a change by a person. */
function isSame(text: string, written: string, { type }: Column): boolean {
  if (text === written) return true;
  if (text.length >= MOST_CELL_CHARS - 1 && written.startsWith(text)) return true;
  const isNumeric = type === 'number' || type === 'integer';
  return isNumeric && JSON_NUMBER.test(text) && JSON_NUMBER.test(written) && Number(text) === Number(written);
}
