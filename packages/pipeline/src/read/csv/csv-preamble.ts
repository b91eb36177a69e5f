import type { BlockReader } from '../blocks/block-reader.js';
import { cellKind, hasHeader, namesTypedColumns } from './csv-header.js';

const LF = 10;
const CR = 13;
const MOST_ROWS = 20;
const COMMENT = /^\s*(#|\/\/)/;

type Rows = readonly (readonly string[])[];

/**
 * Counts the rows above the headings that hold titles, dates of an export or comments: they are narrower than the
 * table, or at most their first cell is filled. The row below them must look like headings, except below comments.
 * Below a label with its value, such as `From,2026-01-01`, it must also be as wide as the table and name columns of
 * values other than words.
 */
export function countPreambleRows(rows: Rows): number {
  const usual = mostFrequent(rows.slice(rows.length / 2).map(({ length }) => length));
  if (usual < 2) return 0;
  const isAbove = (row: readonly string[]): boolean => isComment(row, usual) || isTitle(row, usual);
  const count = countLeading(rows, isAbove);
  const labelled = countLeading(rows, (row) => isAbove(row) || isLabelled(row, usual));
  if (labelled > count && isWholeHeader(rows.slice(labelled), usual)) return labelled;
  const rest = rows.slice(count);
  if (count > 0 && filledCells(rest[0]!) > 1 && hasHeader(rest)) return count;
  return countLeading(rows, (row) => isComment(row, usual));
}

/** The last row is never above the headings. */
function countLeading(rows: Rows, isAbove: (row: readonly string[]) => boolean): number {
  const end = rows.findIndex((row) => !isAbove(row));
  return end < 0 || end > MOST_ROWS ? 0 : end;
}

function isComment(row: readonly string[], usual: number): boolean {
  return COMMENT.test(row[0] ?? '') && filledCells(row) < usual;
}

function isTitle(row: readonly string[], usual: number): boolean {
  const filled = filledCells(row);
  if (row.length < usual) return filled <= usual / 2;
  return filled === 0 || (filled === 1 && cellKind(row[0] ?? '') === 'text');
}

function isLabelled(row: readonly string[], usual: number): boolean {
  return row.length === 2 && usual > 2 && filledCells(row) === 2 && cellKind(row[0]!) === 'text';
}

const isWholeHeader = (rows: Rows, usual: number): boolean =>
  rows[0]!.length === usual && namesTypedColumns(rows);

const filledCells = (row: readonly string[]): number => row.filter((cell) => cell.trim() !== '').length;

export function mostFrequent(widths: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const width of widths) counts.set(width, (counts.get(width) ?? 0) + 1);
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [0, 0])[0];
}

/** The text after a number of lines. */
export function cutLines(text: string, lines: number): string {
  if (lines === 0) return text;
  const ends = text.matchAll(/\r\n|\r|\n/g);
  let at = text.length;
  for (let line = 0; line < lines; line += 1) {
    const { value } = ends.next();
    if (value === undefined) return '';
    at = value.index + value[0].length;
  }
  return text.slice(at);
}

/** Drops a number of lines from the beginning of a source, or all of it if there are fewer. */
export async function dropLines(reader: BlockReader, lines: number): Promise<void> {
  let left = lines;
  let at = 0;
  while (left > 0) {
    const end = lineEnd(reader, at);
    if (end < 0) {
      const isOver = reader.isLast || reader.failure !== undefined;
      await reader.fill(isOver ? reader.length : at);
      at = 0;
      if (isOver) return;
      continue;
    }
    at = end;
    left -= 1;
  }
  await reader.fill(at, 0);
}

/** Where the next line begins; -1 if the block does not show it. */
function lineEnd({ bytes, length, isLast }: BlockReader, from: number): number {
  for (let at = from; at < length; at += 1) {
    if (bytes[at] === LF) return at + 1;
    if (bytes[at] !== CR) continue;
    if (at + 1 === length && !isLast) return -1;
    return bytes[at + 1] === LF && at + 1 < length ? at + 2 : at + 1;
  }
  return -1;
}
