import type { RunIssue } from '@inlet/contracts';
import type { RejectedRow } from '@inlet/delivery';
import { createIssueLog } from '../ingest/issue-log.js';
import type { Context } from '../ports/context.js';
import type { Delivery, Run } from '../ports/model.js';

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
  const rows = JSON.parse(`[${batch.toString()}]`) as { rowKey: string; record: number | null }[];
  const records = new Map(rows.map(({ rowKey, record }) => [rowKey, record]));
  const seen = new Set<string>();
  return rejected
    .filter(({ rowKey }) => records.has(rowKey) && !seen.has(rowKey) && seen.add(rowKey))
    .map((row) => ({ ...row, record: records.get(row.rowKey) ?? null }));
}

export interface BatchRejections {
  readonly run: Run;
  readonly delivery: Delivery;
  readonly rows: readonly RejectedBatchRow[];
}

/**
 * Stores rejected rows as issues of the run, with the receiver's messages. Each batch has its own pages: when it is
 * sent again, its issues replace the earlier ones.
 */
export async function logRejectedRows(
  context: Context,
  { run, delivery, rows }: BatchRejections,
): Promise<void> {
  const log = createIssueLog(context, { run, firstPage: FIRST_PAGE + delivery.number * PAGES_PER_BATCH });
  await log.add(rows.flatMap(toIssues));
  await log.close();
}

const toIssues = ({ rowKey, record, errors }: RejectedBatchRow): RunIssue[] =>
  errors.map(({ columnKey, message }) => ({
    record: record ?? 0,
    rowKey,
    columnKey,
    code: 'rejected_by_receiver',
    message,
    severity: 'error',
  }));
