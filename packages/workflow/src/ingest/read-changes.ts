import {
  type ChangeDetection,
  createSourceWarning,
  type IncompleteRead,
  type Issue,
  type RunCounts,
  type RunIssue,
  type SourceWarning,
} from '@inlet/contracts';
import { NO_COUNTS } from '@inlet/contracts/no-counts';
import { BY_CONTENT, findChurn, type IdentityDecision, type ItemChange, ItemState } from '@inlet/pipeline';
import type { ReadChanges, ReadChangesRequest, ReadPiece } from '../ports/change-reader.js';
import { type ComparedPage, readOnePage, type TurnPage } from '../ports/source-pages.js';
import { createBatchWriter } from './batch-writer.js';
import { comparePages } from './compare-pages.js';
import { createRowComparison } from './compare-rows.js';
import { createEmptiedCells } from './emptied-cells.js';
import { createFirstRunSelection } from './first-run-selection.js';
import { identityWarnings } from './identity-warnings.js';
import { rekeyedJson, removedJson, rowHead } from './row-json.js';
import { type RowReader, readRows, type SourceRow, warningsOf } from './source-rows.js';

/** Items that left the source are remembered this long, so that one that comes back does not count as new. */
const REMEMBER_DAYS = 180;
const ISSUES_AT_ONCE = 500;
const PROGRESS_RECORDS = 1024;
/** Missing items that are named if the run is held. */
const EXAMPLES = 5;

/** Reads on the calling thread. */
export const readChanges: ReadChanges = (bytes, request, { turnPage = readOnePage } = {}) => {
  const writer = createBatchWriter(request.batch);
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
  const counts = { ...NO_COUNTS };
  let issues: RunIssue[] = [];
  let countsBeforePage = counts;
  let issuesOfRepeating: RunIssue[] = [];
  // A page that a server sends again, since it ignores the number, is not part of the source.
  const pages = comparePages(request.turnPage, (isRepeated) => {
    if (isRepeated) Object.assign(counts, countsBeforePage);
    else issues = joinIssues(issues, issuesOfRepeating);
    countsBeforePage = { ...counts };
    issuesOfRepeating = [];
  });
  const rows = readRows(bytes, request.rows, pages.turn);
  const { identity } = request.rows;
  const comparison = createRowComparison({ rows, items, identity, today });
  const unseen = request.isRekey ? items.indexByBareContent() : null;
  const firstRun = createFirstRunSelection(request);
  const emptied = createEmptiedCells(request.rows.template.columns);
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
  /** Adds a row to the batch. Yields the batch first if it is full. */
  function* send(...json: readonly string[]): Generator<ReadPiece> {
    if (writer.add(...json)) return;
    yield takeBatch();
    writer.add(...json);
  }

  for await (const batch of rows.batches) {
    for (const source of batch) {
      counts.records += 1;
      if (source.isExcluded) {
        counts.excluded += 1;
        comparison.exclude(source);
        continue;
      }
      emptied.note(source.row);
      const isSeen = !source.row.isValid && items.hasSeen(source.rowKey);
      const { change, rowKey } = source.row.isValid ? comparison.compare(source) : keepInvalid(source, items);
      pages.note(change === 'repeated' || isSeen ? 'duplicate' : change, rowKey);
      const isKnown = change === 'updated' || change === 'unchanged';
      const isFirstSending = isKnown && items.isLastUnsent && isWanted(change, changeDetection);
      const replaced = unseen && change === 'created' ? comparison.takeOver(source, unseen) : null;
      // Receivers do not know items that were never sent: such an item gets another key in silence.
      const staysUnsent = replaced?.isUnsent === true && replaced.isSame;
      const taken = replaced?.isUnsent ? null : replaced;
      const sent = staysUnsent ? 'unchanged' : isFirstSending ? 'created' : change;
      const found = countRow(counts, { source, rowKey, change: taken ? changeOfTaken(taken) : sent });
      if (pages.isRepeating) {
        if (found) issuesOfRepeating.push(...found);
        continue;
      }
      issues = joinIssues(issues, issuesOfRepeating);
      issuesOfRepeating = [];
      if (found) issues.push(...found);
      if (taken) {
        yield* send(rekeyedJson({ rowKey, previousRowKey: taken.rowKey, version }));
        if (taken.isSame) continue;
      }
      if (!isWanted(change, changeDetection)) continue;
      if (staysUnsent || (change === 'created' && !replaced && !firstRun.sends({ source, rowKey }))) {
        items.setSent(rowKey, false);
        continue;
      }
      if (isFirstSending) items.setSent(rowKey, true);
      const head = rowHead(source, {
        rowKey,
        change: taken ? 'updated' : isFirstSending ? 'created' : change,
        version,
      });
      if (writer.add(head, source.values, '}')) continue;
      yield takeBatch();
      writer.add(head, source.values, '}');
    }
    counts.bytes = rows.facts.bytes;
    counts.empty = rows.emptyRecords();
    if (issues.length >= ISSUES_AT_ONCE) yield takeIssues();
    if (counts.records - recordsAtProgress < PROGRESS_RECORDS) continue;
    recordsAtProgress = counts.records;
    yield { kind: 'progress', counts: { ...counts } };
  }
  for (const { source, rowKey } of firstRun.take()) {
    items.setSent(rowKey, true);
    yield* send(rowHead(source, { rowKey, change: 'created', version }), source.values, '}');
  }
  counts.notSent = firstRun.notSent;
  counts.created -= firstRun.notSent;
  const { incomplete } = rows.facts;
  // Items may be missing only because the source was not read to its end, or not all of its pages were.
  const missingItems = incomplete || pages.hasEndedEarly ? 0 : items.unseenKnown;
  const excludedItems = incomplete ? 0 : items.excludedKnown;
  const unreported = incomplete && changeDetection.removed ? items.unseenKnown + items.excludedKnown : 0;
  const churn = request.isRekey || incomplete || pages.hasEndedEarly ? null : findChurn(items);
  const missingExamples = firstOf(missingItems > 0 ? items.unseen() : [], EXAMPLES);
  const excludedExamples = firstOf(excludedItems > 0 ? items.excludedKeys() : [], EXAMPLES);
  if (changeDetection.removed) {
    // Removed rows have their own batches, so that a person who releases a held run can leave them out.
    if (missingItems + excludedItems > 0 && writer.rows > 0) yield takeBatch();
    const removals = [missingItems > 0 ? items.unseen() : [], excludedItems > 0 ? items.dropExcluded() : []];
    for (const removed of removals) {
      for (const rowKey of removed) {
        counts.removed += 1;
        yield* send(removedJson(rowKey, version));
      }
    }
  }
  if (!pages.hasEndedEarly && !request.keepsUnseen)
    items.dropUnseen(forgetBefore({ changeDetection, incomplete, today }));
  if (writer.rows > 0) yield takeBatch();
  if (issues.length > 0) yield takeIssues();
  yield {
    kind: 'end',
    counts: { ...counts, bytes: rows.facts.bytes, empty: rows.emptyRecords() },
    warnings: [
      ...warningsOf(rows, { hasRows: counts.records > 0 }),
      ...notRemovedWarnings(unreported),
      ...identityWarnings(comparison, identity),
    ],
    incomplete,
    endsWithLineEnd: rows.facts.endsWithLineEnd,
    identity: provenIdentity(comparison.decide(), { rows, counts }),
    churn,
    missingItems,
    missingExamples,
    excludedItems,
    excludedExamples,
    emptiedColumns: emptied.columns(),
    knownItems: items.size,
    items: items.pack(),
    mappedPaths: rows.mappedPaths,
    pathsWithValues: rows.pathsWithValues(),
  };
}

/**
 * Jobs that began before paths were chosen for their format have the basis of the id, but the content identifies their
 * rows. Known rows without changes prove it.
 */
const provenIdentity = (
  identity: IdentityDecision,
  { rows, counts }: { rows: RowReader; counts: RunCounts },
): IdentityDecision =>
  rows.identity().basis === 'content' && counts.unchanged > 0
    ? { ...BY_CONTENT, isGuessRight: true }
    : identity;

interface EndOfSource extends Pick<ReadChangesRequest, 'changeDetection' | 'today'> {
  readonly incomplete: IncompleteRead | null;
}

/** Items that this run has not seen are forgotten if they were last seen before this day. */
function forgetBefore({ changeDetection, incomplete, today }: EndOfSource): number {
  if (!changeDetection.removed) return today - REMEMBER_DAYS;
  return incomplete ? 0 : Number.MAX_SAFE_INTEGER;
}

const notRemovedWarnings = (items: number): SourceWarning[] =>
  items === 0 ? [] : [createSourceWarning('removals_not_reported', { n: items })];

function firstOf<Item>(items: Iterable<Item>, count: number): Item[] {
  const first: Item[] = [];
  for (const item of items) {
    if (first.length === count) break;
    first.push(item);
  }
  return first;
}

/** A known item that is invalid now keeps its known content. */
function keepInvalid({ rowKey }: SourceRow, items: ItemState): { change: 'invalid'; rowKey: string } {
  items.keep(rowKey);
  return { change: 'invalid', rowKey };
}

type RowOutcome = ItemChange | 'invalid' | 'rekeyed' | 'rekeyed_and_updated';

const changeOfTaken = ({ isSame }: { isSame: boolean }): RowOutcome =>
  isSame ? 'rekeyed' : 'rekeyed_and_updated';

function isWanted(
  change: ItemChange | 'invalid',
  { send }: ChangeDetection,
): change is 'created' | 'updated' | 'unchanged' {
  if (change === 'invalid' || change === 'duplicate' || change === 'repeated') return false;
  if (send === 'all') return true;
  if (send === 'new') return change === 'created';
  return change !== 'unchanged';
}

interface CountedRow {
  readonly source: SourceRow;
  readonly rowKey: string;
  readonly change: RowOutcome;
}

/** Counts a row and returns its issues, if there are any. */
function countRow(counts: RunCounts, { source, rowKey, change }: CountedRow): RunIssue[] | undefined {
  if (change === 'invalid') counts.invalid += 1;
  else counts.valid += 1;
  if (change === 'created') counts.created += 1;
  else if (change === 'unchanged') counts.unchanged += 1;
  if (change === 'updated' || change === 'rekeyed_and_updated') counts.updated += 1;
  if (change === 'rekeyed' || change === 'rekeyed_and_updated') counts.rekeyed += 1;
  const isDuplicate = change === 'duplicate' || change === 'repeated';
  if (isDuplicate) counts.duplicates += 1;
  const issues = isDuplicate ? [...(source.row.issues ?? []), DUPLICATE] : source.row.issues;
  if (!issues) return undefined;
  counts.warnings += issues.filter(({ severity }) => severity === 'warning').length;
  counts.issues += issues.length;
  return issues.map((issue) => ({ ...issue, record: source.row.record, rowKey }));
}

const joinIssues = (some: RunIssue[], others: readonly RunIssue[]): RunIssue[] =>
  others.length === 0 ? some : [...some, ...others];

const DUPLICATE: Issue = {
  columnKey: null,
  code: 'duplicate_identity',
  message: 'An earlier record of this file is the same item; only the first one counts.',
  severity: 'warning',
};
