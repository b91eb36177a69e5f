import type { FieldValue, Outline } from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import { type Block, BlockReader } from '../blocks/block-reader.js';
import { OutlineHead } from '../blocks/outline-head.js';
import { warnOfControls } from '../control-characters.js';
import { HeadingStats } from '../heading-stats.js';
import { pathKeys, pathLabel } from '../paths.js';
import { DEFAULT_OUTLINE_RECORDS, type DecodedBytes, type OutlineReadOptions } from '../types.js';
import { feedVersion } from './detect-json.js';
import { FieldTrie } from './field-trie.js';
import { findLists } from './json-lists.js';
import { JsonScanner } from './json-scanner.js';
import { proposeJsonRecordPaths } from './propose-json-record-path.js';
import { type JsonFormat, scannerLimits, warningsTo } from './read-json.js';

const MOST_PATHS = 1000;
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
  const { stats, version, records } = collectHeadings(block, { ...options, recordPath, maxRecords, facts });
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
    parseOptions: { ...options.parseOptions, format, encoding: facts.encoding },
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
  const choices = proposeJsonRecordPaths(findLists(block));
  if (format === 'ndjson') {
    const others = choices.filter(({ path }) => path !== '/');
    return [{ path: '/', label: 'line', count: 0 }, ...others];
  }
  if (format === 'json') return choices;
  const items = choices.find(({ path }) => path === FEED_ITEMS) ?? {
    path: FEED_ITEMS,
    label: 'items',
    count: 0,
  };
  return [items, ...choices.filter((other) => other !== items)];
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
  const name = pathKeys(recordPath.slice(1)).at(-1);
  const label = path === '.' ? 'value' : pathLabel(path);
  return name === undefined ? label : `${name} > ${label}`;
}

interface HeadingOptions {
  readonly format: JsonFormat;
  readonly recordPath: string;
  readonly maxRecords: number;
  readonly facts: DecodedBytes['facts'];
}

function collectHeadings(block: Block, { format, recordPath, maxRecords, facts }: HeadingOptions) {
  const stats = new HeadingStats();
  const trie = new FieldTrie({ mostPaths: MOST_PATHS });
  let version: string | undefined;
  const scanner = new JsonScanner({
    ...scannerLimits(),
    recordPath,
    trie,
    isNdjson: format === 'ndjson',
    onRecord: (fields) => {
      if (stats.records < maxRecords) addRecord(stats, trie.paths, fields);
    },
    onValueAbove: (path, { text }) => {
      if (path === '/version') version = text;
      stats.addAboveRecord(path, text);
    },
    onWarning: warningsTo(facts),
    onControls: () => warnOfControls(facts),
    onIncomplete: () => {},
  });
  scanner.scan(block);
  if (!scanner.isFound && !scanner.isDone) throw notInHead(recordPath);
  return { stats, version, records: scanner.records };
}

function addRecord(stats: HeadingStats, paths: readonly string[], fields: readonly FieldValue[]): void {
  stats.startRecord();
  paths.forEach((path, slot) => {
    const values = fields[slot];
    if (values !== undefined)
      for (const text of typeof values === 'string' ? [values] : values) stats.addValue(path, text);
  });
  stats.endRecord();
}

function notInHead(recordPath: string): InletError {
  return new InletError('source_record_path_unknown', {
    detail: `There is nothing at ${recordPath} in the first part of the file.`,
  });
}
