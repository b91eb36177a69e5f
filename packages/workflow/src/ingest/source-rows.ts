import {
  type CheckedRow,
  createSourceWarning,
  type DecodeHints,
  type FieldValue,
  type IdentityPaths,
  type Issue,
  MAX_BATCH_BYTES,
  type RawRecord,
  type Row,
  type SourceWarning,
  withNewOptions,
} from '@inlet/contracts';
import {
  checkMapping,
  compileCheck,
  compileMapping,
  compileRowFilter,
  compileSurveyed,
  createRowIdentity,
  DEFAULT_READ_LIMITS,
  type DecidedIdentity,
  guessIdentity,
  identityPaths,
  type ReadFacts,
  type RowIdentity,
  type RowToIdentify,
  type SurveyedItem,
} from '@inlet/pipeline';
import type { ReadRowsOptions } from '../ports/change-reader.js';
import { customPath, SHEET_ROW_PATHS } from '../ports/sheets.js';
import { type ReadPage, readOnePage, type TurnPage } from '../ports/source-pages.js';
import { compileWithoutBlanks, withUsedDefaults } from './blank-cells.js';
import { type DroppedEntries, watchDroppedEntries } from './dropped-entries.js';
import { compileOversized } from './oversized-values.js';
import { readPages } from './read-pages.js';
import { compileRowContent, type RowContent } from './row-content.js';
import { type CustomOf, compileCustom } from './row-custom.js';
import { compilePlace, type PlaceOf } from './row-place.js';
import { cellJson, compileValuesJson, type ValuesJson } from './row-values.js';

/** A checked row with its identity. */
export interface SourceRow extends RowToIdentify {
  readonly rowKey: string;
  /** JSON of the row's values by column key, as it is delivered. */
  readonly values: string;
  /** That of each cell. */
  readonly json: readonly string[];
  /** JSON of the values that decide whether the row has changed. */
  readonly content: string;
  /** The filter leaves it out of the import. */
  readonly isExcluded: boolean;
  /** JSON of the members that only rows of a sheet have, each with a comma behind it; empty for other rows. */
  readonly place: string;
  /** JSON of the member that names its blank cells, with a comma behind it; empty if none is kept. */
  readonly blank: string;
}

interface FormerContent {
  contentOf(row: SourceRow): string;
  bareContentOf(row: SourceRow): string;
}

export interface RowReader {
  /** All rows, in the order of the source. */
  readonly batches: AsyncIterable<readonly SourceRow[]>;
  readonly facts: ReadFacts;
  /** Identifies the rows of the batches so far, in the given way or in the one in use. */
  identity(decided?: DecidedIdentity): RowIdentity;
  /** Reads the values that may identify a row, to decide its identity. */
  surveyed(row: SourceRow): SurveyedItem;
  /** JSON of the values that are compared, without columns that are mapped from an id or a link. */
  bareContentOf(row: SourceRow): string;
  /** The contents of rows with the columns that earlier runs compared; null if these are the same columns. */
  readonly formerContent: FormerContent | null;
  /** Records so far without a value at any mapped path. They are no rows. */
  emptyRecords(): number;
  /** Lists of which the columns took only one entry so far. */
  readonly droppedEntries: DroppedEntries;
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
  given: ReadRowsOptions,
  turnPage: TurnPage<ReadPage> = readOnePage,
): RowReader {
  const options = withBlankRule(given);
  const { template, mapping, hints, blanks } = options;
  checkMapping(mapping, template.columns);
  const compileFor = ({ baseUrl }: DecodeHints) => compileMapping(mapping, template.columns, { baseUrl });
  const compiled = compileFor(hints);
  const checkRows = compileFilteredCheck(options);
  const toJson = compileValuesJson(template.columns);
  const withoutBlanks =
    blanks && blanks.rule !== 'clear' ? compileWithoutBlanks(template.columns, blanks) : null;
  const { decided, candidates } = options.identity;
  const inUse = decided ?? guessIdentity(candidates);
  const rowContent = compileRowContent({
    ...template,
    mapping,
    ignoreColumns: options.ignoreColumns,
    identityPaths: inUse.paths,
  });
  const { customHeadings = [] } = options;
  const placePaths = options.isSheet
    ? [SHEET_ROW_PATHS.id, SHEET_ROW_PATHS.place, ...customHeadings.map((_, index) => customPath(index))]
    : [];
  const paths = [...new Set([...compiled.paths, ...identityPaths(decided, candidates), ...placePaths])];
  const pathAt = (path: string) => paths.indexOf(path);
  const placeOf = options.isSheet ? compilePlace(pathAt) : () => '';
  const customOf = customHeadings.length > 0 ? compileCustom(customHeadings, pathAt) : () => '';
  const pages = readPages(bytes, { ...options, paths, turnPage });
  const { facts } = pages;
  const hasValue = new Uint8Array(compiled.paths.length);
  const isEmpty = compileIsEmpty(compiled.paths);
  const oversized = compileOversized(mapping, { columns: template.columns, paths: compiled.paths });
  const droppedEntries = watchDroppedEntries(mapping, {
    columns: template.columns,
    paths: compiled.paths,
    recordPath: options.recordPath,
  });
  let emptyRecords = 0;

  const keys = template.columns.map(({ key }) => key);
  const identityColumns = options.identity.columns.map((key) => keys.indexOf(key));
  let identity: RowIdentity | undefined;
  const makeIdentity = (wanted = inUse) =>
    createRowIdentity({ ...wanted, identityColumns, format: facts.format, pathAt });
  let readSurveyed: ReturnType<typeof compileSurveyed> | undefined;

  async function* rows() {
    let mapper = { ...compiled, hints };
    for await (const page of pages.batches) {
      const batch = page.records;
      const records = batch.some(isEmpty) ? batch.filter((record) => !isEmpty(record)) : batch;
      emptyRecords += batch.length - records.length;
      if (records.length === 0) continue;
      identity ??= makeIdentity();
      noteValues(records, hasValue);
      droppedEntries.note(records);
      if (page.hints !== mapper.hints) mapper = { ...compileFor(page.hints), hints: page.hints };
      const checked = checkRows(mapper.mapRecords(records)).map(({ row, isExcluded }, index) =>
        records[index]?.isTooLarge
          ? { row: rejectSkipped(row), isExcluded: false }
          : { row: oversized.reject(row, records[index]?.oversized), isExcluded },
      );
      yield toSourceRows(records, checked, {
        identity,
        toJson,
        withoutBlanks,
        rowContent,
        placeOf,
        customOf,
      });
    }
  }
  return {
    batches: rows(),
    facts,
    identity: (wanted) => (wanted === undefined && identity) || makeIdentity(wanted),
    surveyed({ fields }) {
      readSurveyed ??= compileSurveyed({ format: facts.format, candidates, pathAt });
      return readSurveyed(fields);
    },
    bareContentOf: ({ json, content }) => rowContent.bareContentOf(json, content),
    formerContent: compileFormerContent(options, inUse.paths),
    emptyRecords: () => emptyRecords,
    droppedEntries,
    mappedPaths: compiled.paths,
    pathsWithValues: () => compiled.paths.filter((_, index) => hasValue[index] === 1),
  };
}

/** Whether a cell is blank is decided when it is mapped. */
const withBlankRule = (options: ReadRowsOptions): ReadRowsOptions => {
  const { template, blanks } = options;
  if (blanks === undefined) return options;
  return { ...options, template: { ...template, columns: [...withUsedDefaults(template.columns, blanks)] } };
};

function compileFormerContent(
  { template, mapping, formerIgnoreColumns }: ReadRowsOptions,
  paths: IdentityPaths | null,
): FormerContent | null {
  if (formerIgnoreColumns === null) return null;
  const former = compileRowContent({
    ...template,
    mapping,
    ignoreColumns: formerIgnoreColumns,
    identityPaths: paths,
  });
  const toJson = compileValuesJson(template.columns);
  const contentOf = ({ json }: SourceRow) => former.contentOf(json, toJson(json));
  return { contentOf, bareContentOf: (row) => former.bareContentOf(row.json, contentOf(row)) };
}

interface FilteredRow {
  readonly row: CheckedRow;
  readonly isExcluded: boolean;
}

/** Rows that the filter excludes are only typed, to be identified: they break no rule, and make no other row break one. */
function compileFilteredCheck({
  template: { columns: given, uniqueTogether },
  mapping,
  filter,
  hints: { baseUrl },
}: ReadRowsOptions): (rows: readonly Row[]) => readonly FilteredRow[] {
  const columns = withNewOptions(given, mapping);
  const check = compileCheck({ columns, uniqueTogether, baseUrl });
  if (!filter) return (rows) => check.checkRows(rows).map((row) => ({ row, isExcluded: false }));
  const isIncluded = compileRowFilter(filter, columns);
  const withoutUnique = columns.map((column) => ({ ...column, unique: false }));
  const type = compileCheck({ columns: withoutUnique, uniqueTogether: [], baseUrl });
  return (rows) =>
    rows.map((row) => {
      const isExcluded = !isIncluded(row);
      const [checked] = (isExcluded ? type : check).checkRows([row]);
      return { row: checked!, isExcluded };
    });
}

interface SourceRowOptions {
  readonly identity: RowIdentity;
  readonly toJson: ValuesJson;
  /** null if blank cells are delivered like others. */
  readonly withoutBlanks: ReturnType<typeof compileWithoutBlanks> | null;
  readonly rowContent: RowContent;
  readonly placeOf: PlaceOf;
  readonly customOf: CustomOf;
}

function toSourceRows(
  records: readonly RawRecord[],
  rows: readonly FilteredRow[],
  { identity, toJson, withoutBlanks, rowContent, placeOf, customOf }: SourceRowOptions,
): SourceRow[] {
  return rows.map(({ row: checked, isExcluded }, index) => {
    const json = checked.cells.map(cellJson);
    const all = toJson(json);
    const { fields } = records[index]!;
    const custom = customOf(fields);
    const row = isTooLarge(all + custom) ? rejectLarge(checked) : checked;
    // The same under each rule for blank cells: another rule changes no row.
    const content = rowContent.contentOf(json, all) + custom;
    const place = placeOf(fields) + (custom === '' ? '' : `"custom":${custom},`);
    const rowKey = identity.rowKeyOf({ row, fields, content });
    const { values, blank } = withoutBlanks === null ? { values: all, blank: '' } : withoutBlanks(json);
    return { row, fields, json, values, content, rowKey, isExcluded, place, blank };
  });
}

const isTooLarge = (text: string): boolean =>
  text.length * 3 > MAX_BATCH_BYTES && Buffer.byteLength(text) > MAX_BATCH_BYTES;

/** A record that was skipped has no values, so it breaks no other rule. */
const rejectSkipped = (row: CheckedRow): CheckedRow => ({
  ...row,
  issues: [rowTooLarge(`The record has more than ${DEFAULT_READ_LIMITS.maxRecordBytes} bytes.`)],
  isValid: false,
});

function rejectLarge(row: CheckedRow): CheckedRow {
  const issue = rowTooLarge(
    `The row has more than ${MAX_BATCH_BYTES} bytes, which is more than one batch may have.`,
  );
  return { ...row, issues: [...(row.issues ?? []), issue], isValid: false };
}

const rowTooLarge = (message: string): Issue => ({
  columnKey: null,
  code: 'row_too_large',
  message,
  severity: 'error',
});

/** Values above the record and constants do not make a row. */
function compileIsEmpty(paths: readonly string[]): (record: RawRecord) => boolean {
  const inRecord = paths.flatMap((path, index) => (path.startsWith('/') ? [] : [index]));
  return ({ fields, oversized, isTooLarge }) =>
    inRecord.length > 0 &&
    oversized === undefined &&
    !isTooLarge &&
    inRecord.every((index) => isBlank(fields[index]));
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

/** The warnings of a source and of its mapping, once its rows were read. */
export const warningsOf = (rows: RowReader, { hasRows }: { readonly hasRows: boolean }): SourceWarning[] => [
  ...rows.facts.warnings,
  ...emptyRecordsWarning(rows),
  ...rows.droppedEntries.warnings(),
  ...(hasRows ? emptyPathWarnings(rows) : []),
];

function emptyRecordsWarning(rows: RowReader): SourceWarning[] {
  const count = rows.emptyRecords();
  if (count === 0) return [];
  return [createSourceWarning('records_empty', { n: count })];
}

/** Warnings for mapped paths without a value in any record, which reveal a wrong mapping. */
const emptyPathWarnings = (rows: RowReader): SourceWarning[] => {
  const present = new Set(rows.pathsWithValues());
  return rows.mappedPaths
    .filter((path) => !present.has(path))
    .map((path) => createSourceWarning('mapping_path_empty', { path }));
};
