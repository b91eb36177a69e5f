import type { CsvDialect, ParseOptions } from '@inlet/contracts';
import { DEFAULT_READ_LIMITS } from '../types.js';
import { cellKind, hasHeader } from './csv-header.js';
import { countPreambleRows, cutLines, mostFrequent } from './csv-preamble.js';
import { CsvScanner } from './csv-scanner.js';

const DELIMITERS = [',', ';', '\t', '|'];
const QUOTES = ['"', "'"] as const;
const MOST_ROWS = 100;
const FEW_ROWS = 3;
/** Characters tested; more would not change the result. */
const SAMPLE_CHARS = 65_536;
const SEPARATOR_LINE = /^"?sep=([\x01-\x7f])"?(\r\n|\r|\n|$)/i;

type GivenDialect = NonNullable<ParseOptions['csv']>;

type TriedDialect = Pick<CsvDialect, 'delimiter' | 'quote' | 'escape'>;

interface Trial extends TriedDialect {
  readonly rows: readonly (readonly string[])[];
  /** The line on which each row begins. */
  readonly lines: readonly number[];
  readonly quotedCells: number;
  readonly faultyCells: number;
  readonly score: number;
}

/** Finds the first line `sep=;`, which sets the delimiter in Excel and is not a record; its length includes the line end. */
export function findSeparatorLine(
  text: string,
): { readonly delimiter: string; readonly length: number } | null {
  const match = SEPARATOR_LINE.exec(text);
  if (match === null || /[\r\n"']/.test(match[1]!)) return null;
  return { delimiter: match[1]!, length: match[0].length };
}

/**
 * Detects the dialect of CSV from its beginning. Keeps the given parts.
 *
 * Tries each delimiter and quote; the best dialect has the fewest different row widths, wide rows, and cells that
 * look like values (van den Burg, Nazábal, Sutton: Wrangling messy CSV files by detecting row and type patterns, 2019).
 */
export function detectDialect(text: string, given: GivenDialect = {}): CsvDialect {
  const trial = bestTrial(text, given);
  const { rows, lines } = trial;
  // A job that was stored with a header and without lines to skip keeps reading the first row.
  const isKnown = given.skipLines !== undefined || given.hasHeader !== undefined;
  const above = isKnown ? 0 : countPreambleRows(rows);
  const skipLines = given.skipLines ?? (above === 0 ? undefined : lines[above]! - 1);
  return {
    delimiter: trial.delimiter,
    quote: trial.quote,
    escape: trial.escape,
    skipLines,
    hasHeader: given.hasHeader ?? hasHeader(rows.slice(above)),
  };
}

/**
 * Detects whether a text is CSV and returns its dialect; null if not. Most rows must have the same width; a single
 * column is CSV if it is a list of short texts that are not sentences. Prose, markup and JSON are not CSV.
 */
export function detectCsv(text: string): CsvDialect | null {
  if (/[\x00-\x08\x0e-\x1f]/.test(text.slice(0, SAMPLE_CHARS)) || /^\s*[<{[]/.test(text)) return null;
  const { rows } = bestTrial(text, {});
  const above = countPreambleRows(rows);
  const table = rows.slice(above);
  return isTable(table) && (above === 0 || areNames(table[0]!)) ? detectDialect(text) : null;
}

function isTable(rows: readonly (readonly string[])[]): boolean {
  const widths = rows.map((row) => row.length);
  const usual = mostFrequent(widths);
  const agreeing = widths.filter((width) => width === usual).length / widths.length;
  if (usual === 1)
    return rows.length > 1 && rows.flat().every((cell) => /^.{1,100}(?<![.!?:;,\s])$/s.test(cell.trim()));
  if (rows.length === 1) return areNames(rows[0]!);
  return usual > 1 && (agreeing >= 0.7 || (agreeing >= 0.4 && rows[0]!.length > 2 && areNames(rows[0]!)));
}

function areNames(cells: readonly string[]): boolean {
  return cells.every((cell) => /^[^\s.!?][^.!?]{0,60}$/.test(cell));
}

function bestTrial(text: string, given: GivenDialect): Trial {
  const separator = findSeparatorLine(text);
  const sample = cutLines(text.slice(separator?.length ?? 0, SAMPLE_CHARS), given.skipLines ?? 0);
  const fixed = given.delimiter ?? separator?.delimiter;
  const trials = (fixed === undefined ? DELIMITERS : [fixed]).flatMap((delimiter) =>
    (given.quote === undefined ? QUOTES : [given.quote]).map((quote) =>
      tryEscapes(sample, { delimiter, quote, escape: given.escape }),
    ),
  );
  return trials
    .filter((trial) => isPlausible(trial, trials))
    .reduce((best, trial) => (trial.score > best.score ? trial : best));
}

/** A `'` is a quote only if no cell is quoted with `"` and every cell that begins with `'` also ends with it. */
function isPlausible(trial: Trial, trials: readonly Trial[]): boolean {
  if (trial.quote === '"' || trials.every(({ quote }) => quote === "'")) return true;
  const isDoubleQuoted = trials.some(
    ({ quote, delimiter, quotedCells }) => quote === '"' && delimiter === trial.delimiter && quotedCells > 0,
  );
  return !isDoubleQuoted && trial.quotedCells > 1 && trial.faultyCells === 0;
}

/** Quotes after a backslash are part of the text if fewer cells are faulty then. */
function tryEscapes(sample: string, dialect: TriedDialect): Trial {
  const trial = tryDialect(sample, dialect);
  if (dialect.escape !== undefined || trial.faultyCells === 0 || !sample.includes(`\\${dialect.quote}`))
    return trial;
  const escaped = tryDialect(sample, { ...dialect, escape: 'backslash' });
  return escaped.faultyCells < trial.faultyCells ? escaped : trial;
}

function tryDialect(sample: string, dialect: TriedDialect): Trial {
  const rows: string[][] = [];
  const lines: number[] = [];
  const scanner = new CsvScanner({
    dialect,
    maxRecordBytes: DEFAULT_READ_LIMITS.maxRecordBytes,
    maxFieldChars: DEFAULT_READ_LIMITS.maxFieldChars,
    onRecord: (fields, width, line) => {
      lines.push(line);
      rows.push(Array.from({ length: width }, (_, column) => String(fields[column] ?? '')));
      if (rows.length === MOST_ROWS) scanner.stop();
    },
    onFault: () => {},
  });
  const bytes = Buffer.from(`${sample}\n`);
  const consumed = scan(scanner, bytes, false);
  // The last row of a sample is probably cut off and counts only if there are few others.
  if (rows.length < FEW_ROWS) scan(scanner, bytes.subarray(consumed), true);
  return {
    ...dialect,
    rows,
    lines,
    quotedCells: scanner.quotedCells,
    faultyCells: scanner.faultyCells,
    score: score(rows),
  };
}

/** The last byte is the line feed that ends every block. */
function scan(scanner: CsvScanner, bytes: Buffer, isLast: boolean): number {
  return scanner.scan({ bytes, length: bytes.length - 1, isLast });
}

function score(rows: readonly (readonly string[])[]): number {
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  const pattern = [...counts].reduce(
    (sum, [width, count]) => sum + (count * Math.max(0.001, width - 1)) / width,
    0,
  );
  const cells = rows.flat();
  return cells.length === 0 ? 0 : ((pattern / counts.size) * cells.filter(isClean).length) / cells.length;
}

/** A value, or text without a delimiter. */
function isClean(cell: string): boolean {
  return cellKind(cell) !== 'text' || !/[;\t|"]|,(?! )/.test(cell);
}
