import type {
  Cell,
  CheckedRow,
  Column,
  DecodeHints,
  FieldValue,
  Format,
  Issue,
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
} from '@inlet/pipeline';
import type { ReadRowsOptions } from '../ports/change-reader.js';
import { type ReadPage, readOnePage, type TurnPage } from '../ports/page-turner.js';
import { compileOversized } from './oversized-values.js';
import { readPages } from './read-pages.js';

/** A checked row with its identity. */
export interface SourceRow {
  readonly row: CheckedRow;
  readonly rowKey: string;
  /** JSON of the row's values by column key. This text is compared and delivered. */
  readonly values: string;
}

export interface RowReader {
  /** All rows, in the order of the source. */
  readonly batches: AsyncIterable<readonly SourceRow[]>;
  readonly facts: ReadFacts;
  /** Records so far without a value at any mapped path. They are no rows. */
  emptyRecords(): number;
  /** Mapped paths that had a value in at least one record so far. */
  pathsWithValues(): readonly string[];
  /** Mapped paths, each once. */
  readonly mappedPaths: readonly string[];
}

/**
 * Turns bytes into rows: read, map, check, identify. Preview, dry run and real run all use this function, so that
 * they can never disagree.
 */
export function readRows(
  bytes: AsyncIterable<Uint8Array>,
  options: ReadRowsOptions,
  turnPage: TurnPage<ReadPage> = readOnePage,
): RowReader {
  const { template, mapping, hints } = options;
  checkMapping(mapping, template.columns);
  const compileFor = ({ baseUrl }: DecodeHints) => compileMapping(mapping, template.columns, { baseUrl });
  const compiled = compileFor(hints);
  const check = compileCheck({
    columns: template.columns,
    uniqueTogether: template.uniqueTogether,
    baseUrl: hints.baseUrl,
  });
  const toJson = compileValuesJson(template.columns);
  const maxBytes = options.maxBatchBytes - ROW_FRAME_BYTES;
  const paths = [...new Set([...compiled.paths, ...IDENTITY_PATHS])];
  const pages = readPages(bytes, { ...options, paths, turnPage });
  const { facts } = pages;
  const hasValue = new Uint8Array(compiled.paths.length);
  const isEmpty = compileIsEmpty(compiled.paths);
  const oversized = compileOversized(mapping, { columns: template.columns, paths: compiled.paths });
  let emptyRecords = 0;

  async function* rows() {
    let identity: RowIdentity | undefined;
    let mapper = { ...compiled, hints };
    for await (const page of pages.batches) {
      const batch = page.records;
      const records = batch.some(isEmpty) ? batch.filter((record) => !isEmpty(record)) : batch;
      emptyRecords += batch.length - records.length;
      if (records.length === 0) continue;
      identity ??= identityFor(template, { format: facts.format, paths });
      noteValues(records, hasValue);
      if (page.hints !== mapper.hints) mapper = { ...compileFor(page.hints), hints: page.hints };
      const checked = check
        .checkRows(mapper.mapRecords(records))
        .map((row, index) => oversized.reject(row, records[index]?.oversized));
      yield toSourceRows(records, checked, { identity, toJson, maxBytes });
    }
  }
  return {
    batches: rows(),
    facts,
    emptyRecords: () => emptyRecords,
    mappedPaths: compiled.paths,
    pathsWithValues: () => compiled.paths.filter((_, index) => hasValue[index] === 1),
  };
}

interface SourceRowOptions {
  readonly identity: RowIdentity;
  readonly toJson: ValuesJson;
  readonly maxBytes: number;
}

function toSourceRows(
  records: readonly RawRecord[],
  rows: readonly CheckedRow[],
  { identity, toJson, maxBytes }: SourceRowOptions,
): SourceRow[] {
  return rows.map((row, index) => {
    const values = toJson(row.cells);
    return {
      row: isLarger(values, maxBytes) ? rejectLarge(row, maxBytes) : row,
      values,
      rowKey: identity.rowKeyOf(row, records[index]!.fields, values),
    };
  });
}

/** Limits of one delivery; the usual ones for a template that has no destination yet. */
export const batchLimits = ({ destination }: Pick<Template, 'destination'>) => ({
  rowsPerBatch: destination?.rowsPerBatch ?? 1000,
  maxBatchBytes: destination?.maxBatchBytes ?? 1_048_576,
});
/** Upper limit of the bytes around the values of a row in a batch. */
const ROW_FRAME_BYTES = 256;

const isLarger = (text: string, maxBytes: number): boolean =>
  text.length * 3 > maxBytes && Buffer.byteLength(text) > maxBytes;

function rejectLarge(row: CheckedRow, maxBytes: number): CheckedRow {
  const issue: Issue = {
    columnKey: null,
    code: 'row_too_large',
    message: `The row has more than ${maxBytes} bytes, which is more than one batch may have.`,
    severity: 'error',
  };
  return { ...row, issues: [...(row.issues ?? []), issue], isValid: false };
}

function identityFor(
  template: ReadRowsOptions['template'],
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

/** Values above the record and constants do not make a row. */
function compileIsEmpty(paths: readonly string[]): (record: RawRecord) => boolean {
  const inRecord = paths.flatMap((path, index) => (path.startsWith('/') ? [] : [index]));
  return ({ fields, oversized }) =>
    inRecord.length > 0 && oversized === undefined && inRecord.every((index) => isBlank(fields[index]));
}

const isBlank = (value: FieldValue): boolean =>
  value === undefined ||
  (typeof value === 'string' ? value.trim() === '' : value.every((text) => text.trim() === ''));

function noteValues(records: readonly RawRecord[], hasValue: Uint8Array): void {
  for (let path = 0; path < hasValue.length; path += 1) {
    if (hasValue[path] === 1) continue;
    if (records.some(({ fields }) => isPresent(fields[path]))) hasValue[path] = 1;
  }
}

const isPresent = (value: FieldValue): boolean => value !== undefined && value !== '';

/** Makes the JSON of an object with the cells by column key. */
type ValuesJson = (cells: readonly Cell[]) => string;

function compileValuesJson(columns: readonly Column[]): ValuesJson {
  const heads = columns.map(({ key }, index) => `${index === 0 ? '{' : ','}${JSON.stringify(key)}:`);
  return (cells) => {
    let json = '';
    for (let index = 0; index < heads.length; index += 1) json += heads[index] + cellJson(cells[index]);
    return `${json}}`;
  };
}

/** JSON escapes quotes, backslashes, control characters and lone surrogates. */
const NEEDS_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/;

const cellJson = (cell: Cell | undefined): string =>
  typeof cell === 'string' && !NEEDS_ESCAPE.test(cell) ? `"${cell}"` : JSON.stringify(cell ?? null);

/** The warnings of a source and of its mapping, once its rows were read. */
export const warningsOf = (rows: RowReader, { hasRows }: { readonly hasRows: boolean }): SourceWarning[] => [
  ...rows.facts.warnings,
  ...emptyRecordsWarning(rows),
  ...(hasRows ? emptyPathWarnings(rows) : []),
];

function emptyRecordsWarning(rows: RowReader): SourceWarning[] {
  const count = rows.emptyRecords();
  if (count === 0) return [];
  const message = `${count} ${count === 1 ? 'record has' : 'records have'} no value in any mapped column and ${count === 1 ? 'was' : 'were'} left out.`;
  return [{ code: 'records_empty', message }];
}

/** Warnings for mapped paths without a value in any record, which reveal a wrong mapping. */
const emptyPathWarnings = (rows: RowReader): SourceWarning[] => {
  const present = new Set(rows.pathsWithValues());
  return rows.mappedPaths
    .filter((path) => !present.has(path))
    .map((path) => ({ code: 'mapping_path_empty', message: `No record has a value at "${path}".` }));
};
