import { tableHeadings } from './propose-header.js';
import type { TableRow } from './table.js';

/** The file whose headings others are matched with. */
export interface LeadingFile {
  /** Its headings, by column. */
  readonly headings: readonly string[];
  /** How many of its rows contain them. */
  readonly headingRows: number;
}

export interface FileMatch {
  /** The last row above the values; 0 if there is none. */
  readonly lastHeadingRow: number;
  /** The column of the leading file for each column of this one; -1 for one without a heading and values. */
  readonly columns: readonly number[];
  /** Headings of the leading file that this one lacks, and headings that only this one has. */
  readonly missing: readonly string[];
  readonly extra: readonly string[];
}

/** Rows in which headings are looked for: titles above them have few. */
const MOST_TITLE_ROWS = 50;
/** The name of a column without a heading. */
const NAMELESS = /^Column [1-9]\d*$/;

/**
 * Matches the columns of a file with those of the leading file by their headings, which may be in another order and below
 * other title rows. `own` are the headings of a format that names its values, which may lack some: each record has only
 * those that it needs.
 */
export function matchFile(
  rows: readonly TableRow[],
  { leading, own }: { leading: LeadingFile; own: readonly string[] | null },
): FileMatch {
  if (own !== null) return { ...matchHeadings({ names: own, values: rows, leading }), missing: [] };
  if (leading.headingRows === 0) {
    const names = tableHeadings([], widthOf(rows));
    return { ...matchHeadings({ names, values: rows, leading }), missing: [] };
  }
  const last = Math.min(MOST_TITLE_ROWS, rows.length - leading.headingRows);
  let best: FileMatch | undefined;
  for (let first = 0; first <= last; first += 1) {
    const match = matchAt(rows, { first, leading });
    if (best === undefined || match.missing.length < best.missing.length) best = match;
    if (best.missing.length === 0) break;
  }
  return best ?? { lastHeadingRow: 0, columns: [], missing: leading.headings, extra: [] };
}

function matchAt(
  rows: readonly TableRow[],
  { first, leading }: { first: number; leading: LeadingFile },
): FileMatch {
  const header = rows.slice(first, first + leading.headingRows);
  const values = rows.slice(first + leading.headingRows);
  const names = tableHeadings(header, widthOf([...header, ...values]));
  return { ...matchHeadings({ names, values, leading }), lastHeadingRow: header.at(-1)?.row ?? 0 };
}

interface Headings {
  readonly names: readonly string[];
  readonly values: readonly TableRow[];
  readonly leading: LeadingFile;
}

function matchHeadings({ names, values, leading }: Headings): FileMatch {
  const places = new Map(leading.headings.map((name, column) => [plain(name), column]));
  const columns = names.map((name) => places.get(plain(name)) ?? -1);
  const found = new Set(columns);
  const hasValues = (column: number) => values.some(({ cells }) => cells[column]?.trim());
  return {
    lastHeadingRow: 0,
    columns,
    missing: leading.headings.filter((name, column) => !found.has(column) && !NAMELESS.test(name)),
    extra: names.filter(
      (name, column) => columns[column] === -1 && (!NAMELESS.test(name) || hasValues(column)),
    ),
  };
}

const plain = (name: string): string => name.trim().replace(/\s+/g, ' ').toLowerCase();

const widthOf = (rows: readonly TableRow[]): number =>
  rows.reduce((widest, { cells }) => Math.max(widest, cells.length), 0);

/** Puts the cells of a row below the headings of the leading file. */
export function arrangeRow(row: TableRow, columns: readonly number[]): TableRow {
  const width = row.cells.reduce((widest, _, from) => Math.max(widest, (columns[from] ?? -1) + 1), 0);
  const cells = new Array<string | undefined>(width).fill(undefined);
  row.cells.forEach((text, from) => {
    const to = columns[from] ?? -1;
    if (to >= 0) cells[to] = text;
  });
  return {
    ...row,
    cells,
    decimals: row.decimals?.flatMap((from) => toColumn(from, columns)),
    faults: row.faults?.flatMap((fault) =>
      toColumn(fault.column, columns).map((column) => ({ ...fault, column })),
    ),
  };
}

function toColumn(from: number, columns: readonly number[]): number[] {
  const to = columns[from] ?? -1;
  return to < 0 ? [] : [to];
}
