import { columnPaths } from '../csv/csv-columns.js';
import { cellKind, hasHeader, namesTypedColumns } from '../csv/csv-header.js';
import { countPreambleRows } from '../csv/csv-preamble.js';
import type { TableRow } from './table.js';

/**
 * Why rows are proposed as the header. `names`: the first row holds names of the columns below it. `below_titles`: the
 * rows above the names hold titles or comments. `grouped_names`: a row above the names holds names of groups of columns.
 * `values`: the first row looks like all others.
 */
export type HeaderReason = 'names' | 'below_titles' | 'grouped_names' | 'values';

export interface ProposedHeader {
  /** The first row of the header, else the first row of values; see `TableRow.row`. */
  readonly row: number;
  /** Rows of the header; 0 for a table without one. */
  readonly rows: number;
  readonly reason: HeaderReason;
}

/** A hundred rows decide. */
const MOST_ROWS = 100;

/** Proposes the rows that hold the headings, from the first rows of a table. */
export function proposeHeader(rows: readonly TableRow[]): ProposedHeader {
  const texts = rows.slice(0, MOST_ROWS).map(({ cells }) => Array.from(cells, (text) => text ?? ''));
  const above = countPreambleRows(texts);
  const rowAt = (index: number): number => rows[index]?.row ?? 1;
  if (isGroupRow(texts, above - 1)) return { row: rowAt(above - 1), rows: 2, reason: 'grouped_names' };
  if (isGroupRow(texts, above)) return { row: rowAt(above), rows: 2, reason: 'grouped_names' };
  if (!hasHeader(texts.slice(above))) return { row: rowAt(above), rows: 0, reason: 'values' };
  return { row: rowAt(above), rows: 1, reason: above === 0 ? 'names' : 'below_titles' };
}

/** Whether a row of words with gaps between them stands above a row of names without gaps. */
function isGroupRow(rows: readonly (readonly string[])[], index: number): boolean {
  const group = rows[index];
  const names = rows[index + 1];
  if (group === undefined || names === undefined) return false;
  const filled = group.flatMap((cell, column) => (cell.trim() === '' ? [] : [column]));
  const hasGaps = filled.length > 1 && filled.at(-1)! - filled[0]! >= filled.length;
  if (!hasGaps || !filled.every((column) => cellKind(group[column]!) === 'text')) return false;
  const both = names.map((name, column) => (name.trim() === '' ? (group[column] ?? '') : name));
  return both.length >= group.length && namesTypedColumns([both, ...rows.slice(index + 2)]);
}

/**
 * The paths of the columns of a table, as `readCsv` names them: `/` and `~` are escaped, a repeated heading is
 * `Name (2)`, an empty one `Column 3`. Several header rows are joined with a space; in all but the last, an empty cell
 * belongs to the group on its left.
 */
export function tableHeadings(header: readonly TableRow[], width: number): string[] {
  return columnPaths(joinHeader(header), width);
}

function joinHeader(header: readonly TableRow[]): (string | undefined)[] {
  const last = header.at(-1);
  if (last === undefined || header.length === 1) return [...(last?.cells ?? [])];
  const width = Math.max(...header.map(({ cells }) => cells.length));
  const groups = header.slice(0, -1).map(({ cells }) => spreadGroups(cells, { width, below: last.cells }));
  return Array.from({ length: width }, (_, column) =>
    [...groups.map((group) => group[column]), last.cells[column]]
      .flatMap((text) => (text?.trim() ? [text.trim()] : []))
      .join(' '),
  );
}

interface GroupRow {
  readonly width: number;
  /** The last row of the header. */
  readonly below: TableRow['cells'];
}

function spreadGroups(cells: TableRow['cells'], { width, below }: GroupRow): (string | undefined)[] {
  let group: string | undefined;
  return Array.from({ length: width }, (_, column) => {
    if (cells[column]?.trim()) group = cells[column];
    return cells[column]?.trim() || below[column]?.trim() ? group : undefined;
  });
}
