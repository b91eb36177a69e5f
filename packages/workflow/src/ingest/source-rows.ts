import type {
  Cell,
  CheckedRow,
  Column,
  DecodeHints,
  FieldValue,
  Format,
  Issue,
  Mapping,
  ParseOptions,
  RawRecord,
  SourceWarning,
  Template,
} from '@inlet/contracts';
import {
  checkMapping,
  compileCheck,
  compileMapping,
  createRowIdentity,
  IDENTITY_PATHS,
  type ReadFacts,
  type RowIdentity,
  readRecords,
} from '@inlet/pipeline';

/** A checked row with what identifies it. */
export interface SourceRow {
  readonly row: CheckedRow;
  readonly rowKey: string;
  /** JSON of the row's values by column key: what is compared, and what is delivered. */
  readonly values: string;
}

export interface RowsOf {
  /** Batches of rows in the order of the source. */
  readonly batches: AsyncIterable<readonly SourceRow[]>;
  readonly facts: ReadFacts;
  /** Mapped paths that had a value in at least one of the records read so far. */
  pathsWithValues(): readonly string[];
  /** Mapped paths, each once. */
  readonly mappedPaths: readonly string[];
}

export interface RowsOfOptions {
  readonly template: Pick<Template, 'columns' | 'uniqueTogether' | 'identity' | 'limits'>;
  /** A row has to fit into a batch. */
  readonly maxBatchBytes: number;
  readonly recordPath: string;
  readonly parseOptions: ParseOptions;
  readonly mapping: Mapping;
  readonly hints: DecodeHints;
  /** Records a batch; default 64. */
  readonly batchSize?: number;
}

/**
 * Bytes to rows: read, map, check, identify. The preview, the dry run and the real run all come through here,
 * so that they can never disagree.
 */
export function rowsOf(bytes: AsyncIterable<Uint8Array>, options: RowsOfOptions): RowsOf {
  const { template, recordPath, parseOptions, mapping, hints, batchSize } = options;
  checkMapping(mapping, template.columns);
  const compiled = compileMapping(mapping, template.columns);
  const check = compileCheck({
    columns: template.columns,
    uniqueTogether: template.uniqueTogether,
    baseUrl: hints.baseUrl,
  });
  const toValues = compileValues(template.columns);
  const maxBytes = options.maxBatchBytes - ROW_FRAME_BYTES;
  const paths = [...new Set([...compiled.paths, ...IDENTITY_PATHS])];
  const { batches, facts } = readRecords(bytes, {
    recordPath,
    parseOptions,
    paths,
    limits: { maxSourceBytes: template.limits.maxSourceBytes, maxRecords: template.limits.maxRecords },
    hints,
    batchSize,
  });
  const hasValue = new Uint8Array(compiled.paths.length);

  async function* rows() {
    let identity: RowIdentity | undefined;
    for await (const records of batches) {
      identity ??= identityFor(template, { format: facts.format, paths });
      noteValues(records, hasValue);
      const checked = check.checkRows(compiled.mapRecords(records));
      yield toSourceRows(records, checked, { identity, toValues, maxBytes });
    }
  }
  return {
    batches: rows(),
    facts,
    mappedPaths: compiled.paths,
    pathsWithValues: () => compiled.paths.filter((_, index) => hasValue[index] === 1),
  };
}

function toSourceRows(
  records: readonly RawRecord[],
  rows: readonly CheckedRow[],
  {
    identity,
    toValues,
    maxBytes,
  }: { identity: RowIdentity; toValues: (cells: readonly Cell[]) => string; maxBytes: number },
): SourceRow[] {
  return rows.map((row, index) => {
    const values = toValues(row.cells);
    return {
      row: isLarger(values, maxBytes) ? refuseLarge(row, maxBytes) : row,
      values,
      rowKey: identity.rowKeyOf(row, records[index]!.fields, values),
    };
  });
}

/** What fits into one delivery; a template that has no destination yet gets the usual limits. */
export const batchLimits = ({ destination }: Pick<Template, 'destination'>) => ({
  rowsPerBatch: destination?.rowsPerBatch ?? 1000,
  maxBatchBytes: destination?.maxBatchBytes ?? 1_048_576,
});
/** What stands around the values of a row in a batch. */
const ROW_FRAME_BYTES = 256;

const isLarger = (text: string, maxBytes: number): boolean =>
  text.length * 3 > maxBytes && Buffer.byteLength(text) > maxBytes;

function refuseLarge(row: CheckedRow, maxBytes: number): CheckedRow {
  const issue: Issue = {
    columnKey: null,
    code: 'row_too_large',
    message: `The row has more than ${maxBytes} bytes, which is more than one batch may have.`,
    severity: 'error',
  };
  return { ...row, issues: [...(row.issues ?? []), issue], isValid: false };
}

function identityFor(
  template: RowsOfOptions['template'],
  { format, paths }: { format: Format; paths: readonly string[] },
): RowIdentity {
  const keys = template.columns.map(({ key }) => key);
  const at = new Map(paths.map((path, index) => [path, index]));
  return createRowIdentity({
    identityColumns: template.identity.map((key) => keys.indexOf(key)),
    format,
    pathAt: (path) => at.get(path) ?? -1,
  });
}

function noteValues(records: readonly RawRecord[], hasValue: Uint8Array): void {
  for (let path = 0; path < hasValue.length; path += 1) {
    if (hasValue[path] === 1) continue;
    if (records.some(({ fields }) => isPresent(fields[path]))) hasValue[path] = 1;
  }
}

const isPresent = (value: FieldValue): boolean => value !== undefined && value !== '';

/** JSON of an object with the cells by column key. */
function compileValues(columns: readonly Column[]): (cells: readonly Cell[]) => string {
  const heads = columns.map(({ key }, index) => `${index === 0 ? '{' : ','}${JSON.stringify(key)}:`);
  return (cells) => {
    let json = '';
    for (let index = 0; index < heads.length; index += 1) json += heads[index] + cellJson(cells[index]);
    return `${json}}`;
  };
}

/** Quotes, backslashes, control characters and lone surrogates are written in another way in JSON. */
const NEEDS_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/;

const cellJson = (cell: Cell | undefined): string =>
  typeof cell === 'string' && !NEEDS_ESCAPE.test(cell) ? `"${cell}"` : JSON.stringify(cell ?? null);

/** Warnings for mapped paths that no record had, so that a wrong mapping does not go unnoticed. */
export const emptyPathWarnings = (rows: RowsOf): SourceWarning[] => {
  const present = new Set(rows.pathsWithValues());
  return rows.mappedPaths
    .filter((path) => !present.has(path))
    .map((path) => ({ code: 'mapping_path_empty', message: `No record has a value at "${path}".` }));
};
