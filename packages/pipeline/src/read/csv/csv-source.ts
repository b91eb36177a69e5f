import type { CsvDialect } from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import { BlockReader } from '../blocks/block-reader.js';
import { type ReadFacts, warnOnce } from '../read-facts.js';
import {
  DEFAULT_READ_LIMITS,
  type DecodedBytes,
  type OutlineReadOptions,
  type ReadRequest,
} from '../types.js';
import { detectDialect, findSeparatorLine } from './csv-dialect.js';
import { dropLines } from './csv-preamble.js';
import { type CsvFault, CsvScanner, type CsvScannerOptions } from './csv-scanner.js';

const FAULTS: Readonly<Record<CsvFault, string>> = {
  csv_quote_unclosed:
    'A quote is opened and never closed. The cell was read as plain text, up to the next delimiter.',
  csv_quote_misplaced: 'A quote inside a quoted cell is not doubled. It was read as part of the text.',
};

/** A CSV source with a known dialect, positioned at the first row. */
export interface CsvSource {
  readonly reader: BlockReader;
  readonly dialect: CsvDialect;
  /** The text from which the dialect was detected. */
  readonly sample: string;
  readonly createScanner: (calls: Pick<CsvScannerOptions, 'onRecord' | 'onTooLarge'>) => CsvScanner;
}

export type OpenCsvOptions = Pick<ReadRequest, 'limits'> &
  Pick<OutlineReadOptions, 'parseOptions' | 'recordPath'>;

export async function openCsv(input: DecodedBytes, options: OpenCsvOptions): Promise<CsvSource> {
  if ((options.recordPath ?? '/') !== '/') {
    throw new InletError('source_record_path_unknown', {
      detail: `The record path of a CSV file is /, not ${options.recordPath}.`,
    });
  }
  const reader = new BlockReader(input.chunks);
  await reader.fill(0);
  const sample = reader.bytes.toString('utf8', 0, reader.length);
  const separator = findSeparatorLine(sample);
  const dialect = detectDialect(sample, options.parseOptions?.csv);
  assertUsable(dialect);
  if (separator !== null) await reader.fill(separator.length, 0);
  const skipLines = dialect.skipLines ?? 0;
  if (skipLines > 0) {
    await dropLines(reader, skipLines);
    warnOfLines(input.facts, skipLines);
  }
  const limits = { ...DEFAULT_READ_LIMITS, ...options.limits };
  const createScanner: CsvSource['createScanner'] = (calls) =>
    new CsvScanner({
      ...calls,
      dialect,
      maxRecordBytes: limits.maxRecordBytes,
      maxFieldChars: limits.maxFieldChars,
      firstLine: (separator === null ? 1 : 2) + skipLines,
      onFault: (fault, line, column) => warnOfFault(input.facts, fault, line, column),
    });
  return { reader, dialect, sample, createScanner };
}

function warnOfLines(facts: ReadFacts, skipLines: number): void {
  const lines = skipLines === 1 ? 'The first line is' : `The first ${skipLines} lines are`;
  warnOnce(facts.warnings, {
    code: 'csv_lines_skipped',
    message: `${lines} not part of the table; left out.`,
    line: 1,
  });
}

function warnOfFault(facts: ReadFacts, fault: CsvFault, line: number, column: number): void {
  warnOnce(facts.warnings, { code: fault, message: FAULTS[fault], line, column });
}

/** The delimiter must be one byte and differ from quotes, line ends and spaces around quoted cells. */
function assertUsable({ delimiter, quote }: CsvDialect): void {
  if (/^[\x01-\x7f]$/.test(delimiter) && !/[\r\n ]/.test(delimiter) && delimiter !== quote) return;
  throw new InletError('invalid_request', {
    detail:
      'The delimiter of a CSV file must be one ASCII character other than the quote, a space or a line end.',
  });
}
