import type { ErrorSummary, RunIssue } from '@inlet/contracts';
import type { RejectedRow } from '@inlet/delivery';
import { createIssueLog, PAGE_ISSUES } from '../ingest/issue-log.js';
import { parseRows } from '../ingest/row-json.js';
import type { Context } from '../ports/context.js';
import { type Delivery, type Run, type RunAttemptRef, runRef } from '../ports/model.js';
import type { PageRange } from '../ports/store.js';

/** A rejected row with the number of its record in the source; null for a removed row. */
export interface RejectedBatchRow extends RejectedRow {
  readonly record: number | null;
}

/** Follows all pages that ingesting a source can create. */
const FIRST_PAGE = 10_000_000;
/** Room for the 20 messages that are read for each of 5,000 rows. */
const PAGES_PER_BATCH = 200;

/** Finds the rejected rows in a batch: each once, without those that the batch does not contain. */
export function matchRejectedRows(rejected: readonly RejectedRow[], batch: Buffer): RejectedBatchRow[] {
  if (rejected.length === 0) return [];
  const records = new Map(parseRows(batch).map(({ rowKey, record }) => [rowKey, record]));
  const seen = new Set<string>();
  return rejected
    .filter(({ rowKey }) => records.has(rowKey) && !seen.has(rowKey) && seen.add(rowKey))
    .map((row) => ({ ...row, record: records.get(row.rowKey) ?? null }));
}

interface BatchOfRun {
  readonly run: Run;
  readonly delivery: Delivery;
}

export interface BatchRejections extends BatchOfRun {
  /** The batch that the receiver acknowledged. */
  readonly content: Buffer;
  readonly rows: readonly RejectedBatchRow[];
  /** Why the acknowledgement could not be read; null if it could. */
  readonly unreadable: ErrorSummary | null;
}

/**
 * Stores rejected rows as issues of the run, with the receiver's messages, and an acknowledgement that could not be
 * read as one issue. Each batch has its own pages. The answer to a replay counts from then on for the rows that it has:
 * their issues replace the earlier ones of the replayed batch.
 */
export async function logAcknowledgement(context: Context, options: BatchRejections): Promise<void> {
  const { run, delivery, content, rows, unreadable } = options;
  const issues = [...rows.flatMap(toIssues), ...(unreadable ? [toUnreadableIssue(unreadable)] : [])];
  if (delivery.replayOf === null) return storeIssues(context, { run, delivery, issues });
  const { projectId, replayOf: deliveryId } = delivery;
  const replayed = await context.store.deliveries.get({ projectId, deliveryId });
  if (!replayed || (replayed.rowsRejected === 0 && issues.length === 0)) return;
  const sent = new Set(parseRows(content).map(({ rowKey }) => rowKey));
  const before = await readBatchIssues(context, { run, delivery: replayed });
  const after = [...before.filter(({ rowKey }) => rowKey === null || !sent.has(rowKey)), ...issues];
  await storeIssues(context, { run, delivery: replayed, issues: after });
  await context.store.issues.removePages(attemptOf(run), {
    start: pagesOf(replayed).start + Math.ceil(after.length / PAGE_ISSUES),
    end: pagesOf(replayed).end,
  });
  const { size } = new Set(after.flatMap(({ rowKey }) => rowKey ?? []));
  await context.store.deliveries.setRowsRejected({ projectId, deliveryId }, size);
}

/** Keys of the rows of a batch that the receiver rejects, by its latest answer to each. */
export async function readRejectedRowKeys(
  context: Pick<Context, 'store'>,
  batch: BatchOfRun,
): Promise<ReadonlySet<string>> {
  const issues = await readBatchIssues(context, batch);
  return new Set(issues.flatMap(({ rowKey }) => rowKey ?? []));
}

const attemptOf = (run: Run): RunAttemptRef => ({ ...runRef(run), runAttempt: run.stagedAttempt });

function pagesOf({ number }: Delivery): PageRange {
  const start = FIRST_PAGE + number * PAGES_PER_BATCH;
  return { start, end: start + PAGES_PER_BATCH };
}

/** Issues with the receiver's messages about the rows of a batch, by its latest answer to each. */
export async function readBatchIssues(
  context: Pick<Context, 'store'>,
  { run, delivery }: BatchOfRun,
): Promise<RunIssue[]> {
  const issues: RunIssue[] = [];
  for await (const page of context.store.issues.stream(attemptOf(run), pagesOf(delivery)))
    issues.push(...page);
  return issues;
}

async function storeIssues(
  context: Context,
  { run, delivery, issues }: BatchOfRun & { readonly issues: readonly RunIssue[] },
): Promise<void> {
  const log = createIssueLog(context, { run, firstPage: pagesOf(delivery).start });
  await log.add(issues);
  await log.close();
}

/** A row of the batch may be rejected, so the issue is about none of them. */
const toUnreadableIssue = ({ title, detail }: ErrorSummary): RunIssue => ({
  record: 0,
  rowKey: null,
  columnKey: null,
  code: 'acknowledgement_unreadable',
  message: detail === undefined ? title : `${title}: ${detail}`,
  severity: 'warning',
});

const toIssues = ({ rowKey, record, errors }: RejectedBatchRow): RunIssue[] =>
  errors.map(({ columnKey, message }) => ({
    record: record ?? 0,
    rowKey,
    columnKey,
    code: 'rejected_by_receiver',
    message,
    severity: 'error',
  }));
