import type { WidgetJobView } from '@inlet/contracts';
import { lazy, Suspense } from 'react';
import { StepSkeleton } from '../../components/step-skeleton.js';

const JobList = lazy(async () => ({ default: (await import('./job-list.js')).JobList }));
const JobDetail = lazy(async () => ({ default: (await import('./job-detail.js')).JobDetail }));

export interface ImportsProps {
  /** The one that is shown; null for the list. */
  readonly jobId: string | null;
  readonly onOpen: (jobId: string | null) => void;
  readonly onNew: () => void;
  readonly onEdit: (job: WidgetJobView) => void;
  readonly onDeleted: (jobId: string) => void;
}

/** The user's imports, or one of them. */
export function Imports(props: ImportsProps) {
  const { jobId } = props;
  return (
    <Suspense fallback={<StepSkeleton />}>
      {jobId === null ? <JobList {...props} /> : <JobDetail key={jobId} {...props} jobId={jobId} />}
    </Suspense>
  );
}
