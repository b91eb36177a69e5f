import type { WidgetFeedJobView } from '@inlet/contracts';
import { Suspense } from 'react';
import { lazyPart } from '../../components/load-part.js';
import { StepSkeleton } from '../../components/skeletons.js';

const JobList = lazyPart(async () => (await import('./job-list.js')).JobList);
const JobDetail = lazyPart(async () => (await import('./job-detail.js')).JobDetail);

export interface ImportsProps {
  /** The import to show; null for the list. */
  readonly jobId: string | null;
  readonly onOpen: (jobId: string | null) => void;
  readonly onNew: () => void;
  readonly onEdit: (job: WidgetFeedJobView) => void;
  readonly onDeleted: (jobId: string) => void;
}

/** The list of the user's imports, or one of them. */
export function Imports({ jobId, onOpen, onNew, onEdit, onDeleted }: ImportsProps) {
  return (
    <Suspense fallback={<StepSkeleton />}>
      {jobId === null ? (
        <JobList onOpen={onOpen} onNew={onNew} onEdit={onEdit} onDeleted={onDeleted} />
      ) : (
        <JobDetail
          key={jobId}
          jobId={jobId}
          onBack={() => onOpen(null)}
          onEdit={onEdit}
          onDeleted={onDeleted}
        />
      )}
    </Suspense>
  );
}
