/** Prints rows of cells as a table; the first column is left-aligned, the others right-aligned. */
export function printTable(title, [head, ...rows]) {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const line = (row) =>
    row
      .map((text, column) => (column === 0 ? text.padEnd(widths[0]) : text.padStart(widths[column])))
      .join('  ');
  console.log(`\n${title}\n${line(cells[0])}\n${widths.map((width) => '-'.repeat(width)).join('  ')}`);
  for (const row of cells.slice(1)) console.log(line(row));
}

export const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;
export const megabytes = (count) => `${Math.round(count)} MB`;
export const ratio = (value, base) => (value / base).toFixed(2);
