import type { ErrorSummary, JobView, RunView, WidgetJobView } from '@inlet/contracts';

/** A job without what is between the host and its backend. */
export function viewForUser({ extra: _, ...job }: JobView): WidgetJobView {
  return {
    ...job,
    pausedBecause: withoutDestination(job.pausedBecause),
    lastRun: job.lastRun && { ...job.lastRun, error: withoutDestination(job.lastRun.error) },
  };
}

export function viewRunForUser(run: RunView): RunView {
  return { ...run, error: withoutDestination(run.error) };
}

/** Details of a failed delivery name the host's own machines. */
function withoutDestination(error: ErrorSummary | null): ErrorSummary | null {
  if (!error?.code.startsWith('delivery_')) return error;
  const { detail: _, ...rest } = error;
  return rest;
}
