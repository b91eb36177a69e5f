import type { Outline } from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import { HeadingStats } from '../heading-stats.js';
import { DEFAULT_OUTLINE_RECORDS, type DecodedBytes, type OutlineOptions } from '../types.js';
import type { BlockReader } from './block-reader.js';
import { checkWidth, columnPaths } from './csv-columns.js';
import { looksLikeCsv } from './csv-dialect.js';
import { openCsv } from './csv-source.js';
import { FirstLook } from './first-look.js';
import { pathLabel } from './path-text.js';

/**
 * The first look at a CSV file: its dialect and its columns. The record path is `/`.
 *
 * @throws InletError `source_no_records` for text that is no table, unless CSV was asked for;
 * `source_record_path_unknown`, and what `readCsv` throws.
 */
export async function outlineCsv(input: DecodedBytes, options: OutlineOptions): Promise<Outline> {
  const { facts } = input;
  const maxRecords = options.maxRecords ?? DEFAULT_OUTLINE_RECORDS;
  const look = new FirstLook(input, options);
  const { reader, dialect, sample, scannerFor } = await openCsv(look, options);
  if (options.parseOptions?.format === undefined) await assertTable(sample, reader);
  const rows: (readonly (string | undefined)[])[] = [];
  let header: readonly (string | undefined)[] | undefined;
  let widest = 0;
  const scanner = scannerFor((fields, width, line) => {
    const cells = Array.from({ length: width }, (_, column) => fields[column]?.toString());
    widest = Math.max(widest, width);
    const isHeader = header === undefined && dialect.hasHeader;
    header ??= dialect.hasHeader ? cells : new Array<undefined>(width).fill(undefined);
    if (isHeader) return;
    checkWidth(facts, { width, expected: header.length, line });
    rows.push(cells);
    if (rows.length === maxRecords) scanner.stop();
  });
  try {
    scanner.scan(await look.readAll(reader));
  } finally {
    await reader.close();
  }
  const stats = columnStats(rows, columnPaths(header ?? [], widest));
  facts.records = stats.records;
  return {
    format: 'csv',
    formatVersion: null,
    encoding: facts.encoding,
    bytesRead: facts.bytes,
    isComplete: look.isComplete && rows.length < maxRecords,
    recordPath: '/',
    recordPaths: [{ path: '/', label: 'row', count: stats.records }],
    recordCount: stats.records,
    headings: stats.headings(pathLabel),
    records: stats.sampleRecords(),
    parseOptions: { ...options.parseOptions, format: 'csv', encoding: facts.encoding, csv: dialect },
    warnings: facts.warnings,
  };
}

/** Every column has a heading, also one without any value. */
function columnStats(
  rows: readonly (readonly (string | undefined)[])[],
  paths: readonly string[],
): HeadingStats {
  const stats = new HeadingStats();
  for (const path of paths) stats.declare(path);
  for (const row of rows) {
    stats.startRecord();
    paths.forEach((path, column) => {
      const text = row[column];
      if (text !== undefined) stats.value(path, text);
    });
    stats.endRecord();
  }
  return stats;
}

async function assertTable(sample: string, reader: BlockReader): Promise<void> {
  if (looksLikeCsv(sample) !== null) return;
  await reader.close();
  throw new InletError('source_no_records', {
    detail: 'This is plain text without columns or lines of values.',
  });
}
