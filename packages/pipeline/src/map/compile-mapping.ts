import {
  type Column,
  type FieldValue,
  type MappedColumn,
  type Mapping,
  type RawRecord,
  type Repeat,
  type Row,
  VALUE_SEPARATOR,
} from '@inlet/contracts';
import { compileTemplate, templatePaths } from './compile-template.js';
import { compileTransform, isNumeric, type TransformText } from './compile-transform.js';
import { compileResolve, type ResolveAddress } from './resolve-address.js';
import { createLimitedText } from './text-limit.js';

export interface CompiledMapping {
  /** The paths to request from the reader, each once. */
  readonly paths: readonly string[];
  /** `records[n].fields[i]` belongs to `paths[i]`; additional fields are ignored. */
  mapRecords(records: readonly RawRecord[]): Row[];
}

type PathColumn = Extract<MappedColumn, { path: string }>;
type MapRecord = (record: RawRecord) => string | undefined;

export interface MappingOptions {
  /** The address of the source, against which relative addresses resolve in records without a base. */
  readonly baseUrl?: string | null | undefined;
}

/** All paths that a mapping reads, each once. */
export function mappingPaths(mapping: Mapping): string[] {
  const paths = mapping.flatMap((entry) => {
    if ('path' in entry) return [entry.path, ...(entry.fallbackPaths ?? [])];
    return 'template' in entry ? templatePaths(entry.template) : [];
  });
  return [...new Set(paths)];
}

/**
 * Turns records into rows of text in column order. Columns without a mapping, and those whose text is empty or white
 * space, get the column's default. Throws InletError for patterns that RE2 does not support; `checkMapping` finds other
 * faults. Ignores entries for unknown columns. Makes relative addresses absolute in columns for addresses.
 */
export function compileMapping(
  mapping: Mapping,
  columns: readonly Column[],
  options: MappingOptions = {},
): CompiledMapping {
  const sourceUrl = options.baseUrl ?? undefined;
  const paths = mappingPaths(mapping);
  const positions = new Map(paths.map((path, index) => [path, index]));
  const positionOf = (path: string): number => positions.get(path) ?? -1;
  const entries = new Map(mapping.map((entry) => [entry.column, entry]));
  const maps = columns.map((column) =>
    compileEntry(entries.get(column.key), { column, positionOf, sourceUrl }),
  );
  const mapRecord = (raw: RawRecord): Row => ({
    record: raw.record,
    texts: maps.map((mapText) => mapText(raw)),
  });
  return { paths, mapRecords: (records) => records.map(mapRecord) };
}

interface EntryOptions {
  readonly column: Column;
  readonly positionOf: (path: string) => number;
  readonly sourceUrl: string | undefined;
}

function compileEntry(
  entry: MappedColumn | undefined,
  { column, positionOf, sourceUrl }: EntryOptions,
): MapRecord {
  const fallback = isBlank(column.default) ? undefined : column.default;
  if (!entry) return () => fallback;
  const transform = compileTransforms(entry, column);
  if ('value' in entry) {
    const text = transform?.(entry.value) ?? entry.value;
    return () => (isBlank(text) ? fallback : text);
  }
  const read =
    'template' in entry
      ? compileFilled(compileTemplate(entry.template, positionOf), transform)
      : compilePaths(entry, { column, positionOf, transform, sourceUrl });
  return (record) => {
    const text = read(record);
    return isBlank(text) ? fallback : text;
  };
}

const isBlank = (text: string | undefined): boolean => text === undefined || text.trim() === '';

function compileTransforms({ transforms = [] }: MappedColumn, column: Column): TransformText | undefined {
  const steps = transforms.map((transform) => compileTransform(transform, column));
  if (steps.length === 0) return undefined;
  return (text) => steps.reduce((result, step) => step(result), text);
}

const compileFilled =
  (fill: (fields: readonly FieldValue[]) => string, transform: TransformText | undefined): MapRecord =>
  ({ fields }) =>
    transform ? transform(fill(fields)) : fill(fields);

/** How a column treats several values by default: joins lists of text, otherwise takes the first. */
export function defaultRepeat({ type }: Pick<Column, 'type'>): Repeat {
  return type === 'text' || type === 'any' || type === 'multi_select' ? 'join' : 'first';
}

interface PathsOptions extends EntryOptions {
  readonly transform: TransformText | undefined;
}

/** The first path that has a value in a record counts. */
function compilePaths(entry: PathColumn, { positionOf, ...options }: PathsOptions): MapRecord {
  const [read, ...fallbacks] = [entry.path, ...(entry.fallbackPaths ?? [])].map((path) =>
    compilePath({ ...entry, path }, { ...options, position: positionOf(path) }),
  );
  if (read === undefined || fallbacks.length === 0) return read ?? (() => undefined);
  return (record) => {
    const text = read(record);
    if (!isBlank(text)) return text;
    return fallbacks.map((readOther) => readOther(record)).find((other) => !isBlank(other)) ?? text;
  };
}

interface PathOptions {
  readonly column: Column;
  readonly position: number;
  readonly transform: TransformText | undefined;
  readonly sourceUrl: string | undefined;
}

/** Transforms apply to one value: to the first or last, to the count, or to each one before joining. */
function compilePath(entry: PathColumn, { column, position, transform, sourceUrl }: PathOptions): MapRecord {
  const choose = chooseValue(entry, column, transform);
  const mapValue = (value: FieldValue): string | undefined => {
    if (typeof value === 'object' || entry.repeat === 'count') return choose(toList(value));
    return transform ? transform(value ?? '') : value;
  };
  if (isNumeric(column) && !transform && entry.repeat !== 'count')
    return compileNumberPath(column, { position, mapValue });
  if (column.type !== 'url' && column.type !== 'image_url') return ({ fields }) => mapValue(fields[position]);
  const resolve = compileResolve(entry.path);
  return ({ fields, baseUrl = sourceUrl, fieldBaseUrls }) =>
    mapValue(resolveValue(fields[position], resolve, fieldBaseUrls?.get(position) ?? baseUrl));
}

interface NumberPathOptions {
  readonly position: number;
  readonly mapValue: (value: FieldValue) => string | undefined;
}

/** The check need not guess the decimal sign of a number that the format wrote. */
function compileNumberPath(column: Column, { position, mapValue }: NumberPathOptions): MapRecord {
  const writeForCheck = compileTransform({ kind: 'number', decimal: '.' }, column);
  return ({ fields, decimalFields }) => {
    const text = mapValue(fields[position]);
    return text !== undefined && decimalFields?.includes(position) ? writeForCheck(text) : text;
  };
}

const resolveValue = (
  value: FieldValue,
  resolve: ResolveAddress,
  baseUrl: string | undefined,
): FieldValue => {
  if (value === undefined) return undefined;
  return typeof value === 'string' ? resolve(value, baseUrl) : value.map((each) => resolve(each, baseUrl));
};

const toList = (value: FieldValue): readonly string[] => {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
};

function chooseValue(
  entry: PathColumn,
  column: Column,
  transform: TransformText | undefined,
): (values: readonly string[]) => string {
  const apply: TransformText = transform ?? ((text) => text);
  switch (entry.repeat ?? defaultRepeat(column)) {
    case 'first':
      return (values) => apply(values.find((text) => !isBlank(text)) ?? '');
    case 'last':
      return (values) => apply(values.findLast((text) => !isBlank(text)) ?? '');
    case 'count':
      return (values) => apply(String(values.length));
    case 'join': {
      if (column.type === 'multi_select' && entry.delimiter === undefined)
        return (values) => joinWholeValues(values.map(apply), column.delimiter ?? ',');
      const delimiter = entry.delimiter ?? ', ';
      return (values) => joinValues(values.map(apply), delimiter);
    }
  }
}

/** Joins values so that each can be found whole, also if one contains the delimiter. */
function joinWholeValues(values: readonly string[], delimiter: string): string {
  const isAmbiguous = values.length > 1 && values.some((value) => value.includes(delimiter));
  return joinValues(values, isAmbiguous ? VALUE_SEPARATOR : delimiter);
}

/** Skips empty values with their delimiters. */
function joinValues(values: readonly string[], delimiter: string): string {
  const result = createLimitedText();
  let isFirst = true;
  for (const value of values) {
    if (isBlank(value)) continue;
    if (!result.add(isFirst ? value : delimiter + value)) break;
    isFirst = false;
  }
  return result.toString();
}
