import type { RunIssue } from '@inlet/contracts';
import type { Run } from '../ports/records.js';
import type { World } from '../ports/world.js';
import { createIssueLog } from './issue-log.js';
import type { RefusedRow } from './send-stored.js';

/** Stores rows that the receiver refused as issues of the run, in the receiver's own words. */
export async function logRefused(
  world: World,
  { run, rows }: { run: Run; rows: readonly RefusedRow[] },
): Promise<void> {
  const firstPage = await world.store.issues.countPages(run.projectId, run.id);
  const log = createIssueLog(world, { run, firstPage });
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
