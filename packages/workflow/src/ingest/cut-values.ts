import type { DeliveredRow } from '@inlet/contracts';

type Values = NonNullable<DeliveredRow['values']>;
type Cell = Values[string];

/** Characters of all values together. A document of the store has at most 16 MB, and a screen shows far less. */
const MOST_CHARACTERS = 1_000_000;
/** Longer than any value that a person reads in a table. */
const MOST_IN_CELL = 2000;
const FEWEST_IN_CELL = 20;

export interface ShownRows {
  /** Number of rows that are shown together. */
  readonly rows: number;
  readonly columns: number;
}

/**
 * Returns a function that cuts the values of a row for people to look at, as in a preview: a cut text ends with `…` and
 * the number of its characters, a cut list with `…` and the number of its values. The result is bounded for any row.
 */
export function createValueCutter({ rows, columns }: ShownRows): (values: Values) => Values {
  const share = Math.floor(MOST_CHARACTERS / Math.max(1, rows * columns));
  const most = Math.min(MOST_IN_CELL, Math.max(FEWEST_IN_CELL, share));
  return (values) =>
    Object.fromEntries(Object.entries(values).map(([key, cell]) => [key, cutCell(cell, most)]));
}

function cutCell(cell: Cell, most: number): Cell {
  if (typeof cell === 'string') return cutText(cell, most);
  return Array.isArray(cell) ? cutList(cell, most) : cell;
}

function cutText(text: string, most: number): string {
  if (text.length <= most) return text;
  // Without half of a surrogate pair.
  return `${text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '')}… (${text.length} characters)`;
}

function cutList(list: readonly string[], most: number): string[] {
  const shown: string[] = [];
  let left = most;
  for (const text of list) {
    if (left <= 0) return [...shown, `… (${list.length} values)`];
    shown.push(cutText(text, left));
    left -= Math.max(1, text.length);
  }
  return shown;
}
