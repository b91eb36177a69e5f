import type { RunIssue } from '@inlet/contracts';
import { createIssueLog } from '../ingest/issue-log.js';
import type { Context } from '../ports/context.js';
import type { Delivery, Run } from '../ports/model.js';

/** A row that the receiver did not take, though it took its batch. */
export interface RefusedRow {
  readonly rowKey: string;
  readonly record: number | null;
  readonly messages: readonly { columnKey: string | null; message: string }[];
}

/** Behind all pages of issues that staging can make. */
const FIRST_PAGE = 10_000_000;
/** Room for the 20 messages that are read for each of 5,000 rows. */
const PAGES_OF_A_BATCH = 200;

/**
 * Stores rows that the receiver refused as issues of the run, in the receiver's own words. Each batch has pages of
 * its own: when it is sent again, its issues take the place of the earlier ones.
 */
export async function logRefused(
  context: Context,
  { run, delivery, rows }: { run: Run; delivery: Delivery; rows: readonly RefusedRow[] },
): Promise<void> {
  const log = createIssueLog(context, { run, firstPage: FIRST_PAGE + delivery.number * PAGES_OF_A_BATCH });
  await log.add(rows.flatMap(toIssues));
  await log.close();
}

const toIssues = ({ rowKey, record, messages }: RefusedRow): RunIssue[] =>
  messages.map(({ columnKey, message }) => ({
    record: record ?? 0,
    rowKey,
    columnKey,
    code: 'rejected_by_receiver',
    message: message.slice(0, 500),
    severity: 'error',
  }));
