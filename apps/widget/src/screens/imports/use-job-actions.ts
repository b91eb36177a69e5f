import type { RunView, WidgetJobView } from '@inlet/contracts';
import { useWidget } from '../../session/widget-context.js';

export interface JobActionsOptions {
  readonly job: WidgetJobView;
  readonly onChanged: (job: WidgetJobView) => void;
  readonly onProblem: (problem: unknown) => void;
  readonly onRun?: (run: RunView) => void;
}

/** What can be done with a job at once. The page is told of what changed. */
export function useJobActions({ job, onChanged, onProblem, onRun }: JobActionsOptions) {
  const { api, host } = useWidget();
  const changing = (change: Promise<WidgetJobView>) => {
    change.then((now) => {
      host.post({ type: 'jobUpdated', jobId: now.id, status: now.status });
      onChanged(now);
    }, onProblem);
  };
  return {
    pause: () => changing(api.pauseJob(job.id)),
    resume: () => changing(api.resumeJob(job.id)),
    runNow: () => {
      api.runJob(job.id, { dryRun: false }).then(onRun ?? (() => undefined), onProblem);
    },
  };
}
