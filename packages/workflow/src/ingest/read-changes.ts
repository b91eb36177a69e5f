import type {
  ChangeDetection,
  IncompleteRead,
  Issue,
  RowChange,
  RunCounts,
  RunIssue,
  SourceWarning,
} from '@inlet/contracts';
import { NO_COUNTS } from '@inlet/contracts/no-counts';
import { contentDigest, type ItemChange, ItemState } from '@inlet/pipeline';
import type { ReadChanges, ReadChangesRequest, ReadPiece } from '../ports/change-reader.js';
import { type ComparedPage, readOnePage, type TurnPage } from '../ports/page-turner.js';
import { createBatchWriter } from './batch-writer.js';
import { comparePages } from './compare-pages.js';
import { readRows, type SourceRow, warningsOf } from './source-rows.js';

/** Items that left the source are remembered this long, so that one that comes back does not count as new. */
const REMEMBER_DAYS = 180;
const ISSUES_AT_ONCE = 500;
const PROGRESS_RECORDS = 1024;
/** Missing items that are named if the run is held. */
const EXAMPLES = 5;

/** Reads on the calling thread. */
export const readChanges: ReadChanges = (bytes, request, { turnPage = readOnePage } = {}) => {
  const { rowsPerBatch: maxRows, rows } = request;
  const writer = createBatchWriter({ maxRows, maxBytes: rows.maxBatchBytes });
  return {
    [Symbol.asyncIterator]: () => readPieces(bytes, { ...request, writer, turnPage }),
    recycle: (body) => writer.recycle(body),
  };
};

interface ReadPiecesOptions extends ReadChangesRequest {
  readonly writer: ReturnType<typeof createBatchWriter>;
  readonly turnPage: TurnPage<ComparedPage>;
}

async function* readPieces(
  bytes: AsyncIterable<Uint8Array>,
  request: ReadPiecesOptions,
): AsyncGenerator<ReadPiece, void, undefined> {
  const { writer, changeDetection, today, version } = request;
  const items = ItemState.parse(request.items);
  const pages = comparePages(request.turnPage);
  const rows = readRows(bytes, request.rows, pages.turn);
  const counts = { ...NO_COUNTS };
  let issues: RunIssue[] = [];
  let recordsAtProgress = 0;
  const takeBatch = (): ReadPiece => {
    counts.batches += 1;
    return { kind: 'batch', rows: writer.rows, body: writer.take(), counts: { ...counts } };
  };
  const takeIssues = (): ReadPiece => {
    const taken = issues;
    issues = [];
    return { kind: 'issues', issues: taken, counts: { ...counts } };
  };

  for await (const batch of rows.batches) {
    for (const row of batch) {
      const change = compareRow(row, items, today);
      pages.note(change);
      const found = countRow(counts, row, change);
      if (found) issues.push(...found);
      if (!isWanted(change, changeDetection)) continue;
      const head = rowHead(row, { change, version });
      if (writer.add(head, row.values, '}')) continue;
      yield takeBatch();
      writer.add(head, row.values, '}');
    }
    counts.bytes = rows.facts.bytes;
    counts.empty = rows.emptyRecords();
    if (issues.length >= ISSUES_AT_ONCE) yield takeIssues();
    if (counts.records - recordsAtProgress < PROGRESS_RECORDS) continue;
    recordsAtProgress = counts.records;
    yield { kind: 'progress', counts: { ...counts } };
  }
  const { incomplete } = rows.facts;
  // Items may be missing only because the source was not read to its end, or not all of its pages were.
  const missingItems = incomplete || pages.hasEndedEarly ? 0 : items.unseenKnown;
  const unreported = incomplete && changeDetection.removed ? items.unseenKnown : 0;
  const missingExamples = firstOf(missingItems > 0 ? items.unseen() : [], EXAMPLES);
  if (changeDetection.removed && missingItems > 0) {
    // Removed rows have their own batches, so that a person who releases a held run can leave them out.
    if (writer.rows > 0) yield takeBatch();
    counts.removed = missingItems;
    for (const rowKey of items.unseen()) {
      const json = removedJson(rowKey, version);
      if (writer.add(json)) continue;
      yield takeBatch();
      writer.add(json);
    }
  }
  if (!pages.hasEndedEarly) items.dropUnseen(forgetBefore({ changeDetection, incomplete, today }));
  if (writer.rows > 0) yield takeBatch();
  if (issues.length > 0) yield takeIssues();
  yield {
    kind: 'end',
    counts: { ...counts, bytes: rows.facts.bytes, empty: rows.emptyRecords() },
    warnings: [...warningsOf(rows, { hasRows: counts.records > 0 }), ...notRemovedWarnings(unreported)],
    incomplete,
    missingItems,
    missingExamples,
    knownItems: items.size,
    items: items.pack(),
    mappedPaths: rows.mappedPaths,
    pathsWithValues: rows.pathsWithValues(),
  };
}

interface EndOfSource extends Pick<ReadChangesRequest, 'changeDetection' | 'today'> {
  readonly incomplete: IncompleteRead | null;
}

/** Items that this run has not seen are forgotten if they were last seen before this day. */
function forgetBefore({ changeDetection, incomplete, today }: EndOfSource): number {
  if (!changeDetection.removed) return today - REMEMBER_DAYS;
  return incomplete ? 0 : Number.MAX_SAFE_INTEGER;
}

const notRemovedWarnings = (items: number): SourceWarning[] =>
  items === 0
    ? []
    : [
        {
          code: 'removals_not_reported',
          message: `${items} known items are missing from what was read. They are not reported as removed, because the source was not read to its end.`,
        },
      ];

function firstOf<Item>(items: Iterable<Item>, count: number): Item[] {
  const first: Item[] = [];
  for (const item of items) {
    if (first.length === count) break;
    first.push(item);
  }
  return first;
}

type ComparedRow = ItemChange | 'invalid';

/** Compares a row with the item state, and updates that. */
function compareRow({ row, rowKey, values }: SourceRow, items: ItemState, today: number): ComparedRow {
  if (row.isValid) return items.compare(rowKey, contentDigest(values), today);
  items.keep(rowKey);
  return 'invalid';
}

function isWanted(
  change: ComparedRow,
  { send }: ChangeDetection,
): change is 'created' | 'updated' | 'unchanged' {
  if (change === 'invalid' || change === 'duplicate') return false;
  if (send === 'all') return true;
  if (send === 'new') return change === 'created';
  return change !== 'unchanged';
}

/** The JSON of a row up to its values, which are appended separately to save a copy. */
const rowHead = (
  { row, rowKey }: SourceRow,
  { change, version }: { change: RowChange; version: number },
): string =>
  `{"rowKey":"${rowKey}","change":"${change}","version":${version},"record":${row.record},"values":`;

const removedJson = (rowKey: string, version: number): string =>
  `{"rowKey":"${rowKey}","change":"removed","version":${version},"record":null,"values":null}`;

/** Counts a row and returns its issues, if there are any. */
function countRow(counts: RunCounts, source: SourceRow, change: ComparedRow): RunIssue[] | undefined {
  counts.records += 1;
  if (change === 'invalid') counts.invalid += 1;
  else counts.valid += 1;
  if (change === 'created') counts.created += 1;
  else if (change === 'updated') counts.updated += 1;
  else if (change === 'unchanged') counts.unchanged += 1;
  else if (change === 'duplicate') counts.duplicates += 1;
  const issues = change === 'duplicate' ? [...(source.row.issues ?? []), DUPLICATE] : source.row.issues;
  if (!issues) return undefined;
  counts.warnings += issues.filter(({ severity }) => severity === 'warning').length;
  counts.issues += issues.length;
  const { rowKey } = source;
  return issues.map((issue) => ({ ...issue, record: source.row.record, rowKey }));
}

const DUPLICATE: Issue = {
  columnKey: null,
  code: 'duplicate_identity',
  message: 'An earlier record of this file is the same item; only the first one counts.',
  severity: 'warning',
};
