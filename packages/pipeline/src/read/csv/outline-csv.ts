import type { Outline } from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import type { BlockReader } from '../blocks/block-reader.js';
import { OutlineHead } from '../blocks/outline-head.js';
import { HeadingStats, MOST_HEADINGS, warnOfHeadings } from '../heading-stats.js';
import { pathLabel } from '../paths.js';
import { DEFAULT_OUTLINE_RECORDS, type DecodedBytes, type OutlineReadOptions } from '../types.js';
import { checkRowWidth, columnPaths } from './csv-columns.js';
import { detectCsv } from './csv-dialect.js';
import type { CsvScanner, CsvScannerOptions } from './csv-scanner.js';
import { openCsv } from './csv-source.js';

/**
 * Outlines a CSV file: its dialect and its columns. The record path is `/`.
 *
 * @throws InletError `source_no_records` for text that is not a table, unless CSV was requested;
 * `source_record_path_unknown`, and the errors of `readCsv`.
 */
export async function outlineCsv(input: DecodedBytes, options: OutlineReadOptions): Promise<Outline> {
  const { facts } = input;
  const maxRecords = options.maxRecords ?? DEFAULT_OUTLINE_RECORDS;
  const head = new OutlineHead(input, options);
  const { reader, dialect, sample, createScanner } = await openCsv(head, options);
  if (options.parseOptions?.format === undefined) await assertTable(sample, reader);
  const rows: (readonly (string | undefined)[])[] = [];
  let header: readonly (string | undefined)[] | undefined;
  let widest = 0;
  const onRecord: CsvScannerOptions['onRecord'] = (fields, width, line) => {
    const cells = Array.from({ length: width }, (_, column) => fields[column]?.toString());
    widest = Math.max(widest, width);
    const isHeader = header === undefined && dialect.hasHeader;
    header ??= dialect.hasHeader ? cells : new Array<undefined>(width).fill(undefined);
    if (isHeader) return;
    checkRowWidth(facts, { width, expected: header.length, line });
    rows.push(cells);
    if (rows.length === maxRecords) scanner.stop();
  };
  const scanner: CsvScanner = createScanner({ onRecord });
  try {
    scanner.scan(await head.readAll(reader));
  } finally {
    await reader.close();
  }
  const paths = columnPaths(header ?? [], widest);
  if (paths.length > MOST_HEADINGS) warnOfHeadings(facts, MOST_HEADINGS);
  const stats = collectStats(rows, paths);
  facts.records = stats.records;
  return {
    format: 'csv',
    formatVersion: null,
    encoding: facts.encoding,
    bytesRead: facts.bytes,
    isComplete: head.isComplete && rows.length < maxRecords,
    recordPath: '/',
    recordPaths: [{ path: '/', label: 'row', count: stats.records }],
    recordCount: stats.records,
    headings: stats.headings(pathLabel),
    records: stats.sampleRecords(),
    parseOptions: { ...options.parseOptions, format: 'csv', encoding: facts.encoding, csv: dialect },
    warnings: facts.warnings,
  };
}

/** Every column has a heading, even one without values. */
function collectStats(
  rows: readonly (readonly (string | undefined)[])[],
  paths: readonly string[],
): HeadingStats {
  const stats = new HeadingStats();
  for (const path of paths) stats.declare(path);
  for (const row of rows) {
    stats.startRecord();
    paths.forEach((path, column) => {
      const text = row[column];
      if (text !== undefined) stats.addValue(path, text);
    });
    stats.endRecord();
  }
  return stats;
}

async function assertTable(sample: string, reader: BlockReader): Promise<void> {
  if (detectCsv(sample) !== null) return;
  await reader.close();
  throw new InletError('source_no_records', {
    detail: 'This is plain text without columns or lines of values.',
  });
}
