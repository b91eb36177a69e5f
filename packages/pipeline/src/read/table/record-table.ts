import { createSourceWarning, type FieldValue, type Outline, type RawRecord } from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import { createHeadedStream } from '@inlet/contracts/stream-head';
import { outlineSource } from '../outline-source.js';
import { warnOnce } from '../read-facts.js';
import { readRecords } from '../read-records.js';
import { DEFAULT_READ_LIMITS, type RecordStream } from '../types.js';
import {
  DEFAULT_TABLE_LIMITS,
  type Table,
  type TableFormat,
  type TableOptions,
  type TableRow,
} from './table.js';
import { TableBatches } from './table-batches.js';

const SEPARATOR = ', ';

/**
 * Opens JSON, NDJSON or XML as a table: its records are the rows, the paths in them the columns, which come from the
 * first megabyte. Values of a path that repeats are joined with a comma.
 *
 * Throws `source_no_records` and the errors of `outlineSource`; reading the rows throws those of `readRecords`.
 */
export async function openRecordTable(
  bytes: AsyncIterable<Uint8Array>,
  { encoding, limits, signal }: TableOptions,
): Promise<Table> {
  const source = createHeadedStream(bytes);
  const { outline } = await outlineSource(source.head, {
    parseOptions: { encoding },
    maxRecords: Number.POSITIVE_INFINITY,
    signal,
  });
  if (outline.recordCount === 0)
    throw new InletError('source_no_records', { detail: outline.warnings[0]?.message });
  const paths = outline.headings.flatMap(({ path, isFeedField }) => (isFeedField ? [] : [path]));
  const records = readRecords(source.all, {
    recordPath: outline.recordPath,
    parseOptions: outline.parseOptions,
    paths,
    limits: {
      maxSourceBytes: limits?.maxSourceBytes ?? DEFAULT_TABLE_LIMITS.maxSourceBytes,
      // The rows that are not blank are counted here.
      maxRecords: Number.POSITIVE_INFINITY,
    },
  });
  const batches = new TableBatches(limits, records.facts.warnings);
  if (!outline.isComplete) warnOnce(batches.warnings, createSourceWarning('table_columns_partial', {}));
  return {
    format: formatOf(outline.format),
    encoding: outline.encoding,
    delimiter: null,
    worksheets: [],
    worksheet: null,
    headings: paths,
    rows: () => readRows(records, { batches, signal }),
    facts: batches,
    close: source.close,
  };
}

function formatOf(format: Outline['format']): TableFormat {
  if (format === 'ndjson') return 'ndjson';
  return format === 'json' || format === 'json_feed' ? 'json' : 'xml';
}

interface RowReading {
  readonly batches: TableBatches;
  readonly signal: AbortSignal | undefined;
}

async function* readRows(
  records: RecordStream,
  { batches, signal }: RowReading,
): AsyncGenerator<readonly TableRow[]> {
  try {
    for await (const found of records.batches) {
      signal?.throwIfAborted();
      for (const record of found) addRecord(record, batches);
      yield* batches.take();
    }
  } catch (error) {
    yield* batches.take();
    throw error;
  }
}

function addRecord(
  { record, fields, oversized, isTooLarge, decimalFields }: RawRecord,
  batches: TableBatches,
): void {
  const { maxRecordBytes, maxFieldChars } = DEFAULT_READ_LIMITS;
  if (isTooLarge) {
    warnOnce(batches.warnings, createSourceWarning('table_row_too_large', { most: maxRecordBytes }));
    return;
  }
  if (oversized !== undefined)
    warnOnce(batches.warnings, createSourceWarning('table_cell_too_large', { most: maxFieldChars }));
  batches.add({ row: record, cells: fields.map(textOf), decimals: decimalFields });
}

const textOf = (value: FieldValue): string | undefined =>
  typeof value === 'object' ? value.filter((text) => text.trim() !== '').join(SEPARATOR) : value || undefined;
