import { type CsvDialect, createSourceWarning } from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import { BlockReader } from '../blocks/block-reader.js';
import { warnOnce } from '../read-facts.js';
import {
  DEFAULT_READ_LIMITS,
  type DecodedBytes,
  type OutlineReadOptions,
  type ReadRequest,
} from '../types.js';
import { detectDialect, findSeparatorLine } from './csv-dialect.js';
import { dropLines } from './csv-preamble.js';
import { CsvScanner, type CsvScannerOptions } from './csv-scanner.js';

/** A CSV source with a known dialect, positioned at the first row. */
export interface CsvSource {
  readonly reader: BlockReader;
  readonly dialect: CsvDialect;
  /** The text from which the dialect was detected. */
  readonly sample: string;
  readonly createScanner: (
    calls: Pick<CsvScannerOptions, 'onRecord' | 'onBlank' | 'onTooLarge'>,
  ) => CsvScanner;
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
    warnOnce(input.facts.warnings, createSourceWarning('csv_lines_skipped', { n: skipLines }, { line: 1 }));
  }
  const limits = { ...DEFAULT_READ_LIMITS, ...options.limits };
  const createScanner: CsvSource['createScanner'] = (calls) =>
    new CsvScanner({
      ...calls,
      dialect,
      maxRecordBytes: limits.maxRecordBytes,
      maxFieldChars: limits.maxFieldChars,
      firstLine: (separator === null ? 1 : 2) + skipLines,
      onFault: (fault, line, column) =>
        warnOnce(input.facts.warnings, createSourceWarning(fault, {}, { line, column })),
    });
  return { reader, dialect, sample, createScanner };
}

/** The delimiter must be one byte and differ from quotes, line ends and spaces around quoted cells. */
function assertUsable({ delimiter, quote }: CsvDialect): void {
  if (/^[\x01-\x7f]$/.test(delimiter) && !/[\r\n ]/.test(delimiter) && delimiter !== quote) return;
  throw new InletError('invalid_request', {
    detail:
      'The delimiter of a CSV file must be one ASCII character other than the quote, a space or a line end.',
  });
}
