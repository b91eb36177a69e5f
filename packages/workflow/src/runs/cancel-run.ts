import { InletError, isFinished, type RunView } from '@inlet/contracts';
import { findVisibleRun } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import { viewRun } from './view-run.js';

/**
 * Asks a run to stop. Its worker notices within seconds; a waiting run is queued at once so that it can end.
 * Rows that were not sent count as new or changed at the next run.
 */
export async function cancelRun(
  context: Context,
  caller: Caller,
  { runId }: { runId: string },
): Promise<RunView> {
  const { projectId, outcome } = await findVisibleRun(context, caller, runId);
  if (isFinished(outcome)) throw new InletError('run_not_active');
  const isRequested = await context.store.runs.requestCancel({ projectId, runId });
  if (!isRequested) throw new InletError('run_not_active');
  // Read after the request is stored: a worker that ends its lease later sees the request and queues the run itself.
  const requested = await findVisibleRun(context, caller, runId);
  if (!requested.leaseOwner) await context.queue.setRun({ projectId, runId, at: context.now() });
  return viewRun(requested, caller);
}
