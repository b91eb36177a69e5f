export type CellKind = 'empty' | 'number' | 'date' | 'email' | 'url' | 'boolean' | 'text';

const MOST_ROWS = 100;
const LONGEST_NAME = 200;
const LONGEST_VALUE = 300;
/** A column has a kind if this share of its values has it. */
const AGREEING = 0.8;

const NUMBER = /^[-+]?[€$£]?\s?\d[\d.,'\u00a0\u202f ]*\s?[%€$£]?$/;
const DATE =
  /^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2}))([T ]\d{1,2}:\d{2}\S{0,20}( ?[AP]M)?)?$/i;
const TIME = /^\d{1,2}:\d{2}(:\d{2})?$/;
const EMAIL = /^[^\s@<>",;]+@[^\s@<>",;]+\.[^\s@<>",;]+$/;
const URL_LIKE = /^(https?:\/\/|www\.)[^\s<>"]+$/i;
const BOOLEAN = /^(true|false|yes|no|y|n)$/i;

/** The kind of value in a cell, for detecting the dialect. Looser than any column type. */
export function cellKind(cell: string): CellKind {
  const text = cell.trim();
  if (text === '') return 'empty';
  if (text.length > LONGEST_VALUE) return 'text';
  if (DATE.test(text) || TIME.test(text)) return 'date';
  if (NUMBER.test(text)) return 'number';
  if (EMAIL.test(text)) return 'email';
  if (URL_LIKE.test(text)) return 'url';
  return BOOLEAN.test(text) ? 'boolean' : 'text';
}

/**
 * Whether the first row holds headings. Columns vote: a word above numbers, dates or addresses votes for headings;
 * a first cell of the same kind as those below it, or one that is repeated below, votes against them. A tie counts
 * as headings, because most files have them.
 */
export function hasHeader(rows: readonly (readonly string[])[]): boolean {
  const [first, ...rest] = rows.slice(0, MOST_ROWS);
  if (first === undefined) return true;
  if (rest.length === 0) return first.every((cell) => ['text', 'empty'].includes(cellKind(cell)));
  if (areYears(first) && !rest.some(areYears)) return true;
  return first.reduce((sum, cell, column) => sum + vote(cell, columnOf(rest, column)), 0) >= 0;
}

/** Whether the first row holds words only, and a column below it other values, such as numbers. */
export function namesTypedColumns(rows: readonly (readonly string[])[]): boolean {
  const [first = [], ...rest] = rows.slice(0, MOST_ROWS);
  return (
    first.every((cell) => cellKind(cell) === 'text') &&
    first.some((cell, column) => vote(cell, columnOf(rest, column)) > 0)
  );
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
 * Unique names of columns. Trims and collapses white space; appends ` (2)` to a repeated heading; names an empty or
 * missing one `Column 3` by its position; cuts names after 200 characters.
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
