import type { UploadView, WidgetFeedJobView } from '@inlet/contracts';
import { Suspense } from 'react';
import { lazyPart } from '../../components/load-part.js';
import { StepSkeleton } from '../../components/skeletons.js';
import type { ShownImport } from './shown-import.js';

const JobList = lazyPart(
  () => import('./job-list.js'),
  ({ JobList }) => JobList,
);
const JobDetail = lazyPart(
  () => import('./job-detail.js'),
  ({ JobDetail }) => JobDetail,
);
const UploadDetail = lazyPart(
  () => import('./upload-detail.js'),
  ({ UploadDetail }) => UploadDetail,
);

export interface ImportsProps {
  /** The import to show; null for the list. */
  readonly shown: ShownImport | null;
  readonly onOpen: (shown: ShownImport | null) => void;
  readonly onNew: () => void;
  readonly onEdit: (job: WidgetFeedJobView) => void;
  readonly onDeleted: (jobId: string) => void;
  /** Goes on with an upload of which rows are left. */
  readonly onResume: (upload: UploadView) => void;
}

/** The list of the user's imports, or one of them. */
export function Imports({ shown, onOpen, onNew, onEdit, onDeleted, onResume }: ImportsProps) {
  const goToList = () => onOpen(null);
  return (
    <Suspense fallback={<StepSkeleton />}>
      {shown === null && <JobList onOpen={onOpen} onNew={onNew} onEdit={onEdit} onDeleted={onDeleted} />}
      {shown?.kind === 'job' && (
        <JobDetail key={shown.id} jobId={shown.id} onBack={goToList} onEdit={onEdit} onDeleted={onDeleted} />
      )}
      {shown?.kind === 'upload' && (
        <UploadDetail key={shown.id} uploadId={shown.id} onBack={goToList} onResume={onResume} />
      )}
    </Suspense>
  );
}
