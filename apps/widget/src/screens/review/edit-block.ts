import type { SheetRowView } from '@inlet/contracts';
import { type CellBlock, edgesOf } from '../../review/cell-block.js';
import { readTabSeparated, writeTabSeparated } from '../../review/tab-separated.js';
import type { CellChange, Sheet } from '../../review/use-sheet.js';

/** Cells of one operation. */
const MOST_CELLS = 10_000;

export interface BlockEditing {
  readonly sheet: Sheet;
  readonly block: CellBlock;
  readonly columnKeys: readonly string[];
}

/** The selected cells as text for a spreadsheet; null if some of them are not loaded. */
export function copyBlock({ sheet, block }: BlockEditing): string | null {
  const { top, bottom, left, right } = edgesOf(block);
  const cells: (string | null)[][] = [];
  for (let index = top; index <= bottom; index += 1) {
    const row = sheet.rows.get(index);
    if (!row) return null;
    cells.push(row.cells.slice(left, right + 1));
  }
  return writeTabSeparated(cells);
}

type TextOf = (row: SheetRowView, column: number, first: SheetRowView | undefined) => string | null;

/** Sets the text of each selected cell. Cells that have it already are left alone. */
export async function setBlock({ sheet, block, columnKeys }: BlockEditing, textOf: TextOf): Promise<void> {
  const { top, bottom, left, right } = edgesOf(block);
  const first = await sheet.rows.load(top);
  const cells: CellChange[] = [];
  for (let index = top; index <= bottom && cells.length < MOST_CELLS; index += 1) {
    const row = await sheet.rows.load(index);
    if (!row) break;
    for (let column = left; column <= right; column += 1) {
      const text = textOf(row, column, first);
      const key = columnKeys[column];
      if (key !== undefined && text !== row.cells[column]) cells.push({ row: row.id, column: key, text });
    }
  }
  if (cells.length > 0) await sheet.change(cells.slice(0, MOST_CELLS));
}

export interface PasteResult {
  readonly cells: number;
  /** Rows of the clipboard for which there was no place. */
  readonly leftOut: number;
}

/**
 * Writes the text of a spreadsheet over the cells from the corner of the selection on. One value fills the whole
 * selection. Rows beyond the end are added if the whole sheet is shown.
 */
export async function pasteText(
  editing: BlockEditing,
  text: string,
  { canAddRows }: { canAddRows: boolean },
): Promise<PasteResult> {
  const { sheet, block, columnKeys } = editing;
  const pasted = readTabSeparated(text);
  const { top, left, bottom, right } = edgesOf(block);
  const [only] = pasted.length === 1 && pasted[0]?.length === 1 ? pasted[0] : [undefined];
  if (only !== undefined) {
    await setBlock(editing, () => (only === '' ? null : only));
    return { cells: (bottom - top + 1) * (right - left + 1), leftOut: 0 };
  }
  const missing = Math.max(0, top + pasted.length - (sheet.total ?? 0));
  const added = missing > 0 && canAddRows ? await addRows(sheet, missing) : [];
  const cells: CellChange[] = [];
  let leftOut = 0;
  for (const [at, texts] of pasted.entries()) {
    const isBeyond = top + at >= (sheet.total ?? 0);
    const row = isBeyond ? added[top + at - (sheet.total ?? 0)] : (await sheet.rows.load(top + at))?.id;
    if (row === undefined) leftOut += 1;
    else
      for (const [offset, each] of texts.entries()) {
        const column = columnKeys[left + offset];
        if (column !== undefined) cells.push({ row, column, text: each === '' ? null : each });
      }
  }
  for (let at = 0; at < cells.length; at += MOST_CELLS) await sheet.change(cells.slice(at, at + MOST_CELLS));
  return { cells: cells.length, leftOut };
}

/** Adds rows at the end, and returns their ids. */
async function addRows(sheet: Sheet, count: number): Promise<readonly number[]> {
  const answer = await sheet.run([{ kind: 'insert', before: null, rows: Math.min(count, MOST_CELLS) }]);
  return answer && 'rows' in answer ? answer.rows.map(({ id }) => id) : [];
}
