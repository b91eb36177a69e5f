import type { FieldValue, RawRecord } from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import { RecordBatches, scanRecords } from '../blocks/record-batches.js';
import type { DecodedBytes, ReadRequest } from '../types.js';
import { type ColumnSelection, checkRowWidth, copyFields, selectColumns } from './csv-columns.js';
import { CsvEnd } from './csv-end.js';
import type { CsvScanner, CsvScannerOptions } from './csv-scanner.js';
import { type CsvSource, openCsv } from './csv-source.js';

/**
 * Reads CSV. Paths are the headings with `/` and `~` escaped; a repeated heading is `Name (2)`, a column without one
 * is `Column 3`. Values are the exact text of the cells; an empty cell is undefined, a quoted empty cell `''`. Missing
 * parts of the dialect are detected from the first 64 KB.
 *
 * Blank lines are not records. Rows of another width are never shifted: missing cells are undefined, extra ones are
 * `Column 7` by their position, and `csv_row_short` or `csv_row_long` warns of the first. A row that the end of the
 * file cuts off is left out; with `expectsLineEnd`, also a last row without a line end.
 *
 * @throws InletError `source_record_path_unknown` (the record path of CSV is `/`), `source_record_too_large`,
 * `source_too_large`, and the source's own errors.
 */
export async function* readCsv(
  input: DecodedBytes,
  request: ReadRequest,
): AsyncGenerator<readonly RawRecord[]> {
  const source = await openCsv(input, request);
  try {
    const batches = new RecordBatches(input.facts, request);
    const end = new CsvEnd((row) => batches.push(row.fields, row), request);
    const scanner = createRecordScanner(source, { input, request, batches, end });
    yield* scanRecords(source.reader, { scanner, batches });
    end.check(input.facts, scanner);
  } finally {
    await source.reader.close();
  }
}

interface CsvReading {
  readonly input: DecodedBytes;
  readonly request: ReadRequest;
  readonly batches: RecordBatches;
  readonly end: CsvEnd;
}

function createRecordScanner({ dialect, createScanner }: CsvSource, reading: CsvReading): CsvScanner {
  const { input, request, batches, end } = reading;
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
  const onRecord: CsvScannerOptions['onRecord'] = (fields, width, line) => {
    if (expected === 0) {
      useHeader(fields, width);
      end.noteHeader(scanner);
      return;
    }
    if (expected < 0) expected = width;
    if (width !== expected) checkRowWidth(input.facts, { width, expected, line });
    if (selection.copies.length > 0) copyFields(fields, selection);
    end.add({ fields, width, oversized: scanner.oversized }, { expected, scanner });
  };
  const onTooLarge = (line: number) => {
    if (expected === 0) throw headerTooLarge(line);
    batches.push(new Array<FieldValue>(paths.length).fill(undefined), { isTooLarge: true });
  };
  const scanner: CsvScanner = createScanner({ onRecord, onTooLarge });
  if (!dialect.hasHeader) scanner.select(selection.targets, paths.length);
  return scanner;
}

const headerTooLarge = (line: number): InletError =>
  new InletError('source_record_too_large', {
    detail: `The headings on line ${line} are larger than a record may be.`,
    extra: { line },
  });
