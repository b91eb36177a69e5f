import { createSourceWarning, type Format, type ParseOptions, type RawRecord } from '@inlet/contracts';
import { BlockReader } from '../blocks/block-reader.js';
import { RecordBatches, scanRecords } from '../blocks/record-batches.js';
import { warnOfControls } from '../control-characters.js';
import { type AbovePath, EnclosingLevels } from '../enclosing-levels.js';
import { pathKeys } from '../paths.js';
import { markIncomplete, type ReadFacts, warnOnce } from '../read-facts.js';
import { DEFAULT_READ_LIMITS, type DecodedBytes, type ReadLimits, type ReadRequest } from '../types.js';
import { FieldTrie } from './field-trie.js';
import { JsonScanner, type JsonScannerOptions } from './json-scanner.js';
import { createNextPageFinder } from './next-page-field.js';
import type { HeaderRowOptions } from './row-headings.js';

export type JsonFormat = Extract<Format, 'json' | 'ndjson' | 'json_feed'>;
export type ReadJsonRequest = ReadRequest & { readonly format: JsonFormat };

/** The maximum of `maxDepth`, because reading is recursive. */
const DEEPEST = 1000;

/**
 * Reads the records of a JSON document (`/items`, `/data/products`; `/` for a list at the root, or for a root object
 * that is the one record) or of NDJSON, which skips a line that is not JSON with a warning.
 *
 * Paths are keys joined by `/`. Arrays inside a record repeat their path (`tags`, `authors/name`), arrays of arrays
 * as if they were one; `.` is the record itself if it is a plain value. Texts are unescaped, numbers keep the digits
 * of the file, `null` is undefined, an object becomes its JSON. The last value of a repeated key counts.
 *
 * A path with a leading slash is a value of an object around the record; see `compileAbove`. If it comes more than a
 * megabyte after the first record in that object, it is undefined and `json_value_after_records` warns.
 *
 * If the text stops being JSON, returns the records before that and warns with `json_malformed`.
 *
 * An object of columns that is cut has no records before that. If its columns have different lengths,
 * `json_columns_unequal` warns.
 *
 * @throws InletError `source_malformed` with `line` and `column` if no record could be read; `source_too_deep`,
 * `source_record_too_large`, `source_too_large`, `source_record_path_unknown`, `source_empty`, and the source's own
 * errors.
 */
export async function* readJson(
  input: DecodedBytes,
  request: ReadJsonRequest,
): AsyncGenerator<readonly RawRecord[]> {
  const reader = new BlockReader(input.chunks);
  try {
    await reader.fill(0);
    const above = compileAbove(request.paths, request.recordPath);
    const levels = new EnclosingLevels({
      paths: [...above.values()].flat(),
      ...lateValues(request, input.facts),
    });
    const batches = new RecordBatches(input.facts, request, levels);
    const scanner = createRecordScanner(request, { above, levels, batches, facts: input.facts });
    yield* scanRecords(reader, { scanner, batches });
  } finally {
    await reader.close();
  }
}

export function scannerLimits(
  limits?: Partial<ReadLimits>,
): Pick<JsonScannerOptions, 'maxDepth' | 'maxFieldChars' | 'maxRecordBytes'> {
  const { maxDepth, maxFieldChars, maxRecordBytes } = { ...DEFAULT_READ_LIMITS, ...limits };
  return { maxDepth: Math.min(maxDepth, DEEPEST), maxFieldChars, maxRecordBytes };
}

/** Jobs from before the headings of arrays were read have no options for them. */
export const headerRowOptions = ({ csv }: ParseOptions): HeaderRowOptions => ({
  hasHeader: csv?.hasHeader === true,
  skipRows: csv?.skipLines ?? 0,
  headingsPath: csv?.headingsPath,
});

export function warningsTo(facts: ReadFacts): JsonScannerOptions['onWarning'] {
  return (warning) => warnOnce(facts.warnings, warning);
}

/**
 * The requested paths above the record. A path begins at the innermost object that it shares with the record path: for
 * records at `/courses/modules`, `/courses/title` is the title of the course around the record.
 */
export function compileAbove(paths: readonly string[], recordPath: string): Map<string, AbovePath[]> {
  const recordKeys = pathKeys(recordPath.slice(1));
  const above = new Map<string, AbovePath[]>();
  paths.forEach((path, slot) => {
    if (!path.startsWith('/')) return;
    const same = above.get(path) ?? [];
    const keys = pathKeys(path.slice(1));
    const differs = recordKeys.findIndex((key, at) => key !== keys[at]);
    const depth = differs < 0 ? recordKeys.length : differs;
    above.set(path, [...same, { slot, depth, source: same[0]?.slot ?? slot }]);
  });
  return above;
}

/** Adds each requested value above the records to the level that it belongs to. */
export function addValuesTo(
  levels: EnclosingLevels,
  above: ReadonlyMap<string, readonly AbovePath[]>,
): JsonScannerOptions['onValueAbove'] {
  if (above.size === 0) return undefined;
  return (path, { text, isRepeat, depth, at }) => {
    const slot = above.get(path)?.[0]?.slot;
    if (slot === undefined) return;
    if (isRepeat) levels.add({ depth, slot, text, at });
    else levels.set({ depth, slot, text, at });
  };
}

interface JsonReading {
  readonly above: ReadonlyMap<string, readonly AbovePath[]>;
  readonly levels: EnclosingLevels;
  readonly batches: RecordBatches;
  readonly facts: ReadFacts;
}

function createRecordScanner(
  request: ReadJsonRequest,
  { above, levels, batches, facts }: JsonReading,
): JsonScanner {
  return new JsonScanner({
    ...scannerLimits(request.limits),
    recordPath: request.recordPath,
    isNdjson: request.format === 'ndjson',
    trie: new FieldTrie({ paths: request.paths }),
    rows: headerRowOptions(request.parseOptions),
    levels,
    onRecord: (fields, notes) => batches.push(fields, notes),
    onValueAbove: watchNextPage(request, { facts, onValueAbove: addValuesTo(levels, above) }),
    onWarning: warningsTo(facts),
    onControls: () => warnOfControls(facts),
    onIncomplete: (found) => markIncomplete(facts, found),
  });
}

/**
 * Notes the value that leads to the next page, which may be at a path that is mapped as well. If no path is configured,
 * looks for a usual one.
 */
function watchNextPage(
  { format, recordPath, nextPagePath = format === 'json_feed' ? '/next_url' : undefined }: ReadJsonRequest,
  { facts, onValueAbove }: { facts: ReadFacts } & Pick<JsonScannerOptions, 'onValueAbove'>,
): JsonScannerOptions['onValueAbove'] {
  if (nextPagePath === undefined) {
    if (format === 'ndjson') return onValueAbove;
    const finder = createNextPageFinder(recordPath);
    return (path, value) => {
      finder.note(path, value);
      facts.nextPageField = finder.found;
      onValueAbove?.(path, value);
    };
  }
  return (path, value) => {
    if (path === nextPagePath) facts.nextPage = value.text;
    onValueAbove?.(path, value);
  };
}

function lateValues({ paths }: ReadJsonRequest, { warnings }: ReadFacts) {
  return {
    onLateValue: (slot: number): void =>
      warnOnce(warnings, createSourceWarning('json_value_after_records', { path: paths[slot] ?? '' })),
    onManyValues: (slot: number): void =>
      warnOnce(warnings, createSourceWarning('above_record_many', { path: paths[slot] ?? '' })),
  };
}
