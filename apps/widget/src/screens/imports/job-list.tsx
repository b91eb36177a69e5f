import type { WidgetFeedJobView } from '@inlet/contracts';
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useCallback, useMemo, useState } from 'react';
import { createUploadsApi } from '../../api/create-uploads-api.js';
import { ErrorPanel } from '../../components/error-panel.js';
import { Bone } from '../../components/skeletons.js';
import { useWidget } from '../../session/widget-context.js';
import { DeleteQuestion } from './delete-question.js';
import css from './imports.module.css';
import { JobRow } from './job-row.js';
import type { ShownImport } from './shown-import.js';
import { UploadRow } from './upload-row.js';
import { usePages } from './use-pages.js';

export interface JobListProps {
  readonly onOpen: (shown: ShownImport) => void;
  readonly onNew: () => void;
  readonly onEdit: (job: WidgetFeedJobView) => void;
  readonly onDeleted: (jobId: string) => void;
}

/** All imports of the user with this template: those that run on a schedule, and the files that were sent. */
export function JobList({ onOpen, onNew, onEdit, onDeleted }: JobListProps) {
  const { t, api, session } = useWidget();
  const uploadsApi = useMemo(() => createUploadsApi(api), [api]);
  const loadJobs = useCallback(
    (cursor: string | null, signal?: AbortSignal) => api.listJobs(cursor, signal),
    [api],
  );
  const jobs = usePages(loadJobs);
  const uploads = usePages(uploadsApi.listSent);
  const [actionProblem, setActionProblem] = useState<unknown>(null);
  const [deleting, setDeleting] = useState<WidgetFeedJobView | null>(null);

  const replace = (job: WidgetFeedJobView) =>
    jobs.change((items) => items.map((each) => (each.id === job.id ? job : each)));
  const problem = actionProblem ?? jobs.problem ?? uploads.problem;
  const retry = () => {
    setActionProblem(null);
    if (jobs.problem || jobs.items === null) jobs.loadMore();
    if (uploads.problem) uploads.loadMore();
  };
  const isLoaded = jobs.items !== null && uploads.items !== null;
  const jobCount = jobs.items?.length ?? 0;
  const uploadCount = uploads.items?.length ?? 0;
  const isEmpty = isLoaded && jobCount + uploadCount === 0;
  const hasBoth = jobCount > 0 && uploadCount > 0;
  return (
    <main className={css.page}>
      <div className={css.head}>
        <h1 className={css.title}>{t('imports.title')}</h1>
        {isLoaded && !isEmpty && (
          <Button leftSection={<IconPlus size={16} aria-hidden="true" />} onClick={onNew}>
            {t('imports.new')}
          </Button>
        )}
      </div>
      {problem ? <ErrorPanel problem={problem} onRetry={retry} /> : null}
      {!isLoaded && !problem && (
        <div className={css.bones} aria-busy="true">
          <Bone height={72} />
          <Bone height={72} />
        </div>
      )}
      {isEmpty && (
        <div className={css.empty}>
          <p className={css.emptyTitle}>{t('imports.none')}</p>
          <p className={css.quiet}>
            {t(session.template.mode === 'manual' ? 'imports.noneManualHelp' : 'imports.noneHelp')}
          </p>
          <Button leftSection={<IconPlus size={16} aria-hidden="true" />} onClick={onNew}>
            {t('imports.new')}
          </Button>
        </div>
      )}
      {isLoaded && jobCount > 0 && (
        <section className={css.section}>
          {hasBoth && <h2 className={css.subtitle}>{t('imports.scheduled')}</h2>}
          <ul className={css.list}>
            {jobs.items?.map((job) => (
              <JobRow
                key={job.id}
                job={job}
                onOpen={() => onOpen({ kind: 'job', id: job.id })}
                onEdit={() => onEdit(job)}
                onDelete={() => setDeleting(job)}
                onChanged={replace}
                onProblem={setActionProblem}
              />
            ))}
          </ul>
          {jobs.hasMore && <MoreButton onClick={jobs.loadMore} />}
        </section>
      )}
      {isLoaded && uploadCount > 0 && (
        <section className={css.section}>
          {hasBoth && <h2 className={css.subtitle}>{t('imports.uploads')}</h2>}
          <ul className={css.list}>
            {uploads.items?.map((upload) => (
              <UploadRow
                key={upload.id}
                upload={upload}
                onOpen={() => onOpen({ kind: 'upload', id: upload.id })}
              />
            ))}
          </ul>
          {uploads.hasMore && <MoreButton onClick={uploads.loadMore} />}
        </section>
      )}
      {deleting && (
        <DeleteQuestion
          job={deleting}
          onCancel={() => setDeleting(null)}
          onDeleted={() => {
            onDeleted(deleting.id);
            jobs.change((items) => items.filter(({ id }) => id !== deleting.id));
            setDeleting(null);
          }}
        />
      )}
    </main>
  );
}

function MoreButton({ onClick }: { readonly onClick: () => void }) {
  const { t } = useWidget();
  return (
    <Button variant="default" className={css.more} onClick={onClick}>
      {t('common.more')}
    </Button>
  );
}
