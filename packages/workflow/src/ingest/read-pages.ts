import { createSourceWarning, type DecodeHints, type RawRecord } from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import { markIncomplete, type ReadFacts, readRecords, warnOnce } from '@inlet/pipeline';
import type { ReadRowsOptions } from '../ports/change-reader.js';
import type { IncompleteWarning, PageTurn, ReadPage, TurnPage } from '../ports/source-pages.js';

export interface ReadPagesOptions extends ReadRowsOptions {
  readonly paths: readonly string[];
  readonly turnPage: TurnPage<ReadPage>;
}

interface PageRecords {
  readonly records: readonly RawRecord[];
  /** Those of the page that the records are from. */
  readonly hints: DecodeHints;
}

export interface PageReader {
  readonly batches: AsyncIterable<PageRecords>;
  /** Facts of all pages together; format and encoding are those of the first one. */
  readonly facts: ReadFacts;
}

/** Reads the pages of a source as if their records were in one file, each page when the one before it is read. */
export function readPages(bytes: AsyncIterable<Uint8Array>, options: ReadPagesOptions): PageReader {
  const { hints, turnPage, template } = options;
  const { maxSourceBytes, maxRecords } = template.limits;
  const first = readRecords(bytes, { ...options, limits: { maxSourceBytes, maxRecords } });
  const { facts } = first;

  async function* batches(): AsyncGenerator<PageRecords> {
    for await (const records of first.batches) yield { records, hints };
    let read = endOfPage(facts, facts);
    for (;;) {
      const turn = await turnPage(read);
      if (turn.kind === 'page') read = yield* readLaterPage(turn, { ...options, facts });
      else {
        if (turn.incomplete !== null) noteIncomplete(facts, turn.incomplete);
        return;
      }
    }
  }
  return { batches: batches(), facts };
}

type LaterPage = Extract<PageTurn, { kind: 'page' }>;

/** Reads a page within the limits that the pages before it have left, and adds its facts to theirs. */
async function* readLaterPage(
  { bytes, hints }: LaterPage,
  { facts, ...options }: ReadPagesOptions & { readonly facts: ReadFacts },
): AsyncGenerator<PageRecords, ReadPage> {
  const { maxSourceBytes, maxRecords } = options.template.limits;
  const before = { records: facts.records, bytes: facts.bytes };
  const { batches, facts: own } = readRecords(bytes, {
    ...options,
    hints,
    parseOptions: { ...options.parseOptions, format: facts.format },
    limits: { maxSourceBytes: maxSourceBytes - before.bytes, maxRecords: maxRecords - before.records },
  });
  const addSizes = () => {
    facts.records = before.records + own.records;
    facts.bytes = before.bytes + own.bytes;
  };
  try {
    for await (const batch of batches) {
      addSizes();
      const records = batch.map((each) => ({ ...each, record: before.records + each.record }));
      yield { records, hints };
    }
  } catch (error) {
    if (own.records > 0 || !(error instanceof InletError) || !WITHOUT_RECORDS.has(error.code)) throw error;
    if (error.code !== 'source_empty') noteIncomplete(facts, createSourceWarning('pages_left.no_list', {}));
  }
  addSizes();
  for (const warning of own.warnings) warnOnce(facts.warnings, warning);
  if (own.incomplete) markIncomplete(facts, own.incomplete);
  if (own.endsWithLineEnd === false) facts.endsWithLineEnd = false;
  return endOfPage(own, facts);
}

const endOfPage = (page: ReadFacts, { bytes }: ReadFacts): ReadPage => ({
  records: page.records,
  bytes,
  foundNext: page.nextPage,
  nextPageField: page.nextPageField,
});

/** Pages beyond the last one are often empty, or contain a message instead of the list. */
const WITHOUT_RECORDS: ReadonlySet<string> = new Set(['source_empty', 'source_record_path_unknown']);

function noteIncomplete(facts: ReadFacts, warning: IncompleteWarning): void {
  warnOnce(facts.warnings, warning);
  markIncomplete(facts, { reason: warning.code, message: warning.message });
}
