import type { FieldValue, RawRecord } from '@inlet/contracts';
import type { DecodedBytes, ReadRequest } from '../types.js';
import { type ColumnSelection, checkWidth, copyFields, selectColumns } from './csv-columns.js';
import { type CsvSource, openCsv } from './csv-source.js';
import { RecordBatches, scanRecords } from './record-batches.js';

/**
 * Reads CSV. Paths are the headings, `/` and `~` in them escaped; a heading that comes again is `Name (2)`, a
 * column without one is `Column 3`. Values are exactly the text of the cells; an empty cell is undefined, a quoted
 * empty cell `''`. What the dialect leaves open is found out from the first 64 KB.
 *
 * Blank lines are no records. Rows of another width are never shifted: missing cells are undefined, extra ones are
 * `Column 7` by their position, and `csv_row_short` or `csv_row_long` warns of the first.
 *
 * @throws InletError `source_record_path_unknown` (the record path of CSV is `/`), `source_record_too_large`,
 * `source_too_large`, and what the source throws.
 */
export async function* readCsv(
  input: DecodedBytes,
  request: ReadRequest,
): AsyncGenerator<readonly RawRecord[]> {
  const source = await openCsv(input, request);
  try {
    const batches = new RecordBatches(input.facts, request);
    yield* scanRecords(source.reader, {
      scanner: recordScanner(source, { input, request, batches }),
      batches,
    });
  } finally {
    await source.reader.close();
  }
}

function recordScanner(
  { dialect, scannerFor }: CsvSource,
  { input, request, batches }: { input: DecodedBytes; request: ReadRequest; batches: RecordBatches },
) {
  const { paths } = request;
  let expected = dialect.hasHeader ? 0 : -1;
  let selection: ColumnSelection = selectColumns([], paths);
  const useHeader = (header: FieldValue[], width: number) => {
    expected = width;
    selection = selectColumns(
      Array.from({ length: width }, (_, column) => header[column]?.toString()),
      paths,
    );
    scanner.select(selection.targets, paths.length);
  };
  const scanner = scannerFor((fields, width, line) => {
    if (expected === 0) {
      useHeader(fields, width);
      return;
    }
    if (expected < 0) expected = width;
    if (width !== expected) checkWidth(input.facts, { width, expected, line });
    if (selection.copies.length > 0) copyFields(fields, selection);
    batches.push(fields);
  });
  if (!dialect.hasHeader) scanner.select(selection.targets, paths.length);
  return scanner;
}
