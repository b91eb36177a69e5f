import type { CellAt } from '../../review/cell-block.js';
import type { SheetRows } from '../../review/sheet-rows.js';

/** Rows that are looked at: some pages. Beyond them, the view of the rows with issues finds the next one sooner. */
const MOST_ROWS = 2000;

interface FindOptions {
  readonly rows: SheetRows;
  readonly total: number;
  readonly columnKeys: readonly string[];
  readonly from: CellAt;
  readonly step: 1 | -1;
}

/** Returns the next cell with an issue, or the one before; null if the rows nearby have none. */
export async function findIssue({
  rows,
  total,
  columnKeys,
  from,
  step,
}: FindOptions): Promise<CellAt | null> {
  for (
    let looked = 0, row = from.row;
    looked < MOST_ROWS && row >= 0 && row < total;
    looked += 1, row += step
  ) {
    const found = await rows.load(row);
    if (!found) return null;
    const columns = found.issues
      .map(({ columnKey }) => (columnKey === null ? 0 : columnKeys.indexOf(columnKey)))
      .filter((column) => column !== -1 && (row !== from.row || (column - from.column) * step > 0))
      .sort((a, b) => (a - b) * step);
    const [column] = columns;
    if (column !== undefined) return { row, column };
  }
  return null;
}
