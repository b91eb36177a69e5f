import type { RawRecord } from '@inlet/contracts';
import { peek } from '../decode/peek.js';
import {
  DEFAULT_BATCH_SIZE,
  DEFAULT_OUTLINE_BYTES,
  DEFAULT_READ_LIMITS,
  type DecodedBytes,
  type ReadRequest,
} from '../types.js';
import { warnOnce } from '../warn-once.js';
import { readInWindows } from '../window-reader.js';
import { readAboveRecord } from './read-above-record.js';
import type { Slots } from './record-parser.js';
import { compilePaths, type WantedPaths } from './wanted-paths.js';
import { XmlRecordReader } from './xml-record-reader.js';

/** Reads the records of an XML source of any kind. */
export async function* readXml(
  input: DecodedBytes,
  request: ReadRequest,
): AsyncGenerator<readonly RawRecord[], void, undefined> {
  const { facts } = input;
  const { recordPath, paths, parseOptions, batchSize = DEFAULT_BATCH_SIZE } = request;
  const { namespaces } = parseOptions;
  const limits = { ...DEFAULT_READ_LIMITS, ...request.limits };
  const { warnings } = facts;
  const wanted = compilePaths(paths);
  const { constants, chunks } = await lookAbove(input, { ...request, wanted });

  let found: RawRecord[] = [];
  let record = 0;
  const onRecord = (fields: Slots): boolean => found.push({ record: ++record, fields }) > 0;
  const reader = new XmlRecordReader({
    recordPath,
    wanted,
    namespaces,
    constants,
    limits,
    warnings,
    onRecord,
  });
  const takeBatches = (leave: number): RawRecord[][] => {
    const batches: RawRecord[][] = [];
    let at = 0;
    for (; found.length - at > leave; at += batchSize) batches.push(found.slice(at, at + batchSize));
    found = found.slice(at);
    return batches;
  };
  const counted = (batch: RawRecord[]): RawRecord[] => {
    facts.records += batch.length;
    return batch;
  };

  let fault: { readonly error: unknown } | undefined;
  try {
    for await (const _ of readInWindows(chunks, (window, isLast) => reader.read(window, isLast)))
      for (const batch of takeBatches(batchSize - 1)) yield counted(batch);
    reader.finish();
  } catch (error) {
    fault = { error };
  }
  for (const batch of takeBatches(0)) yield counted(batch);
  if (fault !== undefined) throw fault.error;
}

interface Above {
  readonly constants: Slots;
  readonly chunks: AsyncIterable<Buffer>;
}

/**
 * The values above the record come from the first look, the same bytes each time, because the rows are on their
 * way before the end of the source is known.
 */
async function lookAbove(
  input: DecodedBytes,
  request: ReadRequest & { wanted: WantedPaths },
): Promise<Above> {
  const { wanted, recordPath, parseOptions, paths } = request;
  if (wanted.aboveRecord.length === 0) return { constants: paths.map(() => undefined), chunks: input.chunks };
  const { head, chunks, close } = await peek(input.chunks, DEFAULT_OUTLINE_BYTES);
  const limits = { ...DEFAULT_READ_LIMITS, ...request.limits };
  const { namespaces } = parseOptions;
  let constants: Slots;
  try {
    constants = readAboveRecord({ head, recordPath, wanted, namespaces, limits });
  } catch (error) {
    await close();
    throw error;
  }
  const missing = wanted.aboveRecord.filter((slot) => constants[slot] === undefined);
  if (missing.length > 0)
    warnOnce(input.facts.warnings, {
      code: 'above_record_missing',
      message: `Not found near the beginning of the file, and empty in every row: ${missing.map((slot) => paths[slot]).join(', ')}.`,
    });
  return { constants, chunks };
}
