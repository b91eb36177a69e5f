import type { RawRecord } from '@inlet/contracts';
import { readHead } from '@inlet/contracts/stream-head';
import { markIncomplete, warnOnce } from '../read-facts.js';
import {
  DEFAULT_BATCH_SIZE,
  DEFAULT_OUTLINE_BYTES,
  DEFAULT_READ_LIMITS,
  type DecodedBytes,
  type ReadRequest,
} from '../types.js';
import { readInWindows } from '../window-reader.js';
import { type CutRecord, createFeedFieldReader } from './feed-fields.js';
import { readAboveRecord } from './read-above-record.js';
import { isFeedRecord } from './record-boundary.js';
import type { Slots } from './record-parser.js';
import { compilePaths, type WantedPaths } from './wanted-paths.js';
import { faultMessage } from './xml-faults.js';
import { type RecordBases, XmlRecordReader } from './xml-record-reader.js';

/** Reads the records of an XML source of any format. */
export async function* readXml(
  input: DecodedBytes,
  request: ReadRequest,
): AsyncGenerator<readonly RawRecord[], void, undefined> {
  const { facts } = input;
  const { recordPath, paths, parseOptions, batchSize = DEFAULT_BATCH_SIZE } = request;
  const { namespaces } = parseOptions;
  const { warnings } = facts;
  const limits = { ...DEFAULT_READ_LIMITS, ...request.limits };
  const sourceUrl = request.hints?.baseUrl ?? undefined;
  const isRssItem = facts.format === 'rss' && isFeedRecord('rss', recordPath);
  const wanted = compilePaths(paths, { isRssItem });
  const { constants, chunks } = await readConstants(input, request, wanted);
  const feedFields = createFeedFieldReader({ format: facts.format, recordPath, paths, warnings });

  let found: RawRecord[] = [];
  /** Records of the current window whose feed fields are not read yet. */
  let cuts: { readonly fields: Slots; readonly cut: CutRecord }[] = [];
  let record = 0;
  const onRecord = (fields: Slots, { baseUrl, fieldBaseUrls }: RecordBases): boolean => {
    record += 1;
    found.push({ record, fields, baseUrl: baseUrl ?? sourceUrl, fieldBaseUrls });
    if (feedFields !== null) cuts.push({ fields, cut: reader.cutRecord() });
    return true;
  };
  const reader = new XmlRecordReader({
    recordPath,
    wanted,
    namespaces,
    constants,
    limits,
    warnings,
    baseUrl: sourceUrl,
    onRecord,
  });
  const fillFeedFields = async (): Promise<void> => {
    for (const { fields, cut } of cuts) await feedFields?.fill(fields, cut);
    cuts = [];
  };
  const takeBatches = (leave: number): RawRecord[][] => {
    const batches: RawRecord[][] = [];
    let at = 0;
    for (; found.length - at > leave; at += batchSize) batches.push(found.slice(at, at + batchSize));
    found = found.slice(at);
    return batches;
  };
  const countRecords = (batch: RawRecord[]): RawRecord[] => {
    facts.records += batch.length;
    return batch;
  };

  let fault: { readonly error: unknown } | undefined;
  try {
    for await (const _ of readInWindows(chunks, (window, isLast) => reader.read(window, isLast))) {
      if (cuts.length > 0) await fillFeedFields();
      for (const batch of takeBatches(batchSize - 1)) yield countRecords(batch);
    }
    reader.finish();
    if (reader.isIncomplete)
      markIncomplete(facts, { reason: 'root_open', message: faultMessage('xml_truncated') });
  } catch (error) {
    fault = { error };
  }
  if (cuts.length > 0) await fillFeedFields();
  for (const batch of takeBatches(0)) yield countRecords(batch);
  if (fault !== undefined) throw fault.error;
}

interface Constants {
  /** The values above the record, one entry per path. */
  readonly constants: Slots;
  readonly chunks: AsyncIterable<Buffer>;
}

/**
 * Reads the values above the record from the head of the source, always the same bytes, because rows are handed out
 * before the end of the source is known.
 */
async function readConstants(
  input: DecodedBytes,
  request: ReadRequest,
  wanted: WantedPaths,
): Promise<Constants> {
  const { recordPath, parseOptions, paths } = request;
  if (wanted.aboveRecord.length === 0) return { constants: paths.map(() => undefined), chunks: input.chunks };
  const source = await readHead(input.chunks, { minBytes: DEFAULT_OUTLINE_BYTES });
  const limits = { ...DEFAULT_READ_LIMITS, ...request.limits };
  const { namespaces } = parseOptions;
  let constants: Slots;
  try {
    if (source.reason === 'failed' && source.chunks.length === 0) throw source.error;
    const head = Buffer.concat(source.chunks).subarray(0, DEFAULT_OUTLINE_BYTES);
    constants = readAboveRecord({ head, recordPath, wanted, namespaces, limits });
  } catch (error) {
    await source.close();
    throw error;
  }
  const missing = wanted.aboveRecord.filter((slot) => constants[slot] === undefined);
  if (missing.length > 0)
    warnOnce(input.facts.warnings, {
      code: 'above_record_missing',
      message: `Not found near the beginning of the file, and empty in every row: ${missing.map((slot) => paths[slot]).join(', ')}.`,
    });
  return { constants, chunks: source.all };
}
