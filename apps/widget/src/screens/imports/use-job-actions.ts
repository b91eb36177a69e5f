import type { RunView, WidgetFeedJobView } from '@inlet/contracts';
import { useWidget } from '../../session/widget-context.js';

export interface JobActionsOptions {
  readonly job: WidgetFeedJobView;
  readonly onChanged: (job: WidgetFeedJobView) => void;
  readonly onProblem: (problem: unknown) => void;
  readonly onRun?: (run: RunView) => void;
}

/** The actions that take effect at once. They also report changes to the host. */
export function useJobActions({ job, onChanged, onProblem, onRun }: JobActionsOptions) {
  const { api, host } = useWidget();
  const applyChange = (change: Promise<WidgetFeedJobView>) => {
    change.then((now) => {
      host.post({ type: 'jobUpdated', jobId: now.id, status: now.status });
      onChanged(now);
    }, onProblem);
  };
  return {
    pause: () => applyChange(api.pauseJob(job.id)),
    resume: () => applyChange(api.resumeJob(job.id)),
    runNow: () => {
      api.runJob(job.id, { dryRun: false }).then(onRun ?? (() => undefined), onProblem);
    },
  };
}
