import { createSourceWarning } from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import type { BlockReader } from '../blocks/block-reader.js';
import { type CsvScanner, type CsvScannerOptions, MOST_COLUMNS } from '../csv/csv-scanner.js';
import { openCsv } from '../csv/csv-source.js';
import { decodeBytes } from '../decode/decode-bytes.js';
import { createReadFacts, warnOnce } from '../read-facts.js';
import { DEFAULT_READ_LIMITS } from '../types.js';
import type { CellFault } from '../xlsx/row-builder.js';
import { DEFAULT_TABLE_LIMITS, type Table, type TableOptions, type TableRow } from './table.js';
import { TableBatches } from './table-batches.js';
import { detectUploadEncoding } from './upload-encoding.js';

/** Spreadsheet programs show numbers of twelve and more digits so, and write them to CSV as they show them. */
const LOST_DIGITS = /^\s*-?\d(?:[.,]\d+)?E\+(?:1[1-9]|[2-9]\d|\d{3})\s*$/i;
const SHORTEST_LOST = '1E+11'.length;
const PLUS = 43;
const EVERY_COLUMN = Int32Array.from({ length: MOST_COLUMNS }, (_, column) => column);

/**
 * Opens a text file as a table, while its bytes still arrive. Encoding and dialect are detected from the first 64 KB.
 *
 * All rows are kept, also one that the end of the file seems to cut off: people see it. Throws `source_empty`,
 * `source_binary` and `source_encoding_unknown`.
 */
export async function openCsvTable(
  bytes: AsyncIterable<Uint8Array>,
  { encoding, delimiter, locale, limits, signal }: TableOptions,
): Promise<Table> {
  const facts = createReadFacts('csv');
  const decoded = decodeBytes(bytes, {
    facts,
    detect: (head) => detectUploadEncoding(head, { encoding, locale }),
    maxSourceBytes: limits?.maxSourceBytes ?? DEFAULT_TABLE_LIMITS.maxSourceBytes,
    delimiter,
    signal,
  });
  const source = await openCsv(decoded, { parseOptions: { csv: { delimiter, skipLines: 0 } } });
  const { reader, dialect, sample, createScanner } = source;
  if (!/\S/.test(sample) && (reader.isLast || reader.failure !== undefined)) {
    await reader.close();
    throw reader.failure?.error ?? new InletError('source_empty');
  }
  const batches = new TableBatches(limits, facts.warnings);
  return {
    format: 'csv',
    encoding: facts.encoding,
    delimiter: dialect.delimiter,
    worksheets: [],
    worksheet: null,
    headings: null,
    rows: () => readRows(reader, { batches, createScanner }),
    facts: batches,
    close: () => reader.close(),
  };
}

interface RowReading {
  readonly batches: TableBatches;
  readonly createScanner: (
    calls: Pick<CsvScannerOptions, 'onRecord' | 'onBlank' | 'onTooLarge'>,
  ) => CsvScanner;
}

async function* readRows(
  reader: BlockReader,
  { batches, createScanner }: RowReading,
): AsyncGenerator<readonly TableRow[]> {
  let quotedCells = 0;
  let mayLackDigits = false;
  let usual = 0;
  const scanner = createScanner({
    onRecord: (fields, width, line) => {
      // The scanner has no lists of values.
      const cells = fields as (string | undefined)[];
      if (width !== usual) {
        fitCells(cells, { usual, width });
        usual = cells.length;
        scanner.select(EVERY_COLUMN, usual);
      }
      if (scanner.oversized !== undefined) warnOfLargeCell(batches, line);
      if (scanner.quotedCells > quotedCells) {
        quotedCells = scanner.quotedCells;
        emptyQuoted(cells);
      }
      batches.add({ row: line, cells, faults: mayLackDigits ? findLostDigits(cells) : undefined });
    },
    onBlank: () => batches.addBlank(),
    onTooLarge: (line) =>
      warnOnce(
        batches.warnings,
        createSourceWarning('table_row_too_large', { most: DEFAULT_READ_LIMITS.maxRecordBytes }, { line }),
      ),
  });
  try {
    for (;;) {
      let fault = reader.failure;
      let consumed = 0;
      mayLackDigits = hasPlus(reader);
      try {
        consumed = scanner.scan(reader);
      } catch (error) {
        fault = { error };
      }
      yield* batches.take();
      if (fault !== undefined) throw fault.error;
      if (reader.isLast) return;
      await reader.fill(consumed);
    }
  } finally {
    await reader.close();
  }
}

interface RowWidths {
  /** Cells for which the scanner made room. */
  readonly usual: number;
  readonly width: number;
}

/** Makes the cells as many as the row has, without holes: functions of arrays skip them. */
function fitCells(cells: (string | undefined)[], { usual, width }: RowWidths): void {
  cells.length = Math.min(width, MOST_COLUMNS);
  for (let column = usual; column < cells.length; column += 1) cells[column] ??= undefined;
}

/** A quoted empty cell is blank as well. */
function emptyQuoted(cells: (string | undefined)[]): void {
  for (let column = 0; column < cells.length; column += 1)
    if (cells[column] === '') cells[column] = undefined;
}

/** Searching a block for a byte is much faster than looking into each cell. */
const hasPlus = ({ bytes, length }: BlockReader): boolean => {
  const at = bytes.indexOf(PLUS);
  return at >= 0 && at < length;
};

function findLostDigits(cells: TableRow['cells']): TableRow['faults'] {
  let faults: CellFault[] | undefined;
  for (let column = 0; column < cells.length; column += 1) {
    const text = cells[column];
    if (text === undefined || text.length < SHORTEST_LOST || !LOST_DIGITS.test(text)) continue;
    faults ??= [];
    faults.push({ column, kind: 'digits', text });
  }
  return faults;
}

function warnOfLargeCell({ warnings }: TableBatches, line: number): void {
  const most = DEFAULT_READ_LIMITS.maxFieldChars;
  warnOnce(warnings, createSourceWarning('table_cell_too_large', { most }, { line }));
}
