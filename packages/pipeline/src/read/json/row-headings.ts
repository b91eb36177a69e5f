import type { FieldValue } from '@inlet/contracts';
import { columnNames, hasHeader } from '../csv/csv-header.js';
import { countPreambleRows } from '../csv/csv-preamble.js';
import { pathKeys } from '../paths.js';

/** How the arrays of a list of arrays are read. */
export interface HeaderRowOptions {
  /** Whether the first row contains the headings. */
  readonly hasHeader: boolean;
  /** Rows above it, or above the first record. */
  readonly skipRows: number;
  /** Path of a list before the records that contains their headings, such as `/columns` or `/fields/name`. */
  readonly headingsPath?: string | undefined;
}

export const NO_HEADINGS: HeaderRowOptions = { hasHeader: false, skipRows: 0 };

/** More would not change the result. */
export const MOST_HEADING_ROWS = 100;
const NUMBERED = /^Column ([1-9]\d*)$/;

/** The cells of a row in order, from fields whose paths are `Column 1`, `Column 2`. */
function cellsOf(fields: readonly FieldValue[], paths: readonly string[]): string[] {
  const cells: string[] = [];
  paths.forEach((path, slot) => {
    const column = Number(NUMBERED.exec(path)?.[1] ?? 0);
    const value = fields[slot];
    if (column > 0 && value !== undefined)
      cells[column - 1] = typeof value === 'string' ? value : value.join(', ');
  });
  return Array.from(cells, (cell) => cell ?? '');
}

/** The names of columns from a row of headings. */
export const headingsOf = (fields: readonly FieldValue[], paths: readonly string[]): string[] =>
  columnNames(cellsOf(fields, paths));

export interface FindRowHeadingsOptions {
  /** The paths of the fields. */
  readonly paths: readonly string[];
  /** Rows above the headings; undefined to detect them. */
  readonly skipRows?: number | undefined;
}

/** Finds the row of the headings, as for CSV. */
export function findRowHeadings(
  records: readonly (readonly FieldValue[])[],
  { paths, skipRows: given }: FindRowHeadingsOptions,
): HeaderRowOptions {
  const rows = records.map((fields) => cellsOf(fields, paths));
  const skipRows = given ?? countPreambleRows(rows);
  return { hasHeader: hasHeader(rows.slice(skipRows)), skipRows };
}

const HEADINGS_KEY = /^(columns?|cols|fields?|headers?|headings|names?|labels?|keys)$/i;

/** The path of a list before the records that has a different text for each of their columns. */
export function findHeadingsPath(
  lists: ReadonlyMap<string, readonly string[]>,
  columns: number,
): string | undefined {
  const isAllText = (texts: readonly string[]) => texts.every((text) => /\p{L}/u.test(text));
  const [found] = [...lists].filter(
    ([path, texts]) =>
      HEADINGS_KEY.test(pathKeys(path).at(-1) ?? '') &&
      texts.length === columns &&
      new Set(texts).size === columns &&
      isAllText(texts),
  );
  return found?.[0];
}
