import '@inlet/schedule/cron-locales';
import type { ErrorSummary, JobView, RunView, WidgetJobView } from '@inlet/contracts';
import { describeSchedule } from '@inlet/schedule';

/** A job without what is between the host and its backend, its schedule said in the user's language. */
export function viewForUser(
  { extra: _, ...job }: JobView,
  { locale }: { readonly locale?: string | undefined },
): WidgetJobView {
  return {
    ...job,
    ...(locale !== undefined && { scheduleText: describeSchedule(job.schedule, { locale }) }),
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
