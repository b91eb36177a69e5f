import { InletError, isFinished, type RunView } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import { findRun } from './get-run.js';
import { viewRun } from './view-run.js';

/**
 * Asks a run to stop. Whoever works on it notices within seconds; a run that waits is taken up at once for that.
 * What was not sent yet stays unsent and counts as new or changed at the next run.
 */
export async function cancelRun(
  context: Context,
  { projectId, runId }: { projectId: string; runId: string },
): Promise<RunView> {
  const run = await findRun(context, { projectId, runId });
  if (isFinished(run.outcome)) throw new InletError('run_not_active');
  const isRequested = await context.store.runs.requestCancel(projectId, runId);
  if (!isRequested) throw new InletError('run_not_active');
  // Looked at after the request is stored: a run that is given up from now on is given up with it.
  const asked = await findRun(context, { projectId, runId });
  if (!asked.leaseOwner) await context.queue.setRun({ projectId, runId, at: context.now() });
  return viewRun(asked);
}
