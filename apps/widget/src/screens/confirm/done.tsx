import { Button } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { LiveRun } from '../../components/live-run.js';
import { useTitleFocus } from '../../components/title-focus.js';
import { useFollowRun } from '../../session/use-follow-run.js';
import { useWidget } from '../../session/widget-context.js';
import type { WizardState } from '../../wizard/state.js';
import css from './confirm.module.css';

export interface DoneProps {
  readonly state: WizardState;
  readonly onImports: (jobId?: string | null) => void;
  readonly onNew: () => void;
  readonly onClose: () => void;
}

/** Shown after saving: the next run, the first run if it was started, and the next actions. */
export function Done({ state: { result, editing }, onImports, onNew, onClose }: DoneProps) {
  const { t, formats, options } = useWidget();
  const live = useFollowRun(result?.run?.id ?? null);
  const titleRef = useTitleFocus();
  if (!result) return null;
  const { job, run } = result;
  const isChange = editing !== null && !editing.isDraft;
  return (
    <main className={css.done}>
      <span className={css.mark} aria-hidden="true">
        <IconCheck size={28} stroke={2.5} />
      </span>
      <div className={css.doneText}>
        <h1 className={css.doneTitle} tabIndex={-1} ref={titleRef}>
          {t(isChange ? 'done.changed' : 'done.title', { name: job.label })}
        </h1>
        <p>{job.scheduleText}</p>
        {job.nextRunAt && (
          <p className={css.quiet}>
            {t('done.next', { when: formats.dateTime(job.nextRunAt, job.schedule.timeZone) })}
          </p>
        )}
      </div>
      {run && (
        <div className={css.doneRun}>
          <LiveRun run={live ?? run} />
        </div>
      )}
      <div className={css.doneActions}>
        <Button variant="default" onClick={onNew}>
          {t('done.another')}
        </Button>
        <Button variant={options.isInline ? 'filled' : 'default'} onClick={() => onImports(null)}>
          {t('done.imports')}
        </Button>
        {!options.isInline && <Button onClick={onClose}>{t('common.close')}</Button>}
      </div>
    </main>
  );
}
