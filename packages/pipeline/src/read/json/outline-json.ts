import type { FieldValue, Outline, ParseOptions, RawRecord } from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import { type Block, BlockReader } from '../blocks/block-reader.js';
import { OutlineHead } from '../blocks/outline-head.js';
import { warnOfControls } from '../control-characters.js';
import { EnclosingLevels } from '../enclosing-levels.js';
import { listOf } from '../field-values.js';
import { HeadingStats, warnOfHeadings } from '../heading-stats.js';
import { EACH, escapeKey, KEY_PATH, pathLabel, recordKeys } from '../paths.js';
import { DEFAULT_OUTLINE_RECORDS, type DecodedBytes, type OutlineReadOptions } from '../types.js';
import { feedVersion } from './detect-json.js';
import { FieldTrie } from './field-trie.js';
import { findLists } from './json-lists.js';
import { JsonScanner, type JsonScannerOptions } from './json-scanner.js';
import { hasListName, proposeJsonRecordPaths } from './propose-json-record-path.js';
import {
  addValuesTo,
  compileAbove,
  headerRowOptions,
  type JsonFormat,
  scannerLimits,
  warningsTo,
} from './read-json.js';
import {
  findHeadingsPath,
  findRowHeadings,
  type HeaderRowOptions,
  MOST_HEADING_ROWS,
} from './row-headings.js';

const MOST_PATHS = 1000;
const MOST_ABOVE = 150;
const FEED_ITEMS = '/items';

type RecordPaths = Outline['recordPaths'];

/**
 * Outlines a JSON document or NDJSON: its lists, one of them proposed, and the headings of its records.
 *
 * @throws InletError `source_no_records`, `source_record_path_unknown`, and the errors of `readJson`.
 */
export async function outlineJson(
  input: DecodedBytes,
  options: OutlineReadOptions & { readonly format: JsonFormat },
): Promise<Outline> {
  const { facts } = input;
  const { format, maxRecords = DEFAULT_OUTLINE_RECORDS } = options;
  const head = new OutlineHead(input, options);
  const block = await readWhole(head);
  const proposed = listRecordPaths(block, format);
  const recordPath = options.recordPath ?? proposed[0]?.path ?? '/';
  const csv = completeHeaderRowOptions(block, { format, recordPath, given: options.parseOptions?.csv });
  const parseOptions: ParseOptions = { ...options.parseOptions, format, encoding: facts.encoding, csv };
  const { stats, version, records } = collectHeadings(block, {
    ...options,
    recordPath,
    maxRecords,
    facts,
    rows: headerRowOptions(parseOptions),
  });
  if (proposed.length === 0 && options.recordPath === undefined) throw new InletError('source_no_records');
  facts.records = stats.records;
  return {
    format,
    formatVersion: feedVersion(version),
    encoding: facts.encoding,
    bytesRead: facts.bytes,
    isComplete: head.isComplete && records <= maxRecords,
    recordPath,
    recordPaths: withChosen(proposed, { path: recordPath, label: pathLabel(recordPath), count: records }),
    recordCount: stats.records,
    headings: stats.headings((path, isAbove) => headingLabel(path, isAbove ? '/' : recordPath)),
    records: stats.sampleRecords(),
    parseOptions,
    warnings: facts.warnings,
  };
}

async function readWhole(head: OutlineHead): Promise<Block> {
  const reader = new BlockReader(head.chunks);
  try {
    return await head.readAll(reader);
  } finally {
    await reader.close();
  }
}

function listRecordPaths(block: Block, format: JsonFormat): RecordPaths {
  const choices = proposeJsonRecordPaths(findLists(block, format === 'ndjson'));
  if (format === 'ndjson')
    return choices.map((choice) => (choice.path === '/' ? { ...choice, label: 'line' } : choice));
  if (format === 'json') return choices;
  const items = choices.find(({ path }) => path === FEED_ITEMS) ?? {
    path: FEED_ITEMS,
    label: 'items',
    count: 0,
  };
  const others = choices.filter((other) => other !== items);
  // A feed without items still has authors and hubs.
  const filled =
    items.count > 0 ? undefined : others.find((other) => other.count > 0 && hasListName(other.path));
  if (filled === undefined) return [items, ...others];
  return [filled, ...others.filter((other) => other !== filled), items];
}

/** Adds the chosen path to the choices, or sets its number of records. */
function withChosen(choices: RecordPaths, chosen: RecordPaths[number]): RecordPaths {
  const isKnown = choices.some(({ path }) => path === chosen.path);
  const counted = choices.map((choice) =>
    choice.path === chosen.path ? { ...choice, count: chosen.count } : choice,
  );
  return isKnown ? counted : [...counted, chosen];
}

function headingLabel(path: string, recordPath: string): string {
  const name = recordKeys(recordPath).findLast((key) => key !== null);
  const label = path === '.' ? 'value' : pathLabel(path);
  return name === undefined ? label : `${name} > ${label}`;
}

interface ListOptions {
  readonly format: JsonFormat;
  readonly recordPath: string;
}

interface HeadingOptions extends ListOptions {
  readonly maxRecords: number;
  readonly facts: DecodedBytes['facts'];
  readonly rows: HeaderRowOptions;
}

interface RowHeadingsOptions extends ListOptions {
  readonly given: ParseOptions['csv'];
}

/** Adds to the given options where the headings of a list of arrays are, unless they say so; undefined for other lists. */
function completeHeaderRowOptions(block: Block, options: RowHeadingsOptions): ParseOptions['csv'] {
  const { given } = options;
  if (given?.hasHeader !== undefined || given?.headingsPath !== undefined) return given;
  const detected = detectRowHeadings(block, options);
  return detected ? { ...given, ...detected } : given;
}

/** Finds the headings of a list of arrays; undefined for any other list. */
function detectRowHeadings(
  block: Block,
  { format, recordPath, given }: RowHeadingsOptions,
): ParseOptions['csv'] {
  const trie = new FieldTrie({ paths: [], mostPaths: MOST_PATHS });
  const records: (readonly FieldValue[])[] = [];
  const listsBefore = new Map<string, string[]>();
  const scanner: JsonScanner = createQuietScanner({
    recordPath,
    trie,
    isNdjson: format === 'ndjson',
    onRecord: (fields) => {
      records.push(fields);
      if (records.length === MOST_HEADING_ROWS || scanner.rows < records.length) scanner.stop();
    },
    onValueAbove: (path, { text }) => {
      if (records.length > 0 || listsBefore.size >= MOST_ABOVE) return;
      const texts = listsBefore.get(path) ?? [];
      texts.push(text);
      listsBefore.set(path, texts);
    },
  });
  scanQuietly(scanner, block);
  if (scanner.rows < records.length || records.length === 0) return undefined;
  const headingsPath = findHeadingsPath(listsBefore, trie.paths.length);
  if (headingsPath !== undefined) return { hasHeader: false, headingsPath };
  if (records.length < 2) return undefined;
  const { hasHeader, skipRows } = findRowHeadings(records, { paths: trie.paths, skipRows: given?.skipLines });
  return { hasHeader, skipLines: skipRows === 0 ? undefined : skipRows };
}

/** Ignores faults, which reading the records reports. */
const createQuietScanner = (
  options: Pick<JsonScannerOptions, 'recordPath' | 'trie' | 'isNdjson' | 'onRecord' | 'onValueAbove'>,
): JsonScanner =>
  new JsonScanner({
    ...scannerLimits(),
    onWarning: () => undefined,
    onControls: () => undefined,
    onIncomplete: () => undefined,
    ...options,
  });

function scanQuietly(scanner: JsonScanner, block: Block): void {
  try {
    scanner.scan(block);
  } catch (error) {
    if (!(error instanceof InletError)) throw error;
  }
}

/** Reads the records of the head exactly as a run does, with every path in and around them. */
function collectHeadings(block: Block, options: HeadingOptions) {
  const { format, recordPath, maxRecords, facts, rows } = options;
  const { paths, version } = findPathsAbove(block, options);
  const above = compileAbove(paths, recordPath);
  const levels = new EnclosingLevels({ paths: [...above.values()].flat() });
  const isKeyed = recordKeys(recordPath).includes(null);
  const trie = new FieldTrie({ paths: isKeyed ? [...paths, KEY_PATH] : paths, mostPaths: MOST_PATHS });
  const records: Pick<RawRecord, 'fields' | 'decimalFields'>[] = [];
  const scanner = new JsonScanner({
    ...scannerLimits(),
    recordPath,
    trie,
    isNdjson: format === 'ndjson',
    rows,
    levels,
    onRecord: (fields, { decimalFields }) => {
      if (records.length < maxRecords) records.push({ fields, decimalFields });
    },
    onValueAbove: addValuesTo(levels, above),
    onWarning: warningsTo(facts),
    onControls: () => warnOfControls(facts),
    onIncomplete: () => undefined,
  });
  scanner.scan(block);
  levels.leave(0);
  if (trie.hasLeftOut) warnOfHeadings(facts, MOST_PATHS);
  if (!scanner.isFound && !scanner.isDone) throw notInHead(recordPath);
  const stats = new HeadingStats();
  const enclosing = [...above.values()].flat().filter(({ depth }) => levels.elementsAt(depth) > 1);
  for (const { fields, decimalFields } of records) {
    stats.startRecord();
    for (let slot = paths.length; slot < trie.paths.length; slot += 1) {
      const path = trie.paths[slot] ?? '';
      for (const text of listOf(fields[slot])) stats.addValue(path, text);
      if (decimalFields?.includes(slot)) stats.noteDecimals(path);
    }
    for (const { slot, depth } of enclosing)
      for (const text of listOf(fields[slot]))
        stats.addEnclosing(paths[slot] ?? '', text, enclosingPath(recordPath, depth));
    stats.endRecord();
  }
  for (const path of [...above.values()].flat())
    if (!enclosing.includes(path))
      for (const text of listOf(levels.firstValues[path.slot]))
        stats.addAboveRecord(paths[path.slot] ?? '', text);
  return { stats, version, records: scanner.records };
}

const enclosingPath = (recordPath: string, depth: number): string =>
  `/${recordKeys(recordPath)
    .slice(0, depth)
    .map((key) => (key === null ? EACH : escapeKey(key)))
    .join('/')}`;

/** The paths of the values outside the records. */
function findPathsAbove(block: Block, { format, recordPath }: ListOptions) {
  const paths = new Set<string>();
  let version: string | undefined;
  const scanner = createQuietScanner({
    recordPath,
    trie: new FieldTrie({ paths: [] }),
    isNdjson: format === 'ndjson',
    onRecord: () => undefined,
    onValueAbove: (path, { text }) => {
      if (path === '/version') version = text;
      if (paths.size < MOST_ABOVE) paths.add(path);
    },
  });
  scanQuietly(scanner, block);
  return { paths: [...paths], version };
}

function notInHead(recordPath: string): InletError {
  return new InletError('source_record_path_unknown', {
    detail: `There is nothing at ${recordPath} in the first part of the file.`,
  });
}
