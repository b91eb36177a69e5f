import type { Page, WidgetJobView } from '@inlet/contracts';
import { ActionIcon, Button, Menu } from '@mantine/core';
import {
  IconDots,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlus,
  IconRefresh,
  IconTrash,
} from '@tabler/icons-react';
import { useCallback, useEffect, useState } from 'react';
import { isAbort } from '../../api/api-problem.js';
import { Bone } from '../../components/bone.js';
import { ErrorPanel } from '../../components/error-panel.js';
import { useWidget } from '../../session/widget-context.js';
import { siteOf } from '../../wizard/to-source.js';
import { DeleteQuestion } from './delete-question.js';
import type { ImportsProps } from './imports.js';
import css from './imports.module.css';
import { JobStatusPill } from './job-status-pill.js';
import { LastResult } from './last-result.js';
import { useJobActions } from './use-job-actions.js';

/** All imports of the user with this template. */
export function JobList({ onOpen, onNew, onEdit, onDeleted }: ImportsProps) {
  const { t, api } = useWidget();
  const [jobs, setJobs] = useState<Page<WidgetJobView> | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const [deleting, setDeleting] = useState<WidgetJobView | null>(null);

  const load = useCallback(
    (before: Page<WidgetJobView> | null, signal?: AbortSignal) => {
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

  const replace = (job: WidgetJobView) =>
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
          <p className={css.quiet}>{t('imports.noneHelp')}</p>
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

interface JobRowProps {
  readonly job: WidgetJobView;
  readonly onOpen: () => void;
  readonly onEdit: () => void;
  readonly onDelete: () => void;
  readonly onChanged: (job: WidgetJobView) => void;
  readonly onProblem: (problem: unknown) => void;
}

function JobRow({ job, onOpen, onEdit, onDelete, onChanged, onProblem }: JobRowProps) {
  const { t, formats } = useWidget();
  const actions = useJobActions({ job, onChanged, onProblem });
  return (
    <li className={css.job}>
      <div className={css.jobMain}>
        <button type="button" className={css.jobName} onClick={job.status === 'draft' ? onEdit : onOpen}>
          {job.label}
        </button>
        <p className={css.quiet}>
          <span dir="ltr">{siteOf(job.source.url)}</span> · {job.scheduleText}
        </p>
      </div>
      <div className={css.jobState}>
        <JobStatusPill job={job} />
        {job.nextRunAt && (
          <p className={css.quiet} title={formats.dateTime(job.nextRunAt, job.schedule.timeZone)}>
            {t('imports.next', { when: formats.when(job.nextRunAt, job.schedule.timeZone) })}
          </p>
        )}
      </div>
      <div className={css.jobState}>
        <LastResult job={job} />
      </div>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={36}
            aria-label={t('imports.actions', { name: job.label })}
          >
            <IconDots size={18} aria-hidden="true" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {job.status === 'active' && (
            <Menu.Item
              leftSection={<IconRefresh size={16} />}
              onClick={() => {
                actions.runNow();
                onOpen();
              }}
            >
              {t('imports.runNow')}
            </Menu.Item>
          )}
          {job.status === 'active' && (
            <Menu.Item leftSection={<IconPlayerPause size={16} />} onClick={actions.pause}>
              {t('imports.pause')}
            </Menu.Item>
          )}
          {job.status === 'paused' && (
            <Menu.Item leftSection={<IconPlayerPlay size={16} />} onClick={actions.resume}>
              {t('imports.resume')}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconPencil size={16} />} onClick={onEdit}>
            {t(job.status === 'draft' ? 'imports.finish' : 'common.edit')}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<IconTrash size={16} />} className={css.danger} onClick={onDelete}>
            {t('imports.delete')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </li>
  );
}
