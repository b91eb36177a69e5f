import { createSourceWarning, type FieldValue } from '@inlet/contracts';
import { escapeKey } from '../paths.js';
import { type ReadFacts, warnOnce } from '../read-facts.js';
import { columnNames } from './csv-header.js';
import { MOST_COLUMNS } from './csv-scanner.js';

const NUMBERED = /^Column ([1-9]\d{0,4})$/;

/** Maps cells to fields. If several paths name one column, the first is read and copied to the others. */
export interface ColumnSelection {
  readonly targets: Int32Array;
  readonly copies: readonly (readonly [from: number, to: number])[];
}

/** The paths of `width` columns; a column without a heading is `Column 7` by its position. */
export function columnPaths(header: readonly (string | undefined)[], width = header.length): string[] {
  return columnNames(header, Math.min(Math.max(width, header.length), MOST_COLUMNS)).map(escapeKey);
}

export function selectColumns(
  header: readonly (string | undefined)[],
  paths: readonly string[],
): ColumnSelection {
  const columns = new Map(columnPaths(header).map((path, column) => [path, column]));
  const wanted = paths.map((path) => columns.get(path) ?? numberedColumn(path, header.length));
  const targets = new Int32Array(Math.max(0, ...wanted.map((column) => (column ?? -1) + 1))).fill(-1);
  const copies: [number, number][] = [];
  wanted.forEach((column, field) => {
    if (column === undefined) return;
    const first = targets[column]!;
    if (first < 0) targets[column] = field;
    else copies.push([first, field]);
  });
  return { targets, copies };
}

function numberedColumn(path: string, headings: number): number | undefined {
  const column = Number(NUMBERED.exec(path)?.[1] ?? 0) - 1;
  return column >= headings && column < MOST_COLUMNS ? column : undefined;
}

export function copyFields(fields: FieldValue[], { copies }: ColumnSelection): void {
  for (const [from, to] of copies) fields[to] = fields[from];
}

export interface RowWidth {
  readonly width: number;
  readonly expected: number;
  readonly line: number;
}

/** Warns of the first row that is shorter and the first that is longer than expected. */
export function checkRowWidth(facts: ReadFacts, { width, expected, line }: RowWidth): void {
  if (width === expected) return;
  warnOnce(
    facts.warnings,
    width < expected
      ? createSourceWarning('csv_row_short', { width, expected }, { line })
      : createSourceWarning('csv_row_long', { width, expected, next: expected + 1 }, { line }),
  );
}
