import type { SheetRows } from '../../review/sheet-rows.js';

/** The rows that a person has ticked, by id, or all rows of the view. */
export interface CheckedRows {
  readonly ids: ReadonlySet<number>;
  readonly isAll: boolean;
  /** Position of the last row that was ticked, from which Shift selects a range. */
  readonly lastIndex: number | null;
}

export const NO_ROWS: CheckedRows = { ids: new Set(), isAll: false, lastIndex: null };

/** As many rows as one operation takes. */
const MOST_ROWS = 10_000;

interface Toggle {
  readonly rows: SheetRows;
  readonly index: number;
  /** Ticks all rows since the last one. */
  readonly isRange: boolean;
}

/** After all rows of the view were ticked, the next click begins a new choice: nothing unseen stays in it. */
export async function toggleRow(
  { ids, isAll, lastIndex }: CheckedRows,
  { rows, index, isRange }: Toggle,
): Promise<CheckedRows> {
  const row = rows.get(index);
  if (!row) return { ids, isAll, lastIndex };
  if (isAll) return { ids: new Set([row.id]), isAll: false, lastIndex: index };
  const next = new Set(ids);
  if (isRange && lastIndex !== null) {
    const [from, to] = [Math.min(lastIndex, index), Math.max(lastIndex, index)];
    for (let at = from; at <= to && next.size < MOST_ROWS; at += 1) {
      const between = await rows.load(at);
      if (between) next.add(between.id);
    }
  } else if (!next.delete(row.id)) next.add(row.id);
  return { ids: next, isAll: false, lastIndex: index };
}
