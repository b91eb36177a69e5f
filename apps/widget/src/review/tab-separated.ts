/** Characters for which spreadsheet programs quote a cell. */
const QUOTED = /[\t\r\n"]/;

/** Writes a block of cells as spreadsheet programs put it on the clipboard. */
export const writeTabSeparated = (cells: readonly (readonly (string | null)[])[]): string =>
  cells
    .map((row) =>
      row
        .map((cell) => {
          const text = cell ?? '';
          return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
        })
        .join('\t'),
    )
    .join('\r\n');

/**
 * Reads a block of cells from the clipboard of a spreadsheet program. Line ends inside quotes belong to the cell; the
 * last line end does not begin another row. A cell is quoted only if the quotation mark is its first character and the
 * closing one is its last: `"5" pipe` stays as it is.
 */
export function readTabSeparated(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    const { cell, end } = readCell(text, at);
    row.push(cell);
    if (text[end] === '\t') {
      at = end + 1;
      // A tab at the very end is followed by an empty cell.
      if (at === text.length) row.push('');
      continue;
    }
    rows.push(row);
    row = [];
    at = end + (text.startsWith('\r\n', end) ? 2 : 1);
  }
  if (row.length > 0) rows.push(row);
  return rows;
}

function readCell(text: string, start: number): { cell: string; end: number } {
  if (text[start] === '"') {
    const quoted = /"((?:[^"]|"")*)"(?=[\t\r\n]|$)/y;
    quoted.lastIndex = start;
    const match = quoted.exec(text);
    if (match) return { cell: (match[1] ?? '').replaceAll('""', '"'), end: quoted.lastIndex };
  }
  const plain = /[^\t\r\n]*/y;
  plain.lastIndex = start;
  return { cell: plain.exec(text)?.[0] ?? '', end: plain.lastIndex };
}
