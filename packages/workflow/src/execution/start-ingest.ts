import type { Context } from '../ports/context.js';
import type { Job, Run } from '../ports/model.js';
import { removeLeftovers } from './release-run.js';
import type { RunLease } from './run-lease.js';

/** The fields of a run from the start of its ingest. */
export const ingestStart = (context: Context, { run, job }: { run: Run; job: Job }) => ({
  outcome: 'running' as const,
  phase: 'ingest' as const,
  stagedAttempt: run.attempt,
  itemStateBefore: job.itemStateId,
  startedAt: run.startedAt ?? context.now(),
  resumeAt: null,
});

/** Makes the current attempt the one whose batches, issues and item state are valid. */
export async function startIngest(
  context: Context,
  { lease, job }: { lease: RunLease; job: Job },
): Promise<void> {
  const { run } = lease;
  const isStarted = run.phase === 'ingest' && run.stagedAttempt === run.attempt;
  if (isStarted && run.itemStateBefore === job.itemStateId) return;
  await lease.save(ingestStart(context, { run, job }));
  await removeLeftovers(context, lease.run);
}
