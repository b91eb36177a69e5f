import type { Format, RawRecord } from '@inlet/contracts';
import {
  DEFAULT_OUTLINE_BYTES,
  DEFAULT_READ_LIMITS,
  type DecodedBytes,
  type ReadFacts,
  type ReadLimits,
  type ReadRequest,
} from '../types.js';
import { warnOnce } from '../warn-once.js';
import { type Block, BlockReader } from './block-reader.js';
import { FieldTrie } from './field-trie.js';
import { append, type OpenField } from './json-record.js';
import { JsonScanner, type JsonScannerOptions } from './json-scanner.js';
import { RecordBatches, scanRecords } from './record-batches.js';

export type JsonFormat = Extract<Format, 'json' | 'ndjson' | 'json_feed'>;
export type ReadJsonRequest = ReadRequest & { readonly format: JsonFormat };

/** Deeper nesting is refused whatever the limit says, because it is read by recursion. */
const DEEPEST = 1000;

/**
 * Reads the records of a JSON document (`/items`, `/data/products`; `/` for a list at the root, or a root object
 * that is itself the one record), or of NDJSON, where a line that is not JSON is left out with a warning.
 *
 * Paths are keys joined by `/`. Arrays inside a record repeat their path (`tags`, `authors/name`), arrays of
 * arrays as if they were one; `.` is the record itself, where it is a plain value. Texts are unescaped, numbers
 * are as they stand in the file, `null` is undefined, an object gives its JSON. Of a key that comes twice the last
 * counts.
 *
 * A path with a leading slash is a value above the records. It must come before them or within the first MiB of
 * the file; else it is undefined, and `json_value_after_records` warns.
 *
 * Where the text stops being JSON, the records before that are given, then `json_malformed` warns.
 *
 * @throws InletError `source_malformed` with `line` and `column` if not one record could be read; `source_too_deep`,
 * `source_record_too_large`, `source_too_large`, `source_record_path_unknown`, `source_empty`, and what the source
 * throws.
 */
export async function* readJson(
  input: DecodedBytes,
  request: ReadJsonRequest,
): AsyncGenerator<readonly RawRecord[]> {
  const reader = new BlockReader(input.chunks);
  try {
    const above = aboveFields(request.paths);
    await reader.fill(0, above.size > 0 ? DEFAULT_OUTLINE_BYTES : undefined);
    const batches = new RecordBatches(input.facts, request);
    const scanner = recordScanner(request, { above, batches, facts: input.facts, firstLook: reader });
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

export function warningsTo(facts: ReadFacts): JsonScannerOptions['onWarning'] {
  return (code, message, place) => warnOnce(facts.warnings, { code, message, ...place });
}

/** The fields of each path above the record. */
function aboveFields(paths: readonly string[]): Map<string, number[]> {
  const fields = new Map<string, number[]>();
  paths.forEach((path, field) => {
    if (path.startsWith('/')) fields.set(path, [...(fields.get(path) ?? []), field]);
  });
  return fields;
}

function recordScanner(
  request: ReadJsonRequest,
  source: { above: Map<string, number[]>; batches: RecordBatches; facts: ReadFacts; firstLook: Block },
): JsonScanner {
  const { above, batches, facts, firstLook } = source;
  const known = above.size > 0 ? valuesAbove(firstLook, request) : new Map<string, OpenField>();
  const onValueAbove: JsonScannerOptions['onValueAbove'] = (path, { text, isRepeat }) => {
    const fields = above.get(path);
    if (fields === undefined || known.has(path)) return;
    if (scanner.records > 0) {
      warnOfLateValue(facts, path);
      return;
    }
    for (const field of fields) {
      scanner.fieldsAbove[field] = isRepeat ? append(scanner.fieldsAbove[field], text) : text;
    }
  };
  const scanner: JsonScanner = new JsonScanner({
    ...scannerLimits(request.limits),
    recordPath: request.recordPath,
    isNdjson: request.format === 'ndjson',
    trie: new FieldTrie({ paths: request.paths }),
    onRecord: (fields) => batches.push(fields),
    ...(above.size > 0 ? { onValueAbove } : {}),
    onWarning: warningsTo(facts),
  });
  for (const [path, fields] of above)
    for (const field of fields) scanner.fieldsAbove[field] = known.get(path);
  return scanner;
}

/** The values above the records in a block. What is wrong with the block is found when it is read for good. */
function valuesAbove(block: Block, request: ReadJsonRequest): Map<string, OpenField> {
  const values = new Map<string, OpenField>();
  const scanner = new JsonScanner({
    ...scannerLimits(request.limits),
    recordPath: request.recordPath,
    isNdjson: request.format === 'ndjson',
    trie: new FieldTrie({ paths: [] }),
    onRecord: () => {},
    onValueAbove: (path, { text, isRepeat }) => {
      if (request.paths.includes(path)) values.set(path, isRepeat ? append(values.get(path), text) : text);
    },
    onWarning: () => {},
  });
  try {
    scanner.scan(block);
  } catch {
    return values;
  }
  return values;
}

function warnOfLateValue(facts: ReadFacts, path: string): void {
  warnOnce(facts.warnings, {
    code: 'json_value_after_records',
    message: `${path} comes after the records and too far into the file, so no record has its value.`,
  });
}
