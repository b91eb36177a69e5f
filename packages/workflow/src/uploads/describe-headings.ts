import type { Heading, UploadHeader } from '@inlet/contracts';
import { HeadingStats, pathLabel, type TableRow, tableHeadings } from '@inlet/pipeline';

/** Rows from which a header is proposed, and headings with their samples are made. */
export const HEAD_ROWS = 1000;

export interface HeadingSource {
  /** The first rows of the file, headings included. */
  readonly rows: readonly TableRow[];
  readonly header: Pick<UploadHeader, 'row' | 'rows'>;
  /** Of formats that name their values themselves; null if rows have them. */
  readonly headings: readonly string[] | null;
}

/** Whether a row of the file is below its headings, and thus a row of values. */
const isBelowHeader = (row: number, header: Pick<UploadHeader, 'row' | 'rows'>, last: number): boolean =>
  header.rows === 0 ? row >= header.row : row > last;

/** The rows that have the headings: the chosen number of them, from the chosen one on. */
const headerRowsOf = ({ rows, header }: Pick<HeadingSource, 'rows' | 'header'>): TableRow[] =>
  rows.filter(({ row }) => row >= header.row).slice(0, header.rows);

/**
 * The headings of a file, with samples from its first rows. The heading at index i is that of column i of the sheet.
 */
export function describeHeadings(source: HeadingSource): Heading[] {
  const headerRows = headerRowsOf(source);
  const last = headerRows.at(-1)?.row ?? source.header.row;
  const values = source.rows.filter(({ row }) => isBelowHeader(row, source.header, last));
  const width = [...headerRows, ...values].reduce((widest, { cells }) => Math.max(widest, cells.length), 0);
  const paths = source.headings ?? tableHeadings(headerRows, width);
  const stats = new HeadingStats();
  for (const path of paths) stats.declare(path);
  for (const { cells, decimals } of values) {
    stats.startRecord();
    for (const [column, path] of paths.entries()) {
      const text = cells[column];
      if (text !== undefined) stats.addValue(path, text);
    }
    for (const column of decimals ?? []) {
      const path = paths[column];
      if (path !== undefined) stats.noteDecimals(path);
    }
    stats.endRecord();
  }
  return stats.headings(pathLabel);
}
