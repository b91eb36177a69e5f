import type { WidgetFeedJobView } from '@inlet/contracts';
import { describeSource } from '@inlet/contracts/sources';
import { ActionIcon, Menu } from '@mantine/core';
import {
  IconDots,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconTrash,
} from '@tabler/icons-react';
import { JobStatus, RunOutcomePill } from '../../components/pills.js';
import { useWidget } from '../../session/widget-context.js';
import { errorTextCode, problemOf } from '../../texts/error-texts.js';
import css from './imports.module.css';
import { useJobActions } from './use-job-actions.js';

export interface JobRowProps {
  readonly job: WidgetFeedJobView;
  readonly onOpen: () => void;
  readonly onEdit: () => void;
  readonly onDelete: () => void;
  readonly onChanged: (job: WidgetFeedJobView) => void;
  readonly onProblem: (problem: unknown) => void;
}

/** An import in the list: its schedule, status, last result and a menu of actions. */
export function JobRow({ job, onOpen, onEdit, onDelete, onChanged, onProblem }: JobRowProps) {
  const { t, formats } = useWidget();
  const actions = useJobActions({ job, onChanged, onProblem });
  return (
    <li className={css.job}>
      <div className={css.jobMain}>
        <button
          type="button"
          dir="auto"
          className={css.jobName}
          onClick={job.status === 'draft' ? onEdit : onOpen}
        >
          {job.label}
        </button>
        <p className={css.quiet}>
          <Address address={describeSource(job.source).address} />
        </p>
        <p className={css.quiet}>{job.scheduleText}</p>
      </div>
      <div className={css.jobState}>
        <JobStatus job={job} />
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

/** Characters at the end of an address that are always shown: they tell apart imports of the same site. */
const ADDRESS_END = 28;

/** An address without its scheme on one line, cut in the middle if it is too long. */
function Address({ address }: { address: string }) {
  const characters = [...address.replace(/^https?:\/\//, '')];
  return (
    <span dir="ltr" className={css.jobAddress} title={address}>
      <span className={css.addressStart}>{characters.slice(0, -ADDRESS_END).join('')}</span>
      <span className={css.addressEnd}>{characters.slice(-ADDRESS_END).join('')}</span>
    </span>
  );
}

function LastResult({ job: { lastRun } }: { job: WidgetFeedJobView }) {
  const { t, formats } = useWidget();
  if (!lastRun) return <p className={css.quiet}>{t('imports.neverRan')}</p>;
  const { counts, finishedAt, outcome, error } = lastRun;
  // Nothing of a held run was sent.
  const parts =
    outcome === 'held' ? [] : (['created', 'updated', 'invalid'] as const).filter((part) => counts[part] > 0);
  const facts = [formats.when(finishedAt), ...parts.map((part) => t(`counts.${part}`, { n: counts[part] }))];
  return (
    <>
      <RunOutcomePill outcome={outcome} />
      <p className={css.quiet} title={formats.dateTime(finishedAt)}>
        {facts.join(' · ')}
      </p>
      {counts.rowsRejected > 0 && (
        <p className={css.quiet}>{t('history.rejected', { n: counts.rowsRejected })}</p>
      )}
      {error && <p className={css.quiet}>{t(`error.${errorTextCode(problemOf(error), t)}.title`)}</p>}
    </>
  );
}
