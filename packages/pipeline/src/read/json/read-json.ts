import type { Format, RawRecord } from '@inlet/contracts';
import { type Block, BlockReader } from '../blocks/block-reader.js';
import { RecordBatches, scanRecords } from '../blocks/record-batches.js';
import { warnOfControls } from '../control-characters.js';
import { append, type OpenField } from '../field-values.js';
import { markIncomplete, type ReadFacts, warnOnce } from '../read-facts.js';
import {
  DEFAULT_OUTLINE_BYTES,
  DEFAULT_READ_LIMITS,
  type DecodedBytes,
  type ReadLimits,
  type ReadRequest,
} from '../types.js';
import { FieldTrie } from './field-trie.js';
import { JsonScanner, type JsonScannerOptions } from './json-scanner.js';

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
 * A path with a leading slash is a value above the records. It must come before them or within the first MiB of the
 * file; otherwise it is undefined and `json_value_after_records` warns.
 *
 * If the text stops being JSON, returns the records before that and warns with `json_malformed`.
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
    const above = indexAboveFields(request.paths);
    await reader.fill(0, above.size > 0 ? DEFAULT_OUTLINE_BYTES : undefined);
    const batches = new RecordBatches(input.facts, request);
    const scanner = createRecordScanner(request, { above, batches, facts: input.facts, head: reader });
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
  return (code, message, position) => warnOnce(facts.warnings, { code, message, ...position });
}

/** Indexes of the fields of each path above the record. */
function indexAboveFields(paths: readonly string[]): Map<string, number[]> {
  const fields = new Map<string, number[]>();
  paths.forEach((path, field) => {
    if (path.startsWith('/')) fields.set(path, [...(fields.get(path) ?? []), field]);
  });
  return fields;
}

interface JsonReading {
  readonly above: ReadonlyMap<string, readonly number[]>;
  readonly batches: RecordBatches;
  readonly facts: ReadFacts;
  /** The first block. */
  readonly head: Block;
}

function createRecordScanner(
  request: ReadJsonRequest,
  { above, batches, facts, head }: JsonReading,
): JsonScanner {
  const known = above.size > 0 ? readValuesAbove(head, request) : new Map<string, OpenField>();
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
    onValueAbove: above.size > 0 ? onValueAbove : undefined,
    onWarning: warningsTo(facts),
    onControls: () => warnOfControls(facts),
    onIncomplete: (found) => markIncomplete(facts, found),
  });
  for (const [path, fields] of above)
    for (const field of fields) scanner.fieldsAbove[field] = known.get(path);
  return scanner;
}

/** The values above the records in a block. Ignores its faults, which reading the records reports. */
function readValuesAbove(block: Block, request: ReadJsonRequest): Map<string, OpenField> {
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
    onControls: () => {},
    onIncomplete: () => {},
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
