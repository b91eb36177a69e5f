import { type CellKind, cellKind } from './cell-kind.js';

const MOST_ROWS = 100;
const LONGEST_NAME = 200;
/** A column is of a kind when this share of its values is. */
const AGREEING = 0.8;

/**
 * Whether the first row holds headings. Columns vote: a word above numbers, dates or addresses speaks for
 * headings, a first cell of the same kind as those below it against them; so does a first cell that comes again
 * further down. Without any sign the answer is yes, because most files have headings.
 */
export function hasHeader(rows: readonly (readonly string[])[]): boolean {
  const [first, ...rest] = rows.slice(0, MOST_ROWS);
  if (first === undefined) return true;
  if (rest.length === 0) return first.every((cell) => ['text', 'empty'].includes(cellKind(cell)));
  if (areYears(first) && !rest.some(areYears)) return true;
  return first.reduce((sum, cell, column) => sum + vote(cell, columnOf(rest, column)), 0) >= 0;
}

function vote(heading: string, values: readonly string[]): number {
  if (values.length === 0) return 0;
  const above = cellKind(heading);
  if (above === 'empty') return 0;
  const below = commonKind(values);
  if (above === 'text') {
    if (below !== 'text' && below !== undefined) return 1;
    return values.includes(heading) ? -1 : 0;
  }
  if (above === below) return -1;
  return above === 'boolean' ? 0 : -0.5;
}

function columnOf(rows: readonly (readonly string[])[], column: number): string[] {
  return rows.map((row) => row[column] ?? '').filter((cell) => cell.trim() !== '');
}

function commonKind(values: readonly string[]): CellKind | undefined {
  const counts = new Map<CellKind, number>();
  for (const value of values) counts.set(cellKind(value), (counts.get(cellKind(value)) ?? 0) + 1);
  return [...counts].find(([, count]) => count >= values.length * AGREEING)?.[0];
}

/** `country,2019,2020,2021`: headings that are numbers. */
function areYears(row: readonly string[]): boolean {
  const numbers = row.filter((cell) => cellKind(cell) === 'number');
  return (
    numbers.length > 1 &&
    numbers.every((cell) => /^(19|20)\d\d$/.test(cell.trim())) &&
    new Set(numbers).size === numbers.length
  );
}

/**
 * Names of columns, all different. Spaces at the ends go, inner ones become single; a heading that comes again
 * gets ` (2)`, an empty one or one beyond the headings is `Column 3` by its position. Names longer than 200
 * characters are cut.
 */
export function columnNames(header: readonly (string | undefined)[], width = header.length): string[] {
  const given = Array.from({ length: width }, (_, column) => nameOf(header[column], column));
  const taken = new Set(given);
  const seen = new Map<string, number>();
  return given.map((name) => {
    let occurrence = (seen.get(name) ?? 0) + 1;
    if (occurrence === 1) {
      seen.set(name, 1);
      return name;
    }
    while (taken.has(`${name} (${occurrence})`)) occurrence += 1;
    seen.set(name, occurrence);
    taken.add(`${name} (${occurrence})`);
    return `${name} (${occurrence})`;
  });
}

function nameOf(heading: string | undefined, column: number): string {
  const name = (heading ?? '')
    .slice(0, 4 * LONGEST_NAME)
    .trim()
    .replace(/\s+/g, ' ');
  if (name === '') return `Column ${column + 1}`;
  return name.length <= LONGEST_NAME
    ? name
    : [...name].slice(0, LONGEST_NAME).join('').slice(0, LONGEST_NAME).trim();
}
