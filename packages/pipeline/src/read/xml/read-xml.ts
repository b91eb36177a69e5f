import { createSourceWarning, type RawRecord, SOURCE_WARNINGS } from '@inlet/contracts';
import { EnclosingLevels } from '../enclosing-levels.js';
import { markIncomplete, noteTooLarge, type ReadFacts, warnOnce } from '../read-facts.js';
import { DEFAULT_BATCH_SIZE, DEFAULT_READ_LIMITS, type DecodedBytes, type ReadRequest } from '../types.js';
import { readInWindows } from '../window-reader.js';
import { type CutRecord, createFeedFieldReader } from './feed-fields.js';
import { isFeedRecord } from './record-boundary.js';
import type { Slots } from './record-parser.js';
import { compilePaths } from './wanted-paths.js';
import { type RecordDetails, XmlRecordReader } from './xml-record-reader.js';

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
  const wanted = compilePaths(paths, recordPath, { isRssItem });
  const levels = new EnclosingLevels({ paths: wanted.above, ...warningsAbove(facts, paths) });
  const feedFields = createFeedFieldReader({ format: facts.format, recordPath, paths, warnings });

  let found: RawRecord[] = [];
  /** Records of the current window whose feed fields are not read yet. */
  let cuts: { readonly fields: Slots; readonly cut: CutRecord }[] = [];
  let record = 0;
  const onRecord = (
    fields: Slots,
    { baseUrl, fieldBaseUrls, oversized, isTooLarge }: RecordDetails,
  ): void => {
    record += 1;
    found.push({ record, fields, baseUrl: baseUrl ?? sourceUrl, fieldBaseUrls, oversized, isTooLarge });
    if (isTooLarge) noteTooLarge(facts);
    else if (feedFields !== null) cuts.push({ fields, cut: reader.cutRecord() });
  };
  const reader = new XmlRecordReader({
    recordPath,
    wanted,
    namespaces,
    levels,
    limits,
    warnings,
    baseUrl: sourceUrl,
    onRecord,
    onNextPage: (link) => {
      facts.nextPage ??= link;
    },
  });
  const fillFeedFields = async (): Promise<void> => {
    for (const { fields, cut } of cuts) await feedFields?.fill(fields, cut);
    cuts = [];
  };
  /** Takes full batches, and in the end the rest, of the records that have their values above. */
  const takeBatches = (leave: number): RawRecord[][] => {
    const batches: RawRecord[][] = [];
    const ready = found.length - (record - levels.readyRecords);
    let at = 0;
    for (; ready - at > leave; at += batchSize) batches.push(found.slice(at, at + batchSize));
    if (at > 0) found = found.slice(at);
    return batches;
  };
  const countRecords = (batch: RawRecord[]): RawRecord[] => {
    facts.records += batch.length;
    return batch;
  };

  let fault: { readonly error: unknown } | undefined;
  try {
    for await (const _ of readInWindows(input.chunks, (window, isLast) => reader.read(window, isLast))) {
      if (cuts.length > 0) await fillFeedFields();
      for (const batch of takeBatches(batchSize - 1)) yield countRecords(batch);
    }
    reader.finish();
    if (reader.isIncomplete)
      markIncomplete(facts, { reason: 'root_open', message: SOURCE_WARNINGS.xml_truncated });
  } catch (error) {
    fault = { error };
  }
  levels.leave(0);
  if (fault === undefined) warnOfMissing(facts, paths, levels);
  if (cuts.length > 0) await fillFeedFields();
  for (const batch of takeBatches(0)) yield countRecords(batch);
  if (fault !== undefined) throw fault.error;
}

function warningsAbove(facts: ReadFacts, paths: readonly string[]) {
  const warnAt = (code: 'xml_value_after_records' | 'above_record_many') => (slot: number) =>
    warnOnce(facts.warnings, createSourceWarning(code, { path: paths[slot] ?? '' }));
  return { onLateValue: warnAt('xml_value_after_records'), onManyValues: warnAt('above_record_many') };
}

function warnOfMissing(facts: ReadFacts, paths: readonly string[], { missingSlots }: EnclosingLevels): void {
  if (missingSlots.length === 0) return;
  const missing = missingSlots.map((slot) => paths[slot]).join(', ');
  warnOnce(facts.warnings, createSourceWarning('above_record_missing', { paths: missing }));
}
