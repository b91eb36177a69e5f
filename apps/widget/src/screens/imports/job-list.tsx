import type { Page, WidgetFeedJobView } from '@inlet/contracts';
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useCallback, useEffect, useState } from 'react';
import { isAbort } from '../../api/api-problem.js';
import { ErrorPanel } from '../../components/error-panel.js';
import { Bone } from '../../components/skeletons.js';
import { useWidget } from '../../session/widget-context.js';
import { DeleteQuestion } from './delete-question.js';
import css from './imports.module.css';
import { JobRow } from './job-row.js';

export interface JobListProps {
  readonly onOpen: (jobId: string) => void;
  readonly onNew: () => void;
  readonly onEdit: (job: WidgetFeedJobView) => void;
  readonly onDeleted: (jobId: string) => void;
}

/** All imports of the user with this template. */
export function JobList({ onOpen, onNew, onEdit, onDeleted }: JobListProps) {
  const { t, api, session } = useWidget();
  const [jobs, setJobs] = useState<Page<WidgetFeedJobView> | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const [deleting, setDeleting] = useState<WidgetFeedJobView | null>(null);

  const load = useCallback(
    (before: Page<WidgetFeedJobView> | null, signal?: AbortSignal) => {
      setProblem(null);
      api.listJobs(before?.nextCursor ?? null, signal).then(
        ({ items, nextCursor }) => setJobs({ items: [...(before?.items ?? []), ...items], nextCursor }),
        (failure: unknown) => isAbort(failure) || setProblem(failure),
      );
    },
    [api],
  );
  useEffect(() => {
    const controller = new AbortController();
    load(null, controller.signal);
    return () => controller.abort();
  }, [load]);

  const replace = (job: WidgetFeedJobView) =>
    setJobs((now) => now && { ...now, items: now.items.map((each) => (each.id === job.id ? job : each)) });
  return (
    <main className={css.page}>
      <div className={css.head}>
        <h1 className={css.title}>{t('imports.title')}</h1>
        {jobs !== null && jobs.items.length > 0 && (
          <Button leftSection={<IconPlus size={16} aria-hidden="true" />} onClick={onNew}>
            {t('imports.new')}
          </Button>
        )}
      </div>
      {problem ? <ErrorPanel problem={problem} onRetry={() => load(jobs)} /> : null}
      {jobs === null && !problem && (
        <div className={css.bones} aria-busy="true">
          <Bone height={72} />
          <Bone height={72} />
        </div>
      )}
      {jobs?.items.length === 0 && (
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
      {jobs !== null && jobs.items.length > 0 && (
        <ul className={css.list}>
          {jobs.items.map((job) => (
            <JobRow
              key={job.id}
              job={job}
              onOpen={() => onOpen(job.id)}
              onEdit={() => onEdit(job)}
              onDelete={() => setDeleting(job)}
              onChanged={replace}
              onProblem={setProblem}
            />
          ))}
        </ul>
      )}
      {jobs?.nextCursor && (
        <Button variant="default" className={css.more} onClick={() => load(jobs)}>
          {t('common.more')}
        </Button>
      )}
      {deleting && (
        <DeleteQuestion
          job={deleting}
          onCancel={() => setDeleting(null)}
          onDeleted={() => {
            onDeleted(deleting.id);
            setJobs((now) => now && { ...now, items: now.items.filter(({ id }) => id !== deleting.id) });
            setDeleting(null);
          }}
        />
      )}
    </main>
  );
}
